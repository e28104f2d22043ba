"""What commands recorded in a run: every file of it, read with the check of its kind."""

import json

import pytest
from tests.report.areas_record import add_areas
from tests.report.context_record import add_context
from tests.report.fixture_run import make_run, write
from tests.report.history_record import history_record

from ganatomy.errors import DataError
from ganatomy.report.recorded import Recorded, read_recorded
from ganatomy.runs.records.directions import DirectionsRecord, Found
from ganatomy.runs.records.reading import write_record


def test_every_record_of_a_run_is_read(tmp_path):
    run = add_areas(make_run(tmp_path / "r", parts=("dissect", "edits"), size=16, units=4))
    write(run / "dissect/history.json", history_record())
    add_context(run)
    recorded = read_recorded(run)
    assert [table.layer for table in recorded.tables.values()] == ["layer2", "layer3"]
    assert [(path.parent.name, edit.concept) for path, edit in recorded.effects.items()] == [
        ("0001-layer3-ablate-tree", "tree")
    ]
    assert recorded.causes == {}
    assert [(path.name, one.concept) for path, one in recorded.contexts.items()] == [
        ("door.json", "door"),
        ("tree.json", "tree"),
    ]
    assert (recorded.areas.num_real, recorded.agreement.num_images, len(recorded.history.layers)) == (600, 500, 2)


def test_layers_come_in_natural_order_and_what_has_no_file_is_none(tmp_path):
    run = make_run(tmp_path / "r", parts=("dissect",), size=16, units=4)
    (run / "dissect/layer2").rename(run / "dissect/layer10")
    recorded = read_recorded(run)
    assert [path.parent.name for path in recorded.tables] == ["layer3", "layer10"]
    assert recorded == Recorded(recorded.tables, {}, {}, {}, {}, {}, {}, *[None] * 5)


def test_directions_are_found_by_the_table_of_their_layer(tmp_path):
    run = make_run(tmp_path / "r", parts=("dissect",), size=16, units=4)
    record = DirectionsRecord("layer3-pca4", "layer3", Found("pca", shares=(0.5,)), "ab")
    write_record(run / "dissect/layer3/directions.json", record)
    assert read_recorded(run).directions == {run / "dissect/layer3/units.json": record}


def test_a_record_of_another_form_is_told_with_its_file(tmp_path):
    run = add_areas(make_run(tmp_path / "r", parts=(), size=16))
    path = run / "dissect/agreement.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"seed": "0"}))
    with pytest.raises(DataError, match=r"agreement\.json is not as this version writes it: seed: '0' is no int"):
        read_recorded(run)
