"""What is set and would do nothing: who sets it expects that it does."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from ganatomy.errors import ConfigError


def refuse_unused(
    settings: object, names: Sequence[str], why: str, also: Mapping[str, Any] = MappingProxyType({})
) -> None:
    """Return if each of these fields of a dataclass has its default.

    Args:
        settings: the dataclass.
        names: of its fields.
        why: they do nothing.
        also: by name, another value that is let pass.

    Raises:
        ConfigError: one has another value.
    """
    defaults = {field.name: field.default for field in fields(settings)}  # type: ignore[arg-type]
    for name in names:
        value = getattr(settings, name)
        if value not in (defaults[name], also.get(name, defaults[name])):
            given = ", ".join(value) if isinstance(value, tuple) else value
            raise ConfigError(f"{name} is {given}, but {why}; leave it out")
