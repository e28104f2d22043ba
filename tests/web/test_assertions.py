"""Edits kept as tests, and made again on later weights."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.web.planted_paint import cells, edit, opened, stroke

from ganatomy.errors import ConfigError, DataError
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.planted import PlantedGenerator
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json, write_json
from ganatomy.runs.packaged import PACKAGED_RUN
from ganatomy.runs.records.paintings import AssertedRow, painting_from
from ganatomy.segment.nothing import NoConcepts
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.web.assertions import assert_effect, read_assertion, save_assertion, saved_assertions
from ganatomy.web.checking import CheckedRow, check_assertions
from ganatomy.web.session import Session

NO_SKY = painting_from(edit([stroke("sky", concept="sky")]), "edit")


class Blind(PlantedGenerator):
    """Paints no sky whatever its units say: a later checkpoint that has lost it."""

    def __init__(self) -> None:
        super().__init__()
        self.layer2.read.weight.data[0] = 0


def by_concept(rows: tuple[AssertedRow, ...]) -> dict[str | None, AssertedRow]:
    return {row.concept: row for row in rows}


def test_the_effect_of_an_edit_is_what_becomes_of_each_concept_and_of_the_pixels(tmp_path: Path) -> None:
    session = Session(opened(tmp_path))
    seen = session.segment(NO_SKY)
    names = session.about()["segmenter"]["concepts"]
    found = by_concept(assert_effect(session, NO_SKY))
    for name, before, after in zip(names, seen.before, seen.areas, strict=True):
        if before or after:
            assert (found[name].before, found[name].after) == pytest.approx((before, after))
    assert found["sky"].change < -0.1
    assert found["sky"].tolerance == pytest.approx(-found["sky"].change / 2, abs=1e-4)
    assert found[None].after == pytest.approx(found["sky"].before)
    off = painting_from(edit([stroke("sky", on=False), stroke("grass", where=cells(alpha=0))]), "edit")
    rows = assert_effect(session, off)
    assert {row.change for row in rows} == {0.0}
    assert {row.tolerance for row in rows} == {0.01}


def test_an_edit_is_written_with_its_effect_and_read_again(tmp_path: Path) -> None:
    session = Session(opened(tmp_path))
    path, record = save_assertion(session, "no sky / left", NO_SKY)
    assert path == tmp_path / "edits" / "no-sky-left.json"
    assert saved_assertions(tmp_path / "edits") == [path]
    assert read_assertion(path) == record
    assert (record.name, record.weights, record.segmenter) == ("no sky / left", "ema", "planted-1")
    assert record.generator == fingerprint(PlantedGenerator())
    assert (record.samples_seed, record.value_images) == (0, 40)
    assert read_json(path)["edit"]["class"] is None


def test_a_name_that_is_taken_or_says_nothing_is_refused(tmp_path: Path) -> None:
    session = Session(opened(tmp_path))
    save_assertion(session, "a", NO_SKY)
    with pytest.raises(ConfigError, match=r"edits/a.json is there already; give another name"):
        save_assertion(session, "a", NO_SKY)
    with pytest.raises(ConfigError, match=r"name is '/\.\./'; give one with letters or digits"):
        save_assertion(session, "/../", NO_SKY)
    with pytest.raises(ConfigError, match="the name has 81 letters; give at most 80"):
        save_assertion(session, "x" * 81, NO_SKY)


def test_the_run_of_the_package_is_not_written_to(tmp_path: Path) -> None:
    session = Session(opened(tmp_path, run=Run(PACKAGED_RUN)))
    with pytest.raises(ConfigError, match="the run of the package is not written to; `ganatomy demo` makes a copy"):
        save_assertion(session, "a", NO_SKY)


def test_an_edit_holds_on_the_weights_that_it_was_made_with(tmp_path: Path) -> None:
    session = Session(opened(tmp_path))
    path, _ = save_assertion(session, "no sky", NO_SKY)
    rows = check_assertions(opened(tmp_path), [path])
    assert all(row.holds for row in rows)
    assert {row.edit for row in rows} == {"no sky"}
    sky = next(row for row in rows if row.what == "area of sky")
    assert sky.saved == sky.now
    assert rows[-1].what == "pixels changed"


def test_an_edit_fails_on_weights_that_have_lost_its_effect(tmp_path: Path) -> None:
    path, record = save_assertion(Session(opened(tmp_path)), "no sky", NO_SKY)
    rows = {row.what: row for row in check_assertions(opened(tmp_path, generator=Blind().eval()), [path])}
    sky = rows["area of sky"]
    assert (sky.holds, sky.now) == (False, 0.0)
    assert sky.saved == by_concept(record.effect)["sky"].change
    assert not rows["pixels changed"].holds
    others = [row for what, row in rows.items() if what not in ("area of sky", "pixels changed", "area of other")]
    assert all(row.holds for row in others)


def test_samples_and_values_are_those_that_the_edit_was_made_with(tmp_path: Path) -> None:
    painting = painting_from(edit([stroke("tree copy", "crown", value="insert", concept="tree")], {"id": 9}), "edit")
    made = opened(tmp_path, samples_seed=5, value_images=12)
    path, record = save_assertion(Session(made), "trees", painting)
    assert (record.samples_seed, record.value_images) == (5, 12)
    assert all(row.holds and row.saved == row.now for row in check_assertions(opened(tmp_path), [path]))


class Renamed(PlantedSegmenter):
    """Another segmenter."""

    fingerprint = "planted-2"


def test_an_edit_that_cannot_be_made_any_more_fails_with_the_reason(tmp_path: Path) -> None:
    path, _ = save_assertion(Session(opened(tmp_path)), "no sky", NO_SKY)
    (row,) = check_assertions(opened(tmp_path, segmenter=Renamed()), [path])
    assert row == CheckedRow("no sky", "its areas are by segmenter planted-1, not planted-2", None, None, None, False)
    content = read_json(path)
    write_json(path, content | {"edit": content["edit"] | {"sample": {"photo": "0001-street"}}})
    (row,) = check_assertions(opened(tmp_path), [path])
    assert row.what.startswith("cannot be made: no inverted photo '0001-street'")
    assert not row.holds


def test_without_a_segmenter_the_pixels_that_change_are_the_effect(tmp_path: Path) -> None:
    blind = opened(tmp_path, segmenter=NoConcepts(), tables={})
    path, record = save_assertion(Session(blind), "sky", NO_SKY)
    assert [row.concept for row in record.effect] == [None]
    assert all(row.holds for row in check_assertions(blind, [path]))
    one, lost = (
        check_assertions(replace(blind, generator=made.eval()), [path])[0] for made in (PlantedGenerator(), Blind())
    )
    assert (one.holds, lost.holds) == (True, False)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"schema": 2}, "has schema 2, this version reads schema 1"),
        ({"effect": [{"concept": "sky"}]}, "is not as this version writes it: no value for"),
        ({"edit": {}}, "has schema None, this version reads schema 1"),
    ],
)
def test_files_that_are_not_what_they_should_be_are_refused(
    tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    path, _ = save_assertion(Session(opened(tmp_path)), "no sky", NO_SKY)
    write_json(path, read_json(path) | changed)
    with pytest.raises(DataError, match=message):
        read_assertion(path)
    assert torch.get_num_threads() >= 1
