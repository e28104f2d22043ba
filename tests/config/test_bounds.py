"""Bounds in the types of fields, and the one check of all of them."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest

from ganatomy.config.bounds import (
    Above,
    Amount,
    AtLeast,
    AtMost,
    Between,
    Bound,
    Count,
    Decay,
    Finite,
    MultipleOf,
    OneOf,
    ShareOf,
    Weight,
    WholeNumber,
    bounded_fields,
    require_bounds,
)
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class Settings:
    steps: Count = 1
    rate: Amount = 0.1
    gamma: Weight = 0.0
    decay: Decay = 0.9
    seed: WholeNumber = 0
    limit: Count | None = None
    spread: Annotated[float, AtLeast(0), AtMost(1, "which is a factor of e")] = 0.0
    free: float = 0.0
    place: Path | None = None

    def __post_init__(self) -> None:
        require_bounds(self)


@pytest.mark.parametrize(
    ("bound", "within", "beyond"),
    [
        (AtLeast(1), [1, 2, 1e300], [0, -1, math.inf, math.nan]),
        (AtLeast(0, below=1), [0, 0.999], [-0.1, 1, math.nan]),
        (Above(0), [1e-9, 5], [0, -1, math.inf, math.nan]),
        (AtMost(1), [1, -5], [1.1, math.inf, math.nan]),
        (Between(0, 1), [0, 1, 0.5], [-0.1, 1.1, math.nan]),
        (ShareOf(0.95), [0.01, 0.99], [0, 1, math.nan]),
        (Finite(), [0, -1e300], [math.inf, -math.inf, math.nan]),
        (OneOf((32, 64)), [32, 64], [48, 0]),
        (MultipleOf(32, 64), [64, 96], [32, 100, -64, 0]),
    ],
)
def test_a_bound_has_an_inside_and_an_outside(bound: Bound, within: list[float], beyond: list[float]) -> None:
    assert [bound.accepts(value) for value in within] == [True] * len(within)
    assert [bound.accepts(value) for value in beyond] == [False] * len(beyond)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 0}, "steps is 0; give 1 or more"),
        ({"rate": 0.0}, "rate is 0.0; give a finite number above 0"),
        ({"rate": math.nan}, "rate is nan; give a finite number above 0"),
        ({"gamma": math.inf}, "gamma is inf; give a finite number, 0 or more"),
        ({"decay": 1.0}, "decay is 1.0; give 0 or more, less than 1"),
        ({"seed": -1}, "seed is -1; give 0 or more"),
        ({"limit": 0}, "limit is 0; give 1 or more, or leave it out"),
        ({"spread": 1.5}, "spread is 1.5; give at most 1, which is a factor of e"),
        ({"spread": -1.5}, "spread is -1.5; give a finite number, 0 or more"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_what_is_within(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Settings(**changes)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("bound", "advice"),
    [
        (AtLeast(2, "for statistics of a batch"), "give 2 or more, for statistics of a batch"),
        (Between(0, 1), "give 0 to 1"),
        (ShareOf(0.15), "give a share between 0 and 1, such as 0.15"),
        (Finite(), "give a finite number"),
        (OneOf((32, 64, 128)), "choose from 32, 64, 128"),
        (MultipleOf(32, 64), "give a multiple of 32 from 64 on"),
    ],
)
def test_every_bound_says_what_to_give(bound: Bound, advice: str) -> None:
    assert bound.advice(is_whole=True) == advice


def test_what_is_left_out_or_has_no_bounds_is_let_pass() -> None:
    assert Settings(limit=None, free=math.nan).limit is None
    assert [field.name for field in bounded_fields(Settings)] == [
        *("steps", "rate", "gamma", "decay", "seed", "limit", "spread")
    ]
