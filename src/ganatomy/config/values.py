"""The values of settings that are set in Python: of the type of their field, as those of flags and files are anyway."""

from functools import cache
from numbers import Integral, Real
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from ganatomy.errors import ConfigError

PLAIN: dict[type, tuple[type, str]] = {
    bool: (bool, "True or False"),
    int: (Integral, "a whole number"),
    float: (Real, "a number"),
    str: (str, "text"),
}
"""For each plain type what does for it, such as a number of numpy's, and what it is in words."""


def settle_types(settings: object) -> None:
    """See to it that each value of a dataclass is of the type of its field: text becomes a path, a list a tuple.

    Raises:
        ConfigError: a value is of another type, or none of those to choose from.
    """
    kind: Any = type(settings)
    for name, hint in _hints(kind).items():
        value = getattr(settings, name)
        try:
            settled = _settled(value, hint)
        except TypeError as error:
            raise ConfigError(f"{name} is {value!r}; give {error}") from None
        if settled is not value:
            object.__setattr__(settings, name, settled)  # frozen, but not made yet


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: hint for name, hint in hints.items() if get_origin(hint) is not ClassVar and hint is not ClassVar}


def _settled(value: Any, hint: Any) -> Any:
    """Return the value as one of that type; raise a TypeError that says what to give."""
    origin = get_origin(hint)
    if origin is Annotated:
        return _settled(value, get_args(hint)[0])
    if origin in (Union, UnionType):
        return _any_of(value, get_args(hint))
    if origin is Literal:
        if value not in get_args(hint):
            raise TypeError(f"one of {', '.join(map(repr, get_args(hint)))}")
        return value
    if origin is tuple:
        return _tuple(value, get_args(hint))
    if hint is Path:
        if not isinstance(value, str | Path):
            raise TypeError("a path")
        return Path(value)
    if hint in PLAIN:
        kind, said = PLAIN[hint]
        if not isinstance(value, kind) or (isinstance(value, bool) and hint is not bool):
            raise TypeError(said)
        return value if isinstance(value, hint | int) else hint(value)
    return value


def _any_of(value: Any, hints: tuple[Any, ...]) -> Any:
    if value is None and type(None) in hints:
        return None
    problems = []
    for hint in hints:
        if hint is type(None):
            continue
        try:
            return _settled(value, hint)
        except TypeError as error:
            problems.append(str(error))
    raise TypeError(" or ".join(problems) + (", or leave it out" if type(None) in hints else ""))


def _tuple(value: Any, hints: tuple[Any, ...]) -> Any:
    if not isinstance(value, tuple | list):
        raise TypeError("a list")
    each = hints[:1] * len(value) if hints[-1] is Ellipsis else hints
    if len(each) != len(value):
        raise TypeError(f"a list of {len(each)}")
    try:
        settled = tuple(_settled(item, hint) for item, hint in zip(value, each, strict=True))
    except TypeError as error:
        raise TypeError(f"a list, each {error}") from None
    return value if settled == value and isinstance(value, tuple) else settled
