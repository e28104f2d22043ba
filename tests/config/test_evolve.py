"""Settings of the evolve command."""

import math
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from ganatomy.config.evolve import (
    AMOUNTS,
    COUNTS,
    DECAYS,
    OPTIONAL,
    POINT_DATA,
    STOPS_AND_BOOKKEEPING,
    WEIGHTS,
    EvolveConfig,
    ObjectiveName,
)
from ganatomy.config.jsonable import from_json, to_json
from ganatomy.config.presets import PRESETS
from ganatomy.data.mixtures import MIXTURES
from ganatomy.errors import ConfigError


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


@pytest.mark.parametrize("field", DECAYS)
@pytest.mark.parametrize("value", [-0.1, 1.0, math.nan])
def test_a_decay_is_less_than_1(field: str, value: float) -> None:
    assert refusal(**{field: value}) == f"{field} is {value}; give 0 or more, less than 1"


@pytest.mark.parametrize("field", WEIGHTS)
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf])
def test_a_weight_is_finite_and_may_be_0(field: str, value: float) -> None:
    assert refusal(**{field: value}) == f"{field} is {value}; give a finite number, 0 or more"
    penalised = {"gradient_penalty": 1.0} if field == "gradient_penalty_centre" else {}
    assert getattr(EvolveConfig(**penalised, **{field: 0.0}), field) == 0


def test_every_number_is_checked() -> None:
    checked = {*COUNTS, *AMOUNTS, *OPTIONAL, *DECAYS, *WEIGHTS, "seed", "rollbacks", "image_size", "feature_size"}
    kinds = {int, float, int | None, float | None}
    assert {name for name, kind in get_type_hints(EvolveConfig).items() if kind in kinds} == checked


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
            {"batch_size": 16, "discriminator_steps": 3, "population": 5, "evaluation_size": 9},
            "evaluation_size is 9, but the discriminator's steps need 10 images of each survivor; give at least that "
            "many",
        ),
        (
            {"objectives": ("minimax",), "crossover": True},
            "crossover distils two children into one; give two objectives or more",
        ),
        (
            {"crossover": True, "selection": "random"},
            "crossover takes the two fittest, and selection random measures no fitness; leave one out",
        ),
        (
            {"selection": "pareto", "diversity": "none"},
            "selection pareto weighs quality against diversity; give --diversity gradient or pairwise",
        ),
        (
            {"adam_state": "per_objective", "generator_steps": 2},
            "adam_state per_objective counts one step a mutation; give --generator-steps 1",
        ),
        (
            {"data": "swissroll", "grow_from": Path("runs/1")},
            "grow_from doubles the size of images, and swissroll are points; leave it out",
        ),
        (
            {"selection": "chain", "crossover": True},
            "crossover distils two siblings, and selection chain has none; leave one out",
        ),
        (
            {"selection": "random", "evolve_every": 5},
            "evolve_every is 5, but selection random lets nothing compete; give --evolve-every 1",
        ),
        (
            {"grow_from": Path("runs/1"), "upsampling": "nearest"},
            "upsampling is 'nearest', but a generator that grows keeps its own; leave it out",
        ),
        (
            {"grow_from": Path("runs/1"), "generator": "resnet"},
            "generator is 'resnet', but only a DCGAN grows, and it stays one; leave it out",
        ),
        (
            {"width": 0.5, "generator": "resnet"},
            "width is 0.5, but neither network is a DCGAN of that width; leave it out",
        ),
        (
            {"width": 2.0, "data": "8gaussians"},
            "width is 2, but neither network is a DCGAN of that width; leave it out",
        ),
        ({"perturb": 1.5}, "perturb is 1.5; give at most 1, which is a factor of e"),
        ({"batch_size": 1}, "batch_size is 1; give 2 or more, for statistics of a batch"),
        ({"stop_after_no_gain": 3}, "stop_after_no_gain counts scores; give --score-every-generations too"),
        ({"rollbacks": -1}, "rollbacks is -1; give 0 or more"),
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
        {"gamma": 0.0, "objectives": ("minimax",), "population": 2},
        {"width": 0.5, "generator": "resnet", "discriminator": "light"},
        {"width": 0.5, "grow_from": Path("runs/1"), "discriminator": "released"},
        {"gamma": 0.0, "objectives": ("minimax",), "population": 2, "selection": "pareto"},
        {"objectives": ("minimax",), "population": 2, "crossover": True},
        {"adam_state": "per_objective", "generator_steps": 1, "evolve_every": 5, "rollbacks": 0},
        {"stop_after_no_gain": 1, "score_every_generations": 1, "score_metric": "kd", "extractor": "a:b"},
        {"data": "25gaussians", "selection": "pareto", "diversity": "pairwise", "discriminator_beta1": 0.0},
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
        ({"batch_size": 32, "population": 2}, 32),
        ({"batch_size": 10, "discriminator_steps": 2, "population": 3}, 20),
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


def test_objectives_are_all_that_there_are() -> None:
    names = ObjectiveName.__args__
    assert EvolveConfig(objectives=names).objectives == names
    assert len(names) == 8


def test_some_data_are_points() -> None:
    assert POINT_DATA == MIXTURES
    assert all(EvolveConfig(data=name).is_points for name in MIXTURES)
    assert not EvolveConfig(data="scenes").is_points


def test_a_preset_is_found_by_its_name() -> None:
    assert EvolveConfig.from_preset("theano") is PRESETS["theano"]
    with pytest.raises(ConfigError) as caught:
        EvolveConfig.from_preset("theanoo")
    assert str(caught.value) == f"no preset 'theanoo'; choose from {', '.join(PRESETS)}"


def test_what_decides_how_a_training_goes_cannot_change_on_resuming() -> None:
    free = {"rollbacks", "stop_after_no_gain", "tick_generations", "snapshot_every_minutes", "device"}
    assert free <= STOPS_AND_BOOKKEEPING
    fixed = {"selection", "crossover", "evolve_every", "perturb", "r1", "adam_state", "diversity", "precision"}
    assert not fixed & STOPS_AND_BOOKKEEPING


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data": "8gaussians", "discriminator": "resnet"}, "discriminator is resnet, but 8gaussians are points in"),
        ({"data": "8gaussians", "generator": "constant"}, "generator is constant, but 8gaussians are points in"),
        ({"data": "8gaussians", "image_size": 128}, "image_size is 128, but 8gaussians are points in the plane"),
        ({"data": "8gaussians", "classes": ("a", "b")}, "classes is a, b, but 8gaussians are points in the plane"),
        ({"data": "8gaussians", "extractor": "resnet56"}, "extractor is resnet56, but 8gaussians are points"),
        ({"classes": ("tree",)}, "classes is tree, but scenes have neither classes nor splits nor files"),
        ({"data": "photos", "num_scenes": 3}, "num_scenes is 3, but photos is read, not rendered; leave it out"),
        ({"discriminator": "light", "feature_size": 128}, "feature_size is 128, but discriminator is light"),
        ({"objectives": ("hinge",), "perturb": 0.3}, "perturb is 0.3, but nothing competes with objective hinge"),
        ({"objectives": ("hinge",), "evolve_every": 4}, "evolve_every is 4, but nothing competes with objective"),
        ({"gradient_penalty_centre": 3.0}, "gradient_penalty_centre is 3.0, but gradient_penalty is 0; leave it out"),
    ],
)
def test_what_would_do_nothing_is_refused(changes: dict[str, Any], message: str) -> None:
    assert refusal(**changes).startswith(message)


@pytest.mark.parametrize(
    "changes",
    [
        {"objectives": ("hinge",), "selection": "plus", "perturb": 0.3, "evolve_every": 2},
        {"gradient_penalty": 1.0, "gradient_penalty_centre": 0.0},
        {"data": "photos", "classes": ("tree",), "split": "all", "strict": True},
    ],
)
def test_what_does_something_is_taken(changes: dict[str, Any]) -> None:
    assert EvolveConfig(**changes)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_had_of_points(name: str) -> None:
    assert replace(PRESETS[name], data="25gaussians", image_size=32).is_points


def test_fresh_images_of_the_survivors_are_not_those_of_the_evaluation() -> None:
    assert "give at least that many" in refusal(batch_size=32, evaluation_size=16)
    assert EvolveConfig(batch_size=32, evaluation_size=16, fresh_images=True).images_per_evaluation == 16
