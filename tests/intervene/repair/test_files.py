"""A repair in a run, and that its record is read as it was written."""

from dataclasses import replace

from PIL import Image
from tests.intervene.repair.planted import ARTIFACT, Judge, faultless
from tests.intervene.repair.test_repairing import found

from ganatomy.intervene.repair.files import Source, record_of, write_repair
from ganatomy.intervene.repair.tables import answer, held_out_rows, method_rows, move_rows
from ganatomy.models.planted import PlantedGenerator
from ganatomy.runs.layout import REPAIR
from ganatomy.runs.manifest import Manifest, Origin, create_imported
from ganatomy.runs.records.reading import read_record
from ganatomy.runs.records.repairs import RepairRecord

SOURCE = Source("ema", "planted", 800, "zero")


def run_in(path):
    return create_imported(path, "planted", Manifest(Origin("imported"), image_size=16))


def test_a_repair_is_written_with_pictures(tmp_path):
    run, repair = run_in(tmp_path), found(units=(ARTIFACT,), discriminator=Judge())
    folder = write_repair(run, PlantedGenerator(), repair, SOURCE, ("a warning",))
    record = read_record(RepairRecord, folder / REPAIR)
    assert record == record_of(PlantedGenerator(), repair, SOURCE, ("a warning",))
    assert (record.method, record.units, record.constants, record.figure) == (
        "given",
        (ARTIFACT,),
        (0.0,),
        "KD[colours]",
    )
    assert (record.num_high, record.trial.is_accepted, len(record.random), record.warnings) == (
        80,
        True,
        5,
        ("a warning",),
    )
    assert record.baked.way == "after"
    assert [one.method for one in record.scores] == ["distance", "nearest", "local", "discriminator"]
    assert record.scores[0].values[9] is None  # the dead unit
    for name in ("before", "after", "compare"):
        with Image.open(folder / getattr(record, name)) as picture:
            assert picture.width > 400
    assert write_repair(run, PlantedGenerator(), repair, SOURCE).name == "0002-layer1"
    assert [row["accepted"] for row in held_out_rows(repair)] == [True, None, *[False] * 5]
    assert [row["method"] for row in method_rows(repair)][:2] == ["given", "distance"]
    assert {row["within_budget"] for row in move_rows(repair)} == {True}
    assert answer(repair) == "accepted: 1 unit of layer1 off, baked"


def test_random_sets_that_pass_as_well_are_told():
    repair = found(units=(ARTIFACT,), random_sets=2)
    first, second = repair.acceptance.random
    lucky = replace(first, plain=repair.acceptance.chosen.plain, moves=())
    repair = replace(repair, acceptance=replace(repair.acceptance, random=(lucky, second)))
    assert answer(repair) == "accepted: 1 unit of layer1 off, baked; 1 of 2 random sets would be as well"


def test_nothing_found_has_no_pictures(tmp_path):
    repair = found(faultless())
    folder = write_repair(run_in(tmp_path), faultless(), repair, SOURCE)
    assert [path.name for path in folder.iterdir()] == [REPAIR]
    record = read_record(RepairRecord, folder / REPAIR)
    assert (record.trial, record.baked, record.method, record.compare, record.random) == (None, None, None, None, ())
    assert held_out_rows(repair) == move_rows(repair) == []
    assert answer(repair).startswith("nothing to repair was found: none of")
