"""All settings of a training: bounds, what fits together, what would do nothing, files of both schemas."""

import json
import math
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from ganatomy.config.bounds import bounded_fields
from ganatomy.config.evolve import (
    COMPARISON,
    MAY_CHANGE,
    POINT_DATA,
    DataSettings,
    EvolveConfig,
    ObjectiveName,
    PresetName,
    StopSettings,
)
from ganatomy.config.jsonable import flat_json, from_json, read_config, to_json
from ganatomy.config.parts import changed, flat, settings_of
from ganatomy.config.presets import PRESETS
from ganatomy.data.mixtures import MIXTURES
from ganatomy.errors import ConfigError, IncompatibleRun

SCHEMA_1 = Path(__file__).parents[2] / "fixtures" / "schema1"
COUNTS = (
    *("population", "generator_steps", "evolve_every", "discriminator_steps", "num_scenes", "score_images"),
    "tick_generations",
)
AMOUNTS = (
    *("width", "learning_rate", "ema_kimg", "sample_every_minutes", "snapshot_every_minutes"),
    *("fade_kimg", "stable_kimg"),
)
OPTIONAL_COUNTS = (
    *("generations", "threads", "evaluation_size", "score_every_generations", "stop_after_no_gain"),
    "keep_every_generations",
)
OPTIONAL_AMOUNTS = ("kimg", "minutes")
DECAYS = ("beta1", "beta2")
WEIGHTS = ("gamma", "perturb", "gradient_penalty", "gradient_penalty_centre", "r1", "r2", "drift")
OTHERS = ("batch_size", "discriminator_beta1", "seed", "rollbacks", "image_size", "feature_size", "start_size")


def refusal(**changes: Any) -> str:
    """Return the message with which the settings are refused."""
    with pytest.raises(ConfigError) as caught:
        EvolveConfig.of(**changes)
    return str(caught.value)


def cases() -> Iterator[tuple[str, float, str]]:
    """Yield settings with values out of their bounds, and what is said of them."""
    for name in COUNTS:
        yield from ((name, value, "give 1 or more") for value in (0, -1, math.nan))
    for name in AMOUNTS:
        yield from ((name, value, "give a finite number above 0") for value in (0.0, -0.5, math.nan, math.inf))
    for name in OPTIONAL_COUNTS:
        yield from ((name, value, "give 1 or more, or leave it out") for value in (0, -3, math.nan, math.inf))
    for name in OPTIONAL_AMOUNTS:
        yield from (
            (name, value, "give a finite number above 0, or leave it out") for value in (0, -3, math.nan, math.inf)
        )
    for name in DECAYS:
        yield from ((name, value, "give 0 or more, less than 1") for value in (-0.1, 1.0, math.nan))
    yield "discriminator_beta1", 1.0, "give 0 or more, less than 1, or leave it out"
    for name in WEIGHTS:
        yield from ((name, value, "give a finite number, 0 or more") for value in (-0.1, math.nan, math.inf))


@pytest.mark.parametrize(("name", "value", "advice"), tuple(cases()))
def test_what_is_out_of_bounds_is_refused(name: str, value: float, advice: str) -> None:
    assert refusal(**{name: value}) == f"{name} is {value}; {advice}"


def test_every_number_has_bounds() -> None:
    found = settings_of(EvolveConfig).values()
    bounded = {field.name for owner in {one.owner for one in found} for field in bounded_fields(owner)}
    numbers = {
        one.name for one in found if "Literal" not in str(one.hint) and re.search(r"\b(int|float)\b", str(one.hint))
    }
    assert bounded == numbers
    assert bounded == {*COUNTS, *AMOUNTS, *OPTIONAL_COUNTS, *OPTIONAL_AMOUNTS, *DECAYS, *WEIGHTS, *OTHERS}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image_size": 48}, "image_size is 48; choose from 32, 64, 128, 256, 512"),
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
            "generator is 'resnet', but only a DCGAN grows from another run, and it stays one; leave it out",
        ),
        (
            {"width": 0.5, "generator": "resnet"},
            "width is 0.5, but neither network is a DCGAN or a progan of that width; leave it out",
        ),
        (
            {"width": 2.0, "data": "8gaussians"},
            "width is 2, but neither network is a DCGAN or a progan of that width; leave it out",
        ),
        (
            {"grow_from": Path("runs/1"), "generator": "progan"},
            "generator is 'progan', but only a DCGAN grows from another run, and it stays one; leave it out",
        ),
        ({"start_size": 5}, "start_size is 5; choose from 4, 8, 16, 32, 64, 128, 256, 512"),
        (
            {"generator": "progan", "start_size": 128},
            "start_size is 128, but images have 64 px; give at most that",
        ),
        (
            {"generator": "progan", "discriminator": "light"},
            "discriminator 'light' is made for one size of images, but the generator grows from 4 to 64 px; give "
            "--discriminator progan or projected, or --start-size 64",
        ),
        *(
            (
                {"image_size": 256, which: "released"},
                "image_size is 256, but the networks that were released are of 32, 64, 128 px; give another "
                "--generator and --discriminator",
            )
            for which in ("generator", "discriminator")
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
        {"width": 0.5, "generator": "resnet", "discriminator": "progan"},
        {"generator": "progan", "start_size": 64, "discriminator": "light"},
        {"generator": "progan", "discriminator": "progan", "image_size": 512, "start_size": 8, "drift": 0.001},
        {"generator": "progan", "fade_kimg": 0.5, "stable_kimg": 0.1},
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
    config = EvolveConfig.of(**changes)
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
    assert EvolveConfig.of(**changes).images_per_evaluation == images


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data": "8gaussians", "discriminator": "resnet"}, "discriminator is resnet, but 8gaussians are points in"),
        ({"data": "8gaussians", "generator": "constant"}, "generator is constant, but 8gaussians are points in"),
        (
            {"data": "8gaussians", "generator": "progan", "width": 8.0},
            "generator is progan, but 8gaussians are points in",
        ),
        ({"data": "8gaussians", "image_size": 128}, "image_size is 128, but 8gaussians are points in the plane"),
        ({"data": "8gaussians", "classes": ("a", "b")}, "classes is a, b, but 8gaussians are points in the plane"),
        ({"data": "8gaussians", "extractor": "resnet56"}, "extractor is resnet56, but 8gaussians are points"),
        ({"data": "scenes:castle"}, "no scenes 'scenes:castle'; give scenes, scenes:houses or scenes:streets"),
        ({"data": "scenes:houses", "split": "test"}, "split is test, but scenes have neither classes nor splits nor"),
        ({"classes": ("tree",)}, "classes is tree, but scenes have neither classes nor splits nor files"),
        ({"data": "photos", "num_scenes": 3}, "num_scenes is 3, but photos is read, not rendered; leave it out"),
        ({"discriminator": "light", "feature_size": 128}, "feature_size is 128, but discriminator is light"),
        ({"fade_kimg": 5.0}, "fade_kimg is 5.0, but generator 'light' does not grow in its training; leave it out"),
        (
            {"data": "8gaussians", "start_size": 8},
            "start_size is 8, but the generator of 8gaussians does not grow in its training; leave it out",
        ),
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
    assert EvolveConfig.of(**changes)


def test_fresh_images_of_the_survivors_are_not_those_of_the_evaluation() -> None:
    assert "give at least that many" in refusal(batch_size=32, evaluation_size=16)
    assert EvolveConfig.of(batch_size=32, evaluation_size=16, fresh_images=True).images_per_evaluation == 16


def test_settings_are_made_of_parts_or_by_their_names() -> None:
    nested = EvolveConfig(data=DataSettings(data="8gaussians"), stop=StopSettings(minutes=1))
    assert EvolveConfig.of(data="8gaussians", minutes=1) == nested
    assert refusal(gama=1) == "unknown key 'gama'; did you mean 'gamma'?"


def test_a_value_in_place_of_a_part_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        EvolveConfig(data="8gaussians")  # type: ignore[arg-type]
    assert str(caught.value) == (
        "data is '8gaussians', no DataSettings; give EvolveConfig.of(data='8gaussians'), or DataSettings(...)"
    )


def test_no_name_stands_in_two_parts() -> None:
    parts = [settings_of(part) for part in {one.owner for one in settings_of(EvolveConfig).values()} - {EvolveConfig}]
    assert sum(map(len, parts)) + len(("preset", "seed")) == len(settings_of(EvolveConfig)) == 69


def test_stops_scores_and_bookkeeping_may_change_on_resuming() -> None:
    assert {
        *("generations", "kimg", "minutes", "stop_after_no_gain"),
        *("score_every_generations", "score_metric", "score_images", "extractor", "extractor_weights"),
        *("name", "out", "resume", "sample_every_minutes", "snapshot_every_minutes", "keep_every_generations"),
        *("tick_generations", "rollbacks", "device", "threads"),
    } == MAY_CHANGE


def test_what_comes_first_in_help_are_settings() -> None:
    assert set(EvolveConfig.FIRST) <= set(settings_of(EvolveConfig))


def test_objectives_are_all_that_there_are() -> None:
    names = get_args(ObjectiveName)
    assert EvolveConfig.of(objectives=names).objectives.objectives == names
    assert len(names) == 8


def test_some_data_are_points() -> None:
    assert POINT_DATA == MIXTURES
    assert all(DataSettings(data=name).is_points for name in MIXTURES)
    assert not DataSettings(data="scenes").is_points
    names = ("scenes", "scenes:houses", "swissroll", "photos.zip")
    assert [DataSettings(data=name).has_files for name in names] == [False, False, False, True]
    assert [DataSettings(data=name).is_scenes for name in names] == [True, True, False, False]


def test_presets_have_the_names_that_settings_know() -> None:
    assert set(PRESETS) == set(get_args(PresetName))


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "progan"])
def test_every_other_preset_can_be_had_of_points(name: str) -> None:
    assert changed(PRESETS[name], data="25gaussians", image_size=32).data.is_points


def test_a_file_holds_settings_in_parts() -> None:
    written = to_json(EvolveConfig.of(gamma=0.5))
    assert list(written) == [
        *("schema", "preset", "seed", "data", "networks", "growing", "objectives", "selection", "optimiser"),
        *("stop", "scoring", "bookkeeping"),
    ]
    assert (written["schema"], written["selection"]["gamma"]) == (2, 0.5)
    assert flat_json(written).keys() == {"schema", *settings_of(EvolveConfig)}


@pytest.mark.parametrize("path", sorted(SCHEMA_1.glob("evolve-*.json")), ids=lambda path: path.stem)
def test_a_file_of_schema_1_opens_with_the_settings_that_it_holds(path: Path) -> None:
    kept = json.loads(path.read_text(encoding="utf-8"))
    config = read_config(EvolveConfig, path)
    assert kept.pop("schema") == 1
    written = flat_json(to_json(config))
    assert {name: written[name] for name in kept} == kept
    defaults = flat(EvolveConfig())
    assert all(value == defaults[name] for name, value in flat(config).items() if name not in kept)
    assert from_json(EvolveConfig, to_json(config)) == config


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"schema": 1, "gama": 1}, "it: unknown key 'gama'; did you mean 'gamma'?"),
        ({"schema": 1, "gamma": "x"}, "it: gamma: 'x' is no number"),
        ({"schema": 1, "gamma": -1.0}, "it: gamma is -1.0; give a finite number, 0 or more"),
        ({"schema": 1, "selection": {"gamma": 1}}, "it: selection: {'gamma': 1} is unknown; accepted: 'comma'"),
        ({"schema": 2, "gamma": 1}, "it: unknown key 'gamma'; did you mean 'selection.gamma'?"),
        ({"schema": 2, "data": {"gamma": 1}}, "it: unknown key 'gamma'; did you mean 'selection.gamma'?"),
        ({"schema": 2, "selection": {"gama": 1}}, "it: unknown key 'gama'; did you mean 'gamma'?"),
        ({"schema": 2, "selecton": {}}, "it: unknown key 'selecton'; did you mean 'selection'?"),
        ({"schema": 2, "selection": {"gamma": "x"}}, "it: selection.gamma: 'x' is no number"),
        ({"schema": 2, "selection": "plus"}, "it: selection: "),
        ({"schema": 2, "stop": {"minutes": 0}}, "it: minutes is 0.0; give a finite number above 0, or leave it out"),
        ({"schema": 3}, "it: schema is 3; this release reads schema 1 or 2"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(data: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_json(EvolveConfig, data, "it")
    assert str(caught.value).startswith(message)


def test_a_run_goes_on_without_its_stops_and_a_comparison_by_another_command(tmp_path: Path) -> None:
    shutil.copy(SCHEMA_1 / "evolve-photos-64.json", tmp_path / "config.json")
    resumed = EvolveConfig.to_resume(tmp_path)
    assert resumed.stop == StopSettings()
    assert changed(resumed, generations=4122) == read_config(EvolveConfig, tmp_path / "config.json")
    (tmp_path / COMPARISON).touch()
    with pytest.raises(IncompatibleRun, match="is a comparison; go on with it by `ganatomy compare --resume"):
        EvolveConfig.to_resume(tmp_path)
