"""Each preset holds what its source states (specified in the docstrings), and flags override it."""

import json

import pytest

from ganatomy.cli.main import main
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import from_json, to_json
from ganatomy.config.presets import PRESETS
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
    ],
)
def test_a_preset_has_the_settings_of_its_source(name: str, expected: dict[str, object]) -> None:
    config = EvolveConfig.from_preset(name)
    assert {field: getattr(config, field) for field in expected} == expected


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ConfigError, match="no preset 'papre'; choose from paper, paper-points, theano"):
        EvolveConfig.from_preset("papre")


def test_flags_override_the_preset(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evolve", "--preset", "theano", "--batch-size", "8", "--dry-run"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["preset"], shown["batch_size"], shown["adam_state"]) == ("theano", 8, "per_objective")


def test_one_place_to_start_from_is_enough(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evolve", "--preset=theano", "--config", "c.json"]) == 2
    assert capsys.readouterr().err == (
        "ganatomy: --config c.json and --preset theano both are settings to start from; give one of them\n"
    )
