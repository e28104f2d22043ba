"""The options of a command, made of its settings."""

import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar

import pytest
import tyro
from tyro.conf import Positional

from ganatomy.cli.form import docstrings, filled_in, form_of
from ganatomy.cli.main import COMMANDS, main, parse
from ganatomy.config.bounds import Count
from ganatomy.config.common import CommonOptions
from ganatomy.config.compare import CompareConfig
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import from_json
from ganatomy.config.parts import changed, flat, settings_of
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class Training:
    """How it is trained.

    More of it.
    """

    steps: Count = 3
    """How many steps;
    one or more."""
    rate: float | None = None
    """How large."""


@dataclass(frozen=True)
class Settings:
    """Train."""

    FIRST: ClassVar = ("rate", "run")

    run: Positional[Path]
    """Where."""
    seed: int = 0
    """Of what is random."""
    training: Training = field(default_factory=lambda: Training(steps=5))


def asked(kind: Any, base: object | None, *words: str) -> dict[str, Any]:
    """Return every value that `words` ask for."""
    return filled_in(tyro.cli(form_of(kind, base), args=words))[0]


def test_options_are_settings_by_name_and_where_none_is_given_the_default_stands() -> None:
    assert asked(Settings, None, "here") == {"run": Path("here"), "seed": 0, "steps": 5, "rate": None}
    assert asked(Settings, None, "here", "--rate", ".5", "--steps", "2")["rate"] == 0.5


def test_options_change_settings_to_start_from() -> None:
    base = Settings(Path("there"), 7, Training(2, 0.1))
    assert asked(Settings, base, "--seed", "8") == {**flat(base), "seed": 8}


def test_common_options_stand_apart() -> None:
    assert filled_in(tyro.cli(form_of(Training, None), args=["--json"]))[1] == CommonOptions(json=True)


def test_first_options_come_first_and_the_rest_by_parts() -> None:
    form = form_of(Settings, None)
    names = [one.name for one in fields(form)]
    assert names == ["rate", "run", "seed", "training_options", "common"]
    (group,) = [one.type for one in fields(form) if one.name == "training_options"]
    assert [one.name for one in fields(group.__origin__)] == ["steps"]


def test_a_docstring_is_one_line() -> None:
    assert docstrings(Training) == {"steps": "How many steps; one or more.", "rate": "How large."}


@pytest.mark.parametrize(
    ("command", "titles"),
    [
        (
            "evolve",
            ["data", "network", "growing", "objective", "selection", "optimiser", "stop", "scoring", "bookkeeping"],
        ),
        (
            "compare",
            ["data", "network", "growing", "objective", "selection", "optimiser", "stop", "scoring", "bookkeeping"],
        ),
        ("score", ["metric"]),
        ("dissect", []),
    ],
)
def test_help_shows_what_most_people_need_then_each_part(
    command: str, titles: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    found = re.findall(r"^\W+ ((?:\w+ )?options) \W+$", capsys.readouterr().out, re.MULTILINE)
    assert found == ["options", *(f"{title} options" for title in titles)]


def test_help_of_evolve_shows_data_before_its_parts(capsys: pytest.CaptureFixture[str]) -> None:
    main(["evolve", "--help"])
    first, _, rest = capsys.readouterr().out.partition(" data options ")
    assert all(f"--{name.replace('_', '-')} " in first for name in EvolveConfig.FIRST)
    assert "--gamma" not in first
    assert "The generator and the discriminator" in rest


@pytest.mark.parametrize(("name", "kind"), [("evolve", EvolveConfig), ("compare", CompareConfig)])
def test_every_setting_has_a_flag_of_its_name_and_a_description(name: str, kind: Any, capsys: Any) -> None:
    assert COMMANDS[name].config.endswith(kind.__name__)
    main([name, "--help"])
    shown = capsys.readouterr().out
    for setting in settings_of(kind).values():
        assert f"--{setting.name.replace('_', '-')}" in shown
        assert docstrings(setting.owner)[setting.name], setting.name


def test_flags_set_settings_in_every_part() -> None:
    settings, _ = parse("evolve", ["--gamma", "0.5", "--no-flip", "--batch-size", "8", "--objectives", "hinge"])
    assert settings == changed(EvolveConfig(), gamma=0.5, flip=False, batch_size=8, objectives=("hinge",))


@pytest.mark.parametrize(
    ("name", "value"),
    [("gamma", -1.0), ("batch_size", 1), ("image_size", 48), ("minutes", 0.0), ("generations", 0), ("perturb", 1.5)],
)
def test_python_flags_and_files_refuse_the_same_in_the_same_words(name: str, value: float, capsys: Any) -> None:
    with pytest.raises(ConfigError) as in_python:
        EvolveConfig.of(**{name: value})
    with pytest.raises(ConfigError) as in_a_file:
        from_json(EvolveConfig, {"schema": 1, name: value}, "it")
    assert main(["evolve", f"--{name.replace('_', '-')}", str(value)]) == 2
    assert capsys.readouterr().err == f"ganatomy: {in_python.value}\n"
    assert str(in_a_file.value) == f"it: {in_python.value}"
