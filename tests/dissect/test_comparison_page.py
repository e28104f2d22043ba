"""The page of compared dissections: what stands in which cell."""

from dataclasses import replace

import pytest

from ganatomy.dissect.comparison import Comparison, ConceptUnits, Count, LayerOfRun
from ganatomy.dissect.comparison_page import counted, write_page

SKY, TREE, ROOF = ("sky", "object"), ("tree", "object"), ("roof", "part")
PROTOCOL = {
    "segmenter": "scenes", "fingerprint": "scenes-1", "num_images": 100, "grid": [32, 16], "seed": 3,
    "profile": "paper",
}  # fmt: skip


def row(run, layer, *shown, interval=(1.0, 9.0)):
    units = sum(number for _, number in shown)
    concepts = tuple(ConceptUnits(*named, number) for named, number in shown)
    return LayerOfRun(run, layer, 8, Count(units, *interval), Count(len(shown), 1, 3), 2, 1, concepts)


@pytest.fixture
def compared():
    rows = (
        row("0001-a", "layer2", (SKY, 3), (ROOF, 2)),
        row("0002-b", "layer2", (TREE, 4)),
        row("0002-b", "layer3", (SKY, 2)),
    )
    return Comparison(("0001-a", "0002-b"), PROTOCOL, ("object", "part"), rows)


def lines(compared):
    return write_page("0003-dissections", compared).splitlines()


def test_the_protocol_and_what_is_missing_stand_first(compared):
    said = lines(compared)
    assert said[0] == "# Dissections 0003-dissections"
    assert said[2] == (
        "2 runs: `0001-a`, `0002-b`. Segmenter scenes (`scenes-1`), 100 samples, maps of 32 x 16, seed 3, "
        "profile paper."
    )
    assert "- layer3 is not in 0001-a" in said


def test_units_and_concepts_stand_by_category_with_intervals(compared):
    said = lines(compared)
    assert "| layer | run | units | interpretable | object | part | explained by place | by area |" in said
    assert "| layer2 | 0001-a | 8 | 5 (1 to 9) | 3 | 2 | 2 | 1 |" in said
    assert "| layer2 | 0001-a | 2 (1 to 3) | 1 | 1 |" in said
    assert "| layer3 | 0002-b | 1 (1 to 3) | 1 | 0 |" in said


def test_differences_have_a_star_where_they_leave_out_none(compared):
    said = lines(compared)
    assert "| layer2 | 0002-b minus 0001-a | -1 (-6 to +5) | -1 (-2 to +1) |" in said  # hypot(3, 4), hypot(5, 4)
    rows = (row("0001-a", "layer2", (SKY, 1), interval=(1, 1)), row("0002-b", "layer2", (SKY, 8), interval=(7, 8)))
    assert "| layer2 | 0002-b minus 0001-a | +7 (+6 to +7)* | +0 (-2 to +2) |" in lines(replace(compared, rows=rows))


def test_a_difference_without_an_interval_says_none(compared):
    rows = (row("0001-a", "layer2", (SKY, 1), interval=(2, 3)), row("0002-b", "layer2", (SKY, 4)))
    assert "| layer2 | 0002-b minus 0001-a | +3 (none) | +0 (-2 to +2) |" in lines(replace(compared, rows=rows))


def test_units_per_concept_have_a_column_per_run_and_most_units_first(compared):
    said = lines(compared)
    start = said.index("## Units per concept: layer2")
    assert said[start + 2 : start + 7] == [
        "| concept | category | 0001-a | 0002-b |",
        "| --- | --- | --- | --- |",
        "| tree | object | 0 | 4 |",
        "| sky | object | 3 | 0 |",
        "| roof | part | 2 | 0 |",
    ]
    assert said[said.index("## Units per concept: layer3") + 2] == "| concept | category | 0002-b |"


def test_no_differences_without_a_second_run(compared):
    assert "## Differences" not in lines(replace(compared, rows=compared.rows[2:]))


def test_bounds_are_whole_numbers():
    assert counted(Count(4, 3.4, 5.6)) == "4 (3 to 6)"
