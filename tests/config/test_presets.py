"""Each preset holds what its source states (specified in the docstrings), and flags override it."""

import json

import pytest

from ganatomy.cli.main import main
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import from_json, to_json
from ganatomy.config.parts import changed, flat
from ganatomy.config.presets import PRESETS, preset, preset_values
from ganatomy.errors import ConfigError


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_knows_its_name_and_comes_back_from_json(name: str) -> None:
    config = PRESETS[name]
    assert config.preset == name
    assert from_json(EvolveConfig, to_json(config)) == config


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("paper", {"batch_size": 16, "discriminator_steps": 2, "beta1": 0.5, "beta2": 0.99, "gamma": 0.001}),
        ("paper-points", {"batch_size": 16, "gamma": 0.5, "discriminator_norm": "none", "data": "8gaussians"}),
        ("theano", {"batch_size": 32, "discriminator_steps": 3, "evaluation_size": 256, "gamma": 0.002}),
        ("theano", {"squared_norm": True, "adam_state": "per_objective", "beta2": 0.999}),
        ("theano-64", {"image_size": 64, "evaluation_size": 96, "gamma": 0.001}),
        ("theano-128", {"image_size": 128, "evaluation_size": 96}),
        ("theano-points", {"learning_rate": 1e-4, "discriminator_beta1": 0.0, "batch_size": 64, "gamma": 1.0}),
        ("pytorch", {"adam_state": "inherited", "squared_norm": False, "gamma": 0.01}),
        ("pytorch", {"objectives": ("heuristic", "minimax", "least_squares_logit")}),
        ("progan", {"generator": "progan", "discriminator": "progan", "fade_kimg": 600, "stable_kimg": 600}),
        ("progan", {"discriminator_loss": "wasserstein", "gradient_penalty": 10, "drift": 0.001, "batch_size": 16}),
        ("progan", {"learning_rate": 0.001, "beta1": 0, "beta2": 0.99, "discriminator_steps": 1, "start_size": 4}),
    ],
)
def test_a_preset_has_the_settings_of_its_source(name: str, expected: dict[str, object]) -> None:
    values = flat(preset(name))
    assert {field: values[field] for field in expected} == expected


def test_the_projected_preset_changes_losses_and_latent_layers_alone() -> None:
    assert preset_values("projected") == {
        "preset": "projected",
        "objectives": ("wasserstein",),
        "discriminator_loss": "hinge",
        "latent_layers": "every",
    }
    networks = preset("projected").networks
    assert (networks.generator, networks.discriminator) == ("light", "projected")


def test_progressive_gans_average_forgets_a_thousandth_a_step() -> None:
    optimiser = preset("progan").optimiser
    steps = 1000 * optimiser.ema_kimg / optimiser.batch_size
    assert 0.999**steps == pytest.approx(0.5, abs=1e-3)


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ConfigError, match="no preset 'papre'; choose from paper, paper-points, theano"):
        preset("papre")


def test_flags_override_the_preset(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evolve", "--preset", "theano", "--batch-size", "8", "--dry-run"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["preset"] == "theano"
    assert (shown["optimiser"]["batch_size"], shown["optimiser"]["adam_state"]) == (8, "per_objective")


def test_a_comparison_starts_from_a_preset(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--preset", "theano-points", "--dry-run"]) == 0
    base = json.loads(capsys.readouterr().out)["base"]
    assert (base["preset"], base["bookkeeping"]["name"]) == ("theano-points", "compare")
    assert (base["selection"]["gamma"], base["data"]["data"]) == (1.0, "8gaussians")


@pytest.mark.parametrize("name", PRESETS)
def test_what_a_preset_sets_makes_it_of_the_defaults(name: str) -> None:
    assert changed(EvolveConfig(), **preset_values(name)) == preset(name)


def test_one_place_to_start_from_is_enough(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evolve", "--preset=theano", "--config", "c.json"]) == 2
    assert capsys.readouterr().err == (
        "ganatomy: --config c.json and --preset theano both are settings to start from; give one of them\n"
    )
