"""Dissections side by side: hand-written unit tables, counted by hand."""

import json
import math

import pytest
from tests.unit_table import COUNT, unit_row, unit_table

from ganatomy.dissect.comparison import (
    ConceptUnits,
    Count,
    as_json,
    compare_dissections,
    difference,
    differences,
    require_comparable,
)
from ganatomy.errors import DataError, IncompatibleRun
from ganatomy.runs.records.reading import record_from
from ganatomy.runs.records.units import UnitTable

CATEGORIES = {"other": "other", "sky": "object", "roof": "part", "tree": "object"}


def unit(concept, interpretable=True, explained_by=None):
    return unit_row(0, concept, interpretable, category=CATEGORIES.get(concept), explained_by=explained_by)


def table(units, **changes):
    interpretable = [one for one in units if one["interpretable"]]
    kinds = {one["concept"] for one in interpretable}
    count = {
        "interpretable": len(interpretable), "interpretable_interval": [len(interpretable) - 1.0, len(units)],
        "concepts": len(kinds), "concepts_interval": [len(kinds), len(kinds) + 1.0],
    }  # fmt: skip
    named = {"layer": "layer2", "categories": list(CATEGORIES.values()), "counts": {"paper": count, "compat": COUNT}}
    return unit_table(
        [{**one, "unit": number} for number, one in enumerate(units)], list(CATEGORIES), **named, **changes
    )


def read(record):
    return record_from(UnitTable, record, "units.json")


A = [
    unit("sky"),
    unit("sky", explained_by="place"),
    unit("roof", explained_by="area"),
    unit("tree", False),
    unit(None, False),
]
B = [unit("tree"), unit("sky"), unit("tree"), unit("tree"), unit("sky", False)]


@pytest.fixture
def write(tmp_path):
    def written(name, **layers):
        run = tmp_path / name
        for layer, record in layers.items():
            folder = run / "dissect" / layer
            folder.mkdir(parents=True)
            (folder / "units.json").write_text(json.dumps({**record, "layer": layer}))
        run.mkdir(exist_ok=True)
        (run / "config.json").write_text("{}")
        return run

    return written


def test_units_and_concepts_are_counted_by_category(write):
    compared = compare_dissections([write("0001-a", layer2=table(A)), write("0002-b", layer2=table(B))], ["layer2"])
    first, second = compared.rows
    assert (first.run, first.layer, first.units) == ("0001-a", "layer2", 5)
    assert first.interpretable == Count(3, 2.0, 5)
    assert first.concepts == Count(2, 2, 3.0)
    assert (first.by_place, first.by_area) == (1, 1)
    assert first.shown == (ConceptUnits("sky", "object", 2), ConceptUnits("roof", "part", 1))
    assert (first.units_of("object"), first.units_of("part")) == (2, 1)
    assert (second.units_of("object"), second.concepts_of("object"), second.concepts_of("part")) == (4, 2, 0)
    assert second.shown[0] == ConceptUnits("tree", "object", 3)
    assert compared.categories == ("object", "part")
    assert compared.protocol["num_images"] == 100


def test_a_layer_of_one_run_alone_is_noted(write):
    first = write("0001-a", layer2=table(A), layer3=table(B))
    compared = compare_dissections([first, write("0002-b", layer2=table(B))], ["layer2", "layer3"])
    assert compared.layers == ("layer2", "layer3")
    assert compared.without("layer3") == ("0002-b",)
    assert compared.without("layer2") == ()
    assert [row.run for row in compared.of("layer3")] == ["0001-a"]
    assert differences(compared, "layer3") == []


def test_a_run_that_was_not_dissected_is_told(write):
    with pytest.raises(IncompatibleRun) as caught:
        compare_dissections([write("0001-a", layer2=table(A)), write("0002-b")], ["layer2", "layer3"])
    assert str(caught.value) == "0002-b was not dissected at layer2, layer3; `ganatomy dissect` does that"


def test_what_does_not_compare_is_refused_with_every_difference(write):
    other = table(B, grid=[64, 64], num_images=50, seed=1, fingerprint="scenes-2", profile="compat")
    with pytest.raises(IncompatibleRun) as caught:
        compare_dissections([write("0001-a", layer2=table(A)), write("0002-b", layer2=other)], ["layer2"])
    assert str(caught.value) == (
        "0001-a layer2 and 0002-b layer2 do not compare: fingerprint scenes-1 and scenes-2, num_images 100 and 50, "
        "grid 32 x 32 and 64 x 64, seed 0 and 1, profile paper and compat; dissect both by the same segmenter and "
        "with the same --num-images, --grid, --seed, --profile and --top-fraction"
    )
    require_comparable({"a": read(table(A)), "b": read(table(B))})


def test_a_table_of_another_version_is_told(write):
    run = write("0001-a", layer2=table(A, schema=1))
    with pytest.raises(DataError) as caught:
        compare_dissections([run], ["layer2"])
    path = run / "dissect/layer2/units.json"
    assert str(caught.value) == (
        f"{path} has schema 1, this version reads schema 2; dissect the layer again, or open it with the version that "
        "wrote it"
    )


def test_the_bounds_of_a_difference_are_as_far_as_those_it_rests_on_together():
    found = difference(Count(20, 17, 24), Count(12, 6, 16))
    assert found.value == 8
    assert found.interval == (8 - 5, pytest.approx(8 + math.sqrt(16 + 36)))  # 3 and 4; 4 and 6
    assert found.leaves_out_none
    assert not difference(Count(3, 2, 5), Count(4, 3, 5)).leaves_out_none
    assert difference(Count(3, 3, 3), Count(4, 4, 4)).leaves_out_none, "-1 (-1 to -1)"


def test_a_count_outside_its_interval_gives_no_interval_of_the_difference():
    found = difference(Count(20, 21, 24), Count(12, 6, 16))
    assert (found.value, found.interval, found.leaves_out_none) == (8, None, False)


def test_json_tells_counts_differences_and_units_of_each_concept(write):
    paths = [write("0001-a", layer2=table(A)), write("0002-b", layer2=table(B), layer3=table(A))]
    record = as_json(compare_dissections(paths, ["layer2", "layer3"]))
    assert json.loads(json.dumps(record)) == record
    assert record["runs"] == ["0001-a", "0002-b"]
    assert (record["segmenter"], record["grid"]) == ("scenes", [32, 32])
    second, third = record["layers"]
    assert (second["missing_in"], third["missing_in"]) == ([], ["0001-a"])
    assert second["runs"][0] == {
        "run": "0001-a", "units": 5, "interpretable": 3, "interpretable_interval": [2.0, 5],
        "interpretable_by_category": {"object": 2, "part": 1}, "by_place": 1, "by_area": 1, "concepts": 2,
        "concepts_interval": [2, 3.0], "concepts_by_category": {"object": 1, "part": 1},
        "units_by_concept": [
            {"concept": "sky", "category": "object", "units": 2}, {"concept": "roof", "category": "part", "units": 1},
        ],
    }  # fmt: skip
    (found,) = second["differences"]
    assert (found["run"], found["to"], found["units"]["difference"]) == ("0002-b", "0001-a", 1)
    assert found["units"]["interval"] == [1 - math.hypot(1, 2), 1 + math.hypot(1, 1)]
