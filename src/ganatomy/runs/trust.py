"""Code that the user has named: the modules that runs of imported generators may have imported.

A run directory may come from anybody, and an import runs whatever a module holds. So a run says which code its
generator has, and what it says is imported only where the user named that very code himself, by `ganatomy import
--module` or in Python: it is kept, with the digest of its source, in a file of the user's own, outside of all runs.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ganatomy.errors import CheckpointError, IncompatibleRun
from ganatomy.functions import import_function, source_of
from ganatomy.runs.files import read_json, write_json

ROLE = "generator"


def trusted_file() -> Path:
    """Return the user's own file of the code that he has named."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser()
    return Path(base) / "ganatomy" / "modules.json"


def name_code(name: str) -> Callable[..., Any]:
    """Return the class or function that the user names, and keep that he did, with the digest of its source.

    Args:
        name: `module:Class`.

    Raises:
        ConfigError: it cannot be imported, or has no source file.
    """
    found = import_function(name, ROLE)
    digest = hashlib.sha256(source_of(name, found, ROLE)).hexdigest()
    write_json(trusted_file(), _trusted() | {name: digest})
    return found


def named_code(name: str, run: Path) -> Callable[..., Any]:
    """Return the class or function that a run names, if the user has named it too.

    Args:
        name: `module:Class`, as the run has it.
        run: the run, for the message.

    Raises:
        IncompatibleRun: he has not, or its source has changed since.
        ConfigError: it cannot be imported, or has no source file.
    """
    how = f"ganatomy import {run} --module {name}"
    trusted = _trusted()
    if name not in trusted:
        raise IncompatibleRun(
            f"{run} has the generator {name!r}, whose code would be imported, and a run cannot have code imported: if "
            f"you know {name.partition(':')[0]!r} and trust it, name it yourself, once: {how}"
        )
    found = import_function(name, ROLE)
    if hashlib.sha256(source_of(name, found, ROLE)).hexdigest() != trusted[name]:
        raise IncompatibleRun(f"the code of {name!r} has changed since you named it; if it is still right: {how}")
    return found


def _trusted() -> dict[str, str]:
    """Return the digests of the code that was named, by its name."""
    path = trusted_file()
    if not path.exists():
        return {}
    try:
        kept = read_json(path)
    except IncompatibleRun:
        kept = None
    if not isinstance(kept, dict) or not all(isinstance(digest, str) for digest in kept.values()):
        raise CheckpointError(f"{path} is damaged; delete it, and name the modules of your generators again")
    return kept
