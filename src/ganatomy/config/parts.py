"""Settings in nested parts, seen flat: every setting has a name of its own, whichever part it stands in.

The command line, the arms of a comparison and files of schema 1 know settings by these names alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from ganatomy.errors import ConfigError

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """One setting: its name, the parts on the way to it, its type, and the dataclass that states it."""

    name: str
    parts: tuple[str, ...]
    hint: Any
    owner: type


@cache
def settings_of(kind: type) -> dict[str, Setting]:
    """Return every setting of a dataclass and of the parts in it, by name."""
    hints = get_type_hints(kind, include_extras=True)
    found: dict[str, Setting] = {}
    for field in fields(kind):
        part = part_of(hints[field.name])
        if part is None:
            found[field.name] = Setting(field.name, (), hints[field.name], kind)
            continue
        for name, inner in settings_of(part).items():
            found[name] = replace(inner, parts=(field.name, *inner.parts))
    return found


def part_of(hint: Any) -> type | None:
    """Return the dataclass that a field of this type holds, or None where it holds a value."""
    kind = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    return kind if isinstance(kind, type) and is_dataclass(kind) else None


def flat(settings: object) -> dict[str, Any]:
    """Return the value of every setting by its name."""
    values = {}
    for field in fields(settings):  # type: ignore[arg-type]
        value = getattr(settings, field.name)
        values.update(flat(value) if is_dataclass(value) else {field.name: value})
    return values


def changed(settings: T, **values: Any) -> T:
    """Return the settings with other values, each given by its name: `changed(config, gamma=0.1, minutes=5)`.

    Raises:
        ConfigError: there is no setting of that name, or the settings refuse a value.
    """
    require_known(type(settings), values)
    new: T = _changed(settings, values)
    return new


def _changed(settings: Any, values: Mapping[str, Any]) -> Any:
    new: dict[str, Any] = {}
    for field in fields(settings):
        value = getattr(settings, field.name)
        if not is_dataclass(value):
            new |= {field.name: values[field.name]} if field.name in values else {}
            continue
        kind: Any = type(value)
        if inner := {name: values[name] for name in settings_of(kind) if name in values}:
            new[field.name] = _changed(value, inner)
    return replace(settings, **new)


def nested(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by name as nested dicts, one for each part that has any; names of no setting stay at the top."""
    tree: dict[str, Any] = {}
    known = settings_of(kind)
    for name, value in values.items():
        place = tree
        for part in known[name].parts if name in known else ():
            place = place.setdefault(part, {})
        place[name] = value
    return tree


def built(kind: type[T], values: Mapping[str, Any]) -> T:
    """Return the settings of this kind with these values, given by name; parts that have none take their defaults.

    Raises:
        ConfigError: the settings refuse a value.
    """
    settings: T = _built(kind, nested(kind, values))
    return settings


def _built(kind: Any, tree: Mapping[str, Any]) -> Any:
    hints = get_type_hints(kind, include_extras=True)
    parts = {name: part_of(hints[name]) for name in tree}
    return kind(**{name: _built(part, tree[name]) if (part := parts[name]) else tree[name] for name in tree})


def require_parts(settings: object) -> None:
    """Return if every part of a dataclass is one.

    Raises:
        ConfigError: a value was given in place of a part.
    """
    kind: Any = type(settings)
    hints = get_type_hints(kind)
    for field in fields(kind):
        part, value = part_of(hints[field.name]), getattr(settings, field.name)
        if part is not None and not isinstance(value, part):
            raise ConfigError(
                f"{field.name} is {value!r}, no {part.__name__}; give {kind.__name__}.of({field.name}={value!r}), or "
                f"{part.__name__}(...)"
            )


def differences(settings: object, base: object) -> dict[str, Any]:
    """Return by name what `settings` has that `base`, of the same class, has not."""
    before = flat(base)
    return {name: value for name, value in flat(settings).items() if value != before[name]}


def require_known(kind: type, names: Mapping[str, Any]) -> None:
    """Return if there is a setting of each of these names.

    Raises:
        ConfigError: there is none.
    """
    if unknown := [name for name in names if name not in settings_of(kind)]:
        raise ConfigError("; ".join(unknown_setting(name, tuple(settings_of(kind))) for name in sorted(unknown)))


def unknown_setting(name: str, names: tuple[str, ...]) -> str:
    """Return what to say of a name that is none of `names`."""
    near = get_close_matches(name, names, n=1)
    return f"unknown key {name!r}; " + (f"did you mean {near[0]!r}?" if near else f"accepted: {', '.join(names)}")
