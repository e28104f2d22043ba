"""Settings of the evolve command."""

import math
from dataclasses import fields
from typing import Any

import pytest

from ganatomy.config.evolve import STOPS_AND_BOOKKEEPING, EvolveConfig
from ganatomy.config.jsonable import from_json, to_json
from ganatomy.errors import ConfigError

COUNTS = ("population", "batch_size", "discriminator_steps", "num_scenes", "tick_generations")
AMOUNTS = ("learning_rate", "ema_kimg", "sample_every_minutes", "snapshot_every_minutes")
OPTIONAL = ("generations", "kimg", "minutes", "threads", "evaluation_size")


def refusal(**changes: Any) -> str:
    """Return the message with which the settings are refused."""
    with pytest.raises(ConfigError) as caught:
        EvolveConfig(**changes)
    return str(caught.value)


@pytest.mark.parametrize("field", COUNTS)
@pytest.mark.parametrize("value", [0, -1])
def test_a_count_is_1_or_more(field: str, value: int) -> None:
    assert refusal(**{field: value}) == f"{field} is {value}; give 1 or more"


@pytest.mark.parametrize("field", AMOUNTS)
@pytest.mark.parametrize("value", [0.0, -0.5, math.nan, math.inf])
def test_an_amount_is_finite_and_above_0(field: str, value: float) -> None:
    assert refusal(**{field: value}) == f"{field} is {value}; give a finite number above 0"


@pytest.mark.parametrize("field", OPTIONAL)
@pytest.mark.parametrize("value", [0, -3, math.nan, math.inf])
def test_what_may_be_left_out_is_finite_and_above_0_where_given(field: str, value: float) -> None:
    assert refusal(**{field: value}) == f"{field} is {value}; give a finite number above 0, or leave it out"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image_size": 48}, "image_size is 48; choose from 32, 64, 128"),
        ({"feature_size": 100}, "feature_size is 100; give a multiple of 32 from 64 on"),
        ({"feature_size": 32}, "feature_size is 32; give a multiple of 32 from 64 on"),
        ({"objectives": ()}, "objectives are []; give one or more, each once"),
        (
            {"objectives": ("minimax", "minimax")},
            "objectives are ['minimax', 'minimax']; give one or more, each once",
        ),
        (
            {"objectives": ("minimax",), "gamma": 0.0, "population": 2},
            "a population of one objective needs gamma above 0 to differ; give --population 1",
        ),
        (
            {"batch_size": 16, "discriminator_steps": 3, "population": 5, "evaluation_size": 9},
            "evaluation_size is 9, but the discriminator's steps need 10 images of each survivor; give at least that "
            "many",
        ),
        ({"gamma": -0.1}, "gamma is -0.1; give a finite number, 0 or more"),
        ({"gamma": math.nan}, "gamma is nan; give a finite number, 0 or more"),
        ({"gamma": math.inf}, "gamma is inf; give a finite number, 0 or more"),
        ({"beta1": -0.1}, "beta1 is -0.1; give 0 or more, less than 1"),
        ({"beta1": 1.0}, "beta1 is 1.0; give 0 or more, less than 1"),
        ({"beta2": math.nan}, "beta2 is nan; give 0 or more, less than 1"),
        ({"seed": -1}, "seed is -1; give 0 or more"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(changes: dict[str, Any], message: str) -> None:
    assert refusal(**changes) == message


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"gamma": 0.0},
        {"gamma": 0.0, "objectives": ("minimax",)},
        {"gamma": 0.1, "objectives": ("minimax",), "population": 2},
        {"batch_size": 16, "discriminator_steps": 3, "population": 5, "evaluation_size": 10},
        {"feature_size": 64, "beta1": 0.5, "beta2": 0.0, "generations": 1, "kimg": 0.5, "minutes": 0.1, "threads": 1},
    ],
)
def test_settings_at_the_edge_are_accepted_and_come_back_from_json(changes: dict[str, Any]) -> None:
    config = EvolveConfig(**changes)
    assert from_json(EvolveConfig, to_json(config)) == config


@pytest.mark.parametrize(
    ("changes", "images"),
    [
        ({"batch_size": 32}, 32),
        ({"batch_size": 32, "discriminator_steps": 2}, 64),
        ({"batch_size": 32, "population": 2}, 16),
        ({"batch_size": 10, "discriminator_steps": 2, "population": 3}, 7),
        ({"batch_size": 32, "evaluation_size": 256}, 256),
    ],
)
def test_a_child_is_evaluated_on_what_the_discriminators_steps_use(changes: dict[str, Any], images: int) -> None:
    assert EvolveConfig(**changes).images_per_evaluation == images


def test_what_may_change_on_resuming_are_settings() -> None:
    names = {field.name for field in fields(EvolveConfig)}
    assert names >= STOPS_AND_BOOKKEEPING
    assert {"generations", "kimg", "minutes", "resume"} <= STOPS_AND_BOOKKEEPING
    assert not STOPS_AND_BOOKKEEPING & {"data", "image_size", "gamma", "objectives", "population", "seed"}
