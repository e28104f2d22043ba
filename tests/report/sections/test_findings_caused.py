"""What is left of a concept without its units and where they put it, as one sentence with its picture."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from tests.report.cause_record import cause_record
from tests.report.context_record import context_record
from tests.report.fixture_run import image_grid, landscapes
from tests.report.sections.test_edits import record
from tests.report.unit_record import UNITS, table

from ganatomy.report.sections.causes import CausesView, cause_view
from ganatomy.report.sections.context import context_view
from ganatomy.report.sections.edits import edit_view
from ganatomy.report.sections.findings_caused import caused, first_row
from ganatomy.runs.records.causes import CauseRecord
from ganatomy.runs.records.reading import record_from

SPACE = "\N{NO-BREAK SPACE}"
TABLES = [table(UNITS, ("other", "sky", "tree", "water"), layer="layer3")]


def edits(run, *records):
    found = {f"000{n}-e": (one, edit_view(run, f"000{n}-e", one, "e", {}, 9000)) for n, one in enumerate(records)}
    return found


def said(finding):
    return finding.sentence.replace(SPACE, " ")


def causes(**more):
    record = record_from(CauseRecord, cause_record(**more), "tree.json")
    return CausesView((cause_view(record, "cause-1", {}),))


def test_the_ablation_that_leaves_least_is_told_beside_random_units(tmp_path):
    other = record(concept="sky")
    finding = caused(tmp_path, edits(tmp_path, other, record()), None, None, TABLES)
    assert finding.part == "ablations"
    assert said(finding) == (
        "Without 2 units of layer3 for tree (1 of the layer is labelled so), 20 % of the tree area is left "
        "(95 % interval 18–22 %), without as many random ones 90 %."
    )
    assert finding.pictures == ()


@pytest.mark.parametrize("more", [{"concept": None}, {"region": "0,0,0.5,1"}, {"strength": 0.5}, {"on": ["0001-a"]}])
def test_an_edit_that_is_no_plain_ablation_of_a_concept_is_passed_over(tmp_path, more):
    assert caused(tmp_path, edits(tmp_path, record(**more)), None, None, ()) is None


def test_without_a_control_nothing_is_told(tmp_path):
    alone = record()
    rows = tuple(replace(row, random_kept=None) for row in alone.effects)
    assert caused(tmp_path, edits(tmp_path, replace(alone, effects=rows)), None, None, ()) is None


def test_an_insertion_follows_an_ablation(tmp_path):
    contexts = context_view([context_record("door"), context_record("tree")], {})
    finding = caused(tmp_path, edits(tmp_path, record()), None, contexts, ())
    assert finding.part == "ablations"
    assert "; with 1 unit of layer1 for tree inserted elsewhere, 0 % of the cells show it (0–0 %), with random" in said(
        finding
    )


def test_an_insertion_alone_is_told(tmp_path):
    finding = caused(tmp_path, {}, None, context_view([context_record()], {}), ())
    assert finding.part == "context"
    assert said(finding).startswith("With 1 unit of layer1 for door inserted elsewhere, 14 % of the cells show it (95")
    assert said(finding).endswith("with as many random ones 0 %.")


def test_an_insertion_without_a_control_is_not_told(tmp_path):
    whole = context_record()
    first, *rest = whole.contexts
    nothing = replace(first.random.becomes, value=None, interval=None)
    alone = replace(first, random=replace(first.random, becomes=nothing))
    assert caused(tmp_path, {}, None, context_view([replace(whole, contexts=(alone, *rest))], {}), ()) is None


def test_causes_tell_both_where_there_are_no_edits(tmp_path):
    finding = caused(tmp_path, {}, causes(), None, ())
    assert finding.part == "causes"
    assert said(finding) == (
        "Without 2 units of layer3 for tree, 10 % of the tree area is left (95 % interval 9.0–11 %), without as many "
        "random ones 90 %; with them inserted elsewhere, 50 % of the pixels of a cell show it (45–55 %), with random "
        "ones 50 %."
    )
    sets = cause_record()["sets"][:2]
    assert caused(tmp_path, {}, causes(sets=sets), None, ()) is None


def test_the_pictures_are_the_first_rows_of_the_edits_grids(tmp_path):
    folder = tmp_path / "edits" / "0000-e"
    folder.mkdir(parents=True)
    for name in ("before", "after", "after-random"):
        grid = image_grid(landscapes(np.random.default_rng(0), 24, 16, noise=0.0), 6)
        grid.save(folder / f"{name}.png")
    finding = caused(tmp_path, edits(tmp_path, record()), None, None, ())
    assert [label for label, _ in finding.pictures] == ["before", "after", "random units instead"]
    assert {(picture.width, picture.height) for _, picture in finding.pictures} == {(6 * 18 - 2, 16)}
    assert first_row(Image.new("RGB", (6 * 18 - 2, 12))).size == (106, 12)


def test_what_has_no_interval_tells_none(tmp_path):
    one = record()
    rows = tuple(replace(row, interval=None) for row in one.effects)
    text = said(caused(tmp_path, edits(tmp_path, replace(one, effects=rows)), None, None, ()))
    assert "20 % of the tree area is left, without as many random ones 90 %." in text
