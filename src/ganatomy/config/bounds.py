"""The bounds of a setting, which stand in its type, and the one check of all of them.

A field that is `Annotated[float, AtLeast(0)]`, or `Count` for short, is refused below 0 in whatever way it was set:
in Python, by a flag or by a file. A number that is infinite or not a number is within no bounds.
"""

import math
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Protocol, Union, get_args, get_origin, get_type_hints, runtime_checkable

from ganatomy.config.values import settle_types
from ganatomy.errors import ConfigError


@runtime_checkable
class Bound(Protocol):
    """What a number has to be."""

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is within it."""
        ...

    def advice(self, is_whole: bool) -> str:
        """Return what to give instead; `is_whole` for a setting that counts."""
        ...


@dataclass(frozen=True)
class AtLeast:
    """A finite number from `least` on, and where `below` is given, less than that."""

    least: float
    why: str = ""
    below: float = math.inf

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is within it."""
        return bool(self.least <= value < self.below)

    def advice(self, is_whole: bool) -> str:
        """Return what to give instead."""
        finite = "" if is_whole or self.below < math.inf else "a finite number, "
        below = f", less than {self.below:g}" if self.below < math.inf else ""
        return f"give {finite}{self.least:g} or more{below}" + (f", {self.why}" if self.why else "")


@dataclass(frozen=True)
class Above:
    """A finite number above `least`."""

    least: float

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is within it."""
        return bool(self.least < value < math.inf)

    def advice(self, is_whole: bool) -> str:
        """Return what to give instead."""
        return f"give a finite number above {self.least:g}"


@dataclass(frozen=True)
class AtMost:
    """A number up to `most`."""

    most: float
    why: str = ""

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is within it."""
        return bool(value <= self.most)

    def advice(self, is_whole: bool) -> str:
        """Return what to give instead."""
        return f"give at most {self.most:g}" + (f", {self.why}" if self.why else "")


@dataclass(frozen=True)
class Between:
    """A number from `low` to `high`, both included."""

    low: float
    high: float

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is within it."""
        return bool(self.low <= value <= self.high)

    def advice(self, is_whole: bool) -> str:
        """Return what to give instead."""
        return f"give {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class ShareOf:
    """A number between 0 and 1, neither included."""

    example: float

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is within it."""
        return bool(0 < value < 1)

    def advice(self, is_whole: bool) -> str:
        """Return what to give instead."""
        return f"give a share between 0 and 1, such as {self.example:g}"


@dataclass(frozen=True)
class Finite:
    """Any number but the infinite ones."""

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is within it."""
        return math.isfinite(value)

    def advice(self, is_whole: bool) -> str:
        """Return what to give instead."""
        return "give a finite number"


@dataclass(frozen=True)
class OneOf:
    """One of a few numbers."""

    choices: tuple[int, ...]

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is one of them."""
        return value in self.choices

    def advice(self, is_whole: bool) -> str:
        """Return what to give instead."""
        return f"choose from {', '.join(map(str, self.choices))}"


@dataclass(frozen=True)
class MultipleOf:
    """A multiple of `step` from `least` on."""

    step: int
    least: int

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is one."""
        return bool(value >= self.least and value % self.step == 0)

    def advice(self, is_whole: bool) -> str:
        """Return what to give instead."""
        return f"give a multiple of {self.step} from {self.least} on"


Count = Annotated[int, AtLeast(1)]
WholeNumber = Annotated[int, AtLeast(0)]
Amount = Annotated[float, Above(0)]
Weight = Annotated[float, AtLeast(0)]
Decay = Annotated[float, AtLeast(0, below=1)]


@dataclass(frozen=True)
class _Bounded:
    """A field with bounds."""

    name: str
    bounds: tuple[Bound, ...]
    is_whole: bool
    is_optional: bool


def require_bounds(settings: object) -> None:
    """Return if every value of a dataclass is of the type of its field and within the bounds there; one left out is.

    Raises:
        ConfigError: one is not.
    """
    kind: Any = type(settings)
    for field in bounded_fields(kind):
        value = getattr(settings, field.name)
        if not isinstance(value, int | float):  # no number: left out, or refused below
            continue
        for bound in field.bounds:
            if not bound.accepts(value):
                or_not = ", or leave it out" if field.is_optional else ""
                raise ConfigError(f"{field.name} is {value}; {bound.advice(field.is_whole)}{or_not}")
    settle_types(settings)


@cache
def bounded_fields(kind: type) -> tuple[_Bounded, ...]:
    """Return the fields of a dataclass that have bounds, `Count` and `Count | None` alike."""
    found = []
    for name, hint in get_type_hints(kind, include_extras=True).items():
        kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        for one in kinds:
            stated, *notes = get_args(one) if get_origin(one) is Annotated else (one,)
            if bounds := tuple(note for note in notes if isinstance(note, Bound)):
                found.append(_Bounded(name, bounds, stated is int, type(None) in kinds))
    return tuple(found)
