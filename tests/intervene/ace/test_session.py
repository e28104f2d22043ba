"""Causes in a run: found, written, kept, and taken by an edit."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.dissected_run import dissected_run

from ganatomy.cli.ace import ace
from ganatomy.config.ace import AceConfig
from ganatomy.config.context import ContextConfig
from ganatomy.config.edit import EditConfig
from ganatomy.errors import ConfigError, DataError, IncompatibleRun
from ganatomy.intervene import session as edit_session
from ganatomy.intervene.ace import session
from ganatomy.intervene.ace.session import find_run_causes
from ganatomy.intervene.choice import ace_units
from ganatomy.intervene.context import session as context_session
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.progress import SILENT
from ganatomy.runs.directory import open_run
from ganatomy.segment.planted import PlantedSegmenter

SMALL = {"top": 2, "pool": 80, "steps": 3, "num_images": 12, "curve_images": 6, "random_sets": 2}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dissected run of a tiny untrained generator, looked at by colour."""
    return dissected_run(tmp_path, monkeypatch, session)


def config(path: Path, *concepts: str, **more: object) -> AceConfig:
    return AceConfig(path, "layer2", concepts, **{**SMALL, **more})


def test_causes_are_written_and_not_found_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sky,) = find_run_causes(config(path, "sky"), SILENT)
    assert sky.file == path / "ace/layer2/sky.json"
    assert not sky.is_kept
    written = json.loads(sky.file.read_text())
    assert sorted(written["ranking"]) == list(range(6))
    assert [one["name"] for one in written["sets"]][:2] == ["ace", "iou"]
    assert len(written["curves"]) == 8
    looked_for = []
    find = session.find_causes
    monkeypatch.setattr(session, "find_causes", lambda *args: looked_for.extend(args[3]) or find(*args))
    again, grass = find_run_causes(config(path, "sky", "grass"), SILENT)
    assert (again.is_kept, grass.is_kept) == (True, False)
    assert again.record == sky.record
    assert looked_for == ["grass"]
    (other,) = find_run_causes(config(path, "sky", seed=1), SILENT)
    assert not other.is_kept


def test_a_summary_is_printed(path: Path) -> None:
    told = ace(config(path, "sky", "grass"), SILENT)
    json.dumps(told)
    assert [row["concept"] for row in told["causes"]] == ["sky", "grass"]
    assert {row["units"] for row in told["effects"]} >= {"ace", "iou", "random of all"}
    assert len(told["units"]["sky"]) == 2
    assert all(row["causes_of"] != row["concept"] for row in told["off_target"])


def test_an_edit_takes_the_units_of_the_highest_alpha(path: Path) -> None:
    run = open_run(path)
    with pytest.raises(IncompatibleRun, match=r"causes of 'sky' in layer 'layer2' of .* have not been found; run: gan"):
        ace_units(run, "layer2", "sky", 2)
    (sky,) = find_run_causes(config(path, "sky"), SILENT)
    assert ace_units(run, "layer2", "sky", 2) == sky.record.sets[0].units[0]
    with pytest.raises(ConfigError, match="top is 9; layer 'layer2' has 6 units, give 1 to as many"):
        ace_units(run, "layer2", "sky", 9)
    other = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4))
    with pytest.raises(IncompatibleRun, match="were found with other weights than these; give the same --weights"):
        ace_units(run, "layer2", "sky", 2, other)


def test_a_damaged_file_of_causes_is_told_and_found_again(path: Path) -> None:
    (sky,) = find_run_causes(config(path, "sky"), SILENT)
    sky.file.write_text(json.dumps({"schema": 99}))
    with pytest.raises(DataError, match=r"sky\.json has schema 99, this version reads schema 1"):
        ace_units(open_run(path), "layer2", "sky", 2)
    (again,) = find_run_causes(config(path, "sky"), SILENT)
    assert not again.is_kept
    assert replace(again.record, seconds=0) == replace(sky.record, seconds=0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"concepts": ("sly",)}, "no concept 'sly'; did you mean 'sky'"),
        ({"concepts": ()}, r"concepts are \[\]; give one or more, each once"),
        ({"concepts": ("sky", "sky")}, r"concepts are \['sky', 'sky'\]; give one or more, each once"),
        ({"concepts": ("sky",), "curve_images": 13}, "curve_images is 13, more than the 12 samples that effects are"),
        ({"concepts": ("sky",), "top": 7}, "top is 7, and layer 'layer2' has 6 units; give 1 to 6"),
        ({"concepts": ("sky",), "input_size": 5}, "belong to a segmenter; give --segmenter too"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(path: Path, given: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        find_run_causes(AceConfig(path, "layer2", **{**SMALL, **given}), SILENT)


def test_a_layer_has_to_be_dissected(path: Path) -> None:
    with pytest.raises(IncompatibleRun, match=r"layer 'layer1' of .* has not been dissected"):
        find_run_causes(AceConfig(path, "layer1", ("sky",)), SILENT)


def test_edits_and_contexts_take_the_units_that_cause_a_concept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (edit_session, context_session):
        monkeypatch.setattr(module, "load_choice", lambda *_: PlantedSegmenter())
    edit = EditConfig(path, "layer2", ("sky",), top=2, ranking="ace", num_images=6, random_sets=1)
    with pytest.raises(IncompatibleRun, match=r"causes of 'sky' in layer 'layer2' of .* have not been found; run: gan"):
        edit_session.edit_units(edit, SILENT)
    find_run_causes(config(path, "sky"), SILENT)
    causing = ace_units(open_run(path), "layer2", "sky", 2)
    measured = edit_session.edit_units(edit, SILENT)
    assert measured.prepared.steps[0].units == causing
    assert measured.content["steps"][0]["ranked_by"] == "ace"
    assert measured.prepared.said.endswith("by ACE ablated")
    where = ContextConfig(path, "layer2", ("sky",), top=2, ranking="ace", cells=2, sizes=(2, 6), num_images=6)
    (found,) = context_session.insert_concepts(where, SILENT).records
    assert found.units == causing
