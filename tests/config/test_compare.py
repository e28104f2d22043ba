"""Settings of the compare command: what an arm is made of, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ganatomy.config.compare import CompareConfig, parse_arm
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import flat_json, from_json, read_config, to_json
from ganatomy.config.parts import changed, settings_of
from ganatomy.errors import ConfigError

SCHEMA_1 = Path(__file__).parents[1] / "fixtures" / "schema1"
BASE = EvolveConfig.of(data="8gaussians", population=2, evaluation_size=64)


def refusal(**changes: Any) -> str:
    """Return the message with which the settings are refused."""
    with pytest.raises(ConfigError) as caught:
        CompareConfig(**changes)
    return str(caught.value)


def test_each_kind_of_arm_changes_what_it_is_about():
    assert parse_arm("egan", BASE).settings == BASE
    assert parse_arm("random", BASE).settings == changed(BASE, selection="random")
    assert parse_arm("quality", BASE).settings == changed(BASE, gamma=0.0, diversity="none")
    single = changed(BASE, objectives=("hinge",), population=1, evaluation_size=None)
    assert parse_arm("hinge", BASE).settings == single
    assert [parse_arm(name, BASE).kind for name in ("egan", "random", "quality", "hinge")] == [
        *("egan", "random", "quality", "objective")
    ]


def test_quality_only_of_a_pareto_selection_selects_by_fitness():
    arm = parse_arm("quality", changed(BASE, selection="pareto"))
    assert (arm.settings.selection.selection, arm.settings.selection.diversity) == ("comma", "none")


def test_a_plain_gan_and_chance_do_not_evolve_now_and_then():
    seldom = changed(BASE, evolve_every=4)
    arms = [parse_arm(name, seldom) for name in ("egan", "random", "hinge")]
    assert [arm.settings.selection.evolve_every for arm in arms] == [4, 1, 1]


def test_traits_are_moved_where_something_is_selected():
    moved = changed(BASE, perturb=0.3)
    arms = [parse_arm(name, moved) for name in ("egan", "random", "hinge")]
    assert [arm.settings.selection.perturb for arm in arms] == [0.3, 0.3, 0.0]


@pytest.mark.parametrize("text", ["0.5", ".5", "5e-1"])
def test_numbers_are_read_as_the_command_line_reads_them(text):
    assert parse_arm(f"egan:gamma={text}", BASE).settings.selection.gamma == 0.5


def test_at_equal_seconds_an_arm_tells_what_it_costs_to_compete_always():
    assert "egan:evolve_every=4" not in CompareConfig(base=BASE).arm_names
    seconds = CompareConfig(base=BASE, equal="seconds")
    assert seconds.arm_names == ("egan", "egan:evolve_every=4", "random", "quality", *BASE.objectives.objectives)
    assert [arm.settings.selection.evolve_every for arm in seconds.parsed_arms[:2]] == [1, 4]
    assert "egan:evolve_every=4" not in replace(seconds, base=changed(BASE, evolve_every=2)).arm_names


def test_losses_and_latent_layers_are_compared_as_arms():
    names = [
        "heuristic",
        "heuristic:latent_layers=every",
        "wasserstein:discriminator_loss=hinge",
        "wasserstein:discriminator_loss=hinge,latent_layers=every",
    ]
    arms = [parse_arm(name, EvolveConfig()).settings for name in names]
    assert [
        (*arm.objectives.objectives, arm.objectives.discriminator_loss, arm.networks.latent_layers) for arm in arms
    ] == [
        ("heuristic", "bce", "preset"),
        ("heuristic", "bce", "every"),
        ("wasserstein", "hinge", "preset"),
        ("wasserstein", "hinge", "every"),
    ]


def test_an_arm_takes_settings_of_every_type():
    arm = parse_arm("egan:gamma=0.5,population=3,crossover=true,selection=plus,objectives=hinge+minimax", BASE)
    assert arm.settings == changed(
        BASE, gamma=0.5, population=3, crossover=True, selection="plus", objectives=("hinge", "minimax")
    )
    assert arm.directory == "egan-gamma=0.5-population=3-crossover=true-selection=plus-objectives=hinge+minimax"
    assert parse_arm("egan:evaluation_size=null", BASE).settings.selection.evaluation_size is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("egn", "no arm 'egn'; did you mean 'egan'?"),
        ("xyz", "no arm 'xyz'; choose from egan, random, quality, minimax, heuristic"),
        ("egan:gama=1", "arm 'egan:gama=1': unknown key 'gama'; did you mean 'gamma'?"),
        ("egan:gamma=-1", "arm 'egan:gamma=-1': gamma is -1.0; give a finite number, 0 or more"),
        ("egan:gamma=big", "arm 'egan:gamma=big': gamma: 'big' is no number"),
        ("egan:gamma", "arm 'egan:gamma': 'gamma' has no value; give such as egan:gamma=0.5,population=2"),
        ("egan:data=scenes", "arm 'egan:data=scenes' sets data, which is the same for all arms; see --data"),
        ("egan:score_metric=fd", "sets score_metric, which is the same for all arms; see --score-metric"),
    ],
)
def test_an_arm_that_cannot_be_is_refused(name, message):
    assert message in refusal(arms=(name,))


@pytest.mark.parametrize(
    ("name", "setting", "instead"),
    [
        ("random:selection=comma,gamma=0.1", "selection", "egan:selection=comma,gamma=0.1"),
        ("random:crossover=true", "crossover", "egan:crossover=true"),
        ("random:evolve_every=2", "evolve_every", "egan:evolve_every=2"),
        ("quality:gamma=0.1", "gamma", "egan:gamma=0.1"),
        ("quality:diversity=pairwise", "diversity", "egan:diversity=pairwise"),
        ("heuristic:objectives=minimax+hinge", "objectives", "egan:objectives=minimax+hinge"),
        ("heuristic:learning_rate=0.1,population=2", "population", "egan:learning_rate=0.1,population=2"),
        ("hinge:selection=plus", "selection", "egan:selection=plus"),
        ("hinge:crossover=true", "crossover", "egan:crossover=true"),
        ("hinge:evolve_every=2", "evolve_every", "egan:evolve_every=2"),
        ("hinge:evaluation_size=64", "evaluation_size", "egan:evaluation_size=64"),
    ],
)
def test_a_control_stays_one(name, setting, instead):
    head = name.partition(":")[0]
    assert refusal(arms=("egan", name)) == (
        f"arm {name!r} sets {setting}, which makes {head} what it is; use {instead} instead"
    )


def test_a_control_takes_what_leaves_it_one():
    assert parse_arm("random:population=3", BASE).settings == changed(BASE, selection="random", population=3)
    assert parse_arm("quality:selection=plus", BASE).settings.selection.selection == "plus"
    assert parse_arm("hinge:learning_rate=0.1,gamma=0.5", BASE).settings.optimiser.learning_rate == 0.1


def test_no_arms_given_stand_for_egan_and_its_controls():
    assert CompareConfig().arm_names == ("egan", "random", "quality", "heuristic", "minimax", "least_squares")
    same = CompareConfig(base=changed(BASE, gamma=0.0, diversity="none"))
    assert [arm.name for arm in same.parsed_arms] == ["egan", "random", "heuristic", "minimax", "least_squares"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seeds": 0}, "seeds is 0; give 1 or more"),
        ({"scores": 0}, "scores is 0; give 1 or more"),
        ({"jobs": -1}, "jobs is -1; give 1 or more"),
        ({"budget": 0.5}, "budget is 0.5; give 1 or more"),
        ({"budget": float("nan")}, "budget is nan; give 1 or more"),
        ({"budget": 0.0, "equal": "seconds"}, "budget is 0.0; give seconds above 0"),
        (
            {"base": EvolveConfig.of(minutes=3)},
            "minutes is 3, but --budget and --scores decide that here; leave it out",
        ),
        ({"arms": ("egan", "egan:gamma=0.02")}, "arms 'egan' and 'egan:gamma=0.02' are the same; leave one out"),
        (
            {"arms": ("egan:objectives=hinge",)},
            "arm 'egan:objectives=hinge' has nothing to choose by fitness: selection is comma, population 1, "
            "objectives hinge; give two objectives or more, or other arms",
        ),
        (
            {"arms": ("egan", "random:objectives=hinge")},
            "arm 'random:objectives=hinge' has nothing to choose by chance: its only objective is hinge; give two "
            "objectives or more, or arm 'hinge'",
        ),
        (
            {"base": EvolveConfig.of(generator="progan"), "equal": "compute"},
            "arm 'egan' grows in its training, so that its generations do not all cost the same; give --equal steps, "
            "or --start-size as large as the images",
        ),
        (
            {"base": EvolveConfig.of(selection="random")},
            "arm 'egan' has nothing to choose by fitness: selection is random",
        ),
    ],
)
def test_settings_that_cannot_be_used_are_refused(changes, message):
    assert refusal(**changes).startswith(message)


def test_settings_come_back_from_json():
    config = CompareConfig(("egan", "hinge"), seeds=5, equal="compute", jobs=2, base=changed(BASE, out=Path("there")))
    assert from_json(CompareConfig, to_json(config)) == config


def test_seeds_go_on_from_the_first():
    assert CompareConfig(base=changed(BASE, seed=7)).seed_list == (7, 8, 9)
    assert CompareConfig(seeds=1, base=changed(BASE, seed=7)).seed_list == (7,)
    assert CompareConfig(base=changed(BASE, device="cuda")).device == "cuda"


@pytest.mark.parametrize("path", sorted(SCHEMA_1.glob("compare-*.json")), ids=lambda path: path.stem)
def test_a_file_of_schema_1_opens_with_the_settings_that_it_holds(path: Path) -> None:
    kept = flat_json(json.loads(path.read_text(encoding="utf-8")))
    config = read_config(CompareConfig, path)
    assert kept.pop("schema") == 1
    written = to_json(config)
    assert (written["schema"], list(written["base"])[:3]) == (2, ["preset", "seed", "data"])
    assert {name: flat_json(written)[name] for name in kept} == kept
    assert from_json(CompareConfig, written) == config


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"schema": 1, "base": {"gama": 1}}, "it: unknown key 'gama'; did you mean 'gamma'?"),
        ({"schema": 1, "base": 3}, "it: base: "),
        ({"schema": 2, "base": {"gamma": 1}}, "it: unknown key 'gamma'; did you mean 'base.selection.gamma'?"),
        ({"schema": 2, "gamma": 1}, "it: unknown key 'gamma'; did you mean 'base.selection.gamma'?"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(data: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_json(CompareConfig, data, "it")
    assert str(caught.value).startswith(message)


def test_what_comes_first_in_help_are_settings() -> None:
    assert set(CompareConfig.FIRST) <= set(settings_of(CompareConfig))
