"""Functions of the user's own, named `module:function`, and their failures on one line."""

import inspect
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from ganatomy.errors import ConfigError


def import_function(name: str, role: str) -> Callable[..., Any]:
    """Return the function, or whatever else can be called, that `name` stands for.

    Args:
        name: `module:function`.
        role: what it is to be, for the message, such as `extractor`.

    Raises:
        ConfigError: the module cannot be imported, or has no such function.

    >>> import_function("math:sqrt", "extractor")(9)
    3.0
    """
    module, _, function = name.partition(":")
    try:
        found: Callable[..., Any] | None = getattr(import_module(module), function, None)
    except Exception as error:  # the import of other people's code raises anything at all
        raise ConfigError(
            f"cannot import {module!r} of {role} {name!r}: {one_line(error)}; PYTHONPATH must hold its folder"
        ) from error
    if not callable(found):
        raise ConfigError(f"{role} {name!r}: {module} has no function {function!r}; look at the spelling")
    return found


def source_of(name: str, function: Callable[..., Any], role: str) -> bytes:
    """Return the contents of the file that holds the function: what tells one version of it from another.

    Args:
        name: `module:function`, as it was imported.
        function: what that stands for.
        role: what it is, for the message.

    Raises:
        ConfigError: there is no such file.
    """
    try:
        file = inspect.getsourcefile(inspect.unwrap(function))
    except TypeError:  # an object that can be called; its module is what the user wrote
        file = getattr(sys.modules[name.partition(":")[0]], "__file__", None)
    if file is None:
        raise ConfigError(f"{role} {name!r} has no source file to tell it by; wrap it in a function of your own")
    return Path(file).read_bytes()


def one_line(error: Exception) -> str:
    """Return the kind of an error and the first line of its message."""
    text = str(error).strip()
    return f"{type(error).__name__}: {text.splitlines()[0]}" if text else type(error).__name__
