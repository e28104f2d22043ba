"""Which settings name code, and that a file can have none of it imported."""

import ast
import inspect
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

from ganatomy.cli.main import COMMANDS
from ganatomy.config.imports import CODE_SETTINGS, names_code, option_of, refuse_code
from ganatomy.config.jsonable import read_config, to_json
from ganatomy.config.parts import settings_of
from ganatomy.config.score import ScoreConfig
from ganatomy.errors import ConfigError
from ganatomy.runs.files import write_json


@dataclass(frozen=True)
class Part:
    extractor: str = "mine:features"


@dataclass(frozen=True)
class Whole:
    name: str = "a:b"
    part: Part = Part()


@pytest.mark.parametrize(
    ("name", "is_code"),
    [("mine:segment", True), ("a.b:c", True), ("scenes", False), ("hf:folder", False), ("hf:owner/name", False)],
)
def test_names_of_functions_are_told_from_others(name: str, is_code: bool) -> None:
    assert names_code(name) is is_code


def test_nested_settings_are_looked_at_too() -> None:
    with pytest.raises(ConfigError) as refused:
        refuse_code(Whole(), "sent.json")
    assert str(refused.value) == (
        "sent.json names 'mine:features' as extractor, which would be imported, and a file cannot have code imported: "
        "if you know 'mine' and trust it, give --extractor mine:features yourself"
    )
    refuse_code(Whole(), "sent.json", given=("mine:features",))


def test_a_file_is_refused_unless_its_names_were_given(tmp_path: Path) -> None:
    config, file = ScoreConfig((tmp_path,), extractor="mine:features"), tmp_path / "score.json"
    write_json(file, to_json(config))
    with pytest.raises(ConfigError, match="give --extractor mine:features yourself"):
        read_config(ScoreConfig, file)
    assert read_config(ScoreConfig, file, given=("mine:features",)) == config
    assert read_config(ScoreConfig, file, given=None) == config


def test_every_setting_that_may_name_a_function_is_known() -> None:
    """A field that says `module:function`, or that it names a segmenter or an extractor, is in the list."""
    found = set()
    for command in COMMANDS.values():
        module, _, name = command.config.partition(":")
        settings = settings_of(getattr(import_module(module), name))
        owners = {setting.owner for setting in settings.values()}
        said = {key: text for owner in owners for key, text in _said(owner).items()}
        found |= {key for key, text in said.items() if "module:function" in text}
        found |= {key for key in settings if key.endswith(("segmenter", "extractor"))}
    assert found == set(CODE_SETTINGS)


def _said(config: type) -> dict[str, str]:
    """Return the docstring of each field."""
    tree = ast.parse(inspect.getsource(config)).body[0]
    assert isinstance(tree, ast.ClassDef)
    return {
        field.target.id: ast.literal_eval(text.value)
        for field, text in pairwise(tree.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }  # fmt: skip


def test_an_option_is_named_like_its_setting() -> None:
    assert option_of("second_segmenter") == "--second-segmenter"
