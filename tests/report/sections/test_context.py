"""Insertions by context, on the page and as figures."""

from dataclasses import replace

import pytest
from tests.draw.test_charts import parse, paths, texts
from tests.report.context_record import add_context, context_record
from tests.report.fixture_run import make_run

from ganatomy.report import write_report
from ganatomy.report.sections.context import context_view, context_weights, figure_files
from ganatomy.report.sections.context_figures import (
    around_figure,
    becomes_figure,
    drawn_contexts,
    kept_figure,
    place_figure,
    trace_figure,
)
from ganatomy.runs.records.estimates import EstimateRow

COLOURS = {"door": "c7", "sky": "c0", "building": "c5"}


def view(*concepts):
    return context_view([context_record(concept) for concept in concepts], COLOURS)


def test_the_page_shows_what_the_records_say():
    shown = view("door", "tree")
    (layer,) = shown.layers
    door, tree = layer.concepts
    assert (door.concept, door.layer, door.labelled, door.cells, door.grid) == ("door", "layer1", 1, 16, "8 × 8")
    assert door.elsewhere.becomes.value == pytest.approx(context_record().contexts[0].inserted.becomes.value)
    building = next(row for row in door.contexts if row.name == "building")
    assert (building.becomes.value, building.cell.value, building.random_becomes.value) == (1, 1, 0)
    assert (building.colour, door.contexts[0].name, door.contexts[0].colour) == ("c5", "elsewhere", "ink")
    assert (door.floor.value, door.floor_units, door.others) == (0, 1, ("tree",))
    assert tree.value == "their mean where the concept is"
    assert len(shown.figures) == 2 * 4 + 1
    assert context_view([], {}) is None


def test_values_are_told_in_words():
    changed = replace(context_record(), value="quantile", times=2.0)
    ((concept,),) = (layer.concepts for layer in context_view([changed], {}).layers)
    assert concept.value == "2 times their 99 % quantile"


def test_the_inserted_concept_matters_most_for_colours():
    weights = context_weights(context_record())
    assert max(weights, key=weights.get) == "door"
    assert set(weights) == {"other", "sky", "grass", "building", "tree", "door"}


def test_figures_of_a_layer_are_named_by_concept():
    assert set(figure_files(view("door"))) == {"door-becomes", "door-around", "door-places", "door-trace", "kept"}


def test_contexts_of_few_samples_are_left_to_the_table():
    record = context_record()
    few = replace(
        record, contexts=tuple(replace(row, samples=4) if row.under == "sky" else row for row in record.contexts)
    )
    assert "sky" not in [row.under for row in drawn_contexts(few)]
    assert drawn_contexts(record)[0].under is None
    assert drawn_contexts(record)[-1].under == "door"


def test_rows_stand_beside_random_units():
    record = context_record()
    becomes, around = becomes_figure("k", record, COLOURS), around_figure("k", record, COLOURS)
    assert becomes.svg.count('class="hollow"') == becomes.svg.count('class="filled') == 6
    assert {"elsewhere", "building", "part of the cells", "100 %"} <= set(texts(parse(becomes)))
    assert "door" not in texts(parse(becomes))
    assert {"door", "change in the 3 x 3 cells around, in areas of one cell"} <= set(texts(parse(around)))
    assert "elsewhere 0.1" in becomes.svg


def test_a_map_for_each_context_tells_where():
    figure = place_figure("k", context_record())
    assert {"elsewhere", "sky", "grass", "building", "tree"} <= set(texts(parse(figure)))
    assert "The most is gained in row" in figure.svg


def test_a_trace_has_a_line_for_each_kind_of_insertion():
    record = context_record()
    tree = parse(trace_figure("k", record))
    assert {"layer1", "layer2", "image"} <= set(texts(tree))
    assert len(paths(tree, "area band")) == 2
    assert f"the cell becomes door ({record.effective.cases})" in texts(tree)


def test_without_an_effective_insertion_its_line_is_left_out():
    figure = trace_figure("k", context_record("tree"))
    assert "layer1 unknown against 0.0" in figure.svg
    assert "the cell becomes tree (0)" in texts(parse(figure))


def test_what_is_kept_has_a_line_for_each_concept():
    records = [context_record("door"), context_record("tree")]
    figure = kept_figure("k", "layer1", records, COLOURS)
    assert {"door", "tree", "random units", "units of layer1 ablated", "1", "2"} <= set(texts(parse(figure)))
    assert "door 0 with 1 units; tree 0.6" in figure.svg


def test_what_cannot_be_told_is_drawn_as_nothing():
    unknown = EstimateRow(None, None)
    record = context_record()
    kept = tuple(replace(row, random=unknown) for row in record.kept)
    assert "NaN" not in kept_figure("k", "layer1", [replace(record, kept=kept)], COLOURS).svg
    nothing = replace(record, maps=(replace(record.maps[0], effect=((None,) * 8,) * 8),))
    assert "The most" not in place_figure("k", nothing).svg


def test_the_section_is_on_the_page(tmp_path):
    run = add_context(make_run(tmp_path / "r", parts=(), size=16))
    html = write_report(run).read_text()
    for words in (
        "door inserted at layer1",
        "Insertions by context",
        "of which 1 is labelled door",
        "What no ablation removes",
    ):
        assert words in html


def test_random_units_that_may_carry_the_concept_are_told(tmp_path):
    run = add_context(make_run(tmp_path / "r", parts=(), size=16))
    assert "from those that do not carry the concept, and set" in write_report(run).read_text()
    path = run / "context/layer1/door.json"
    path.write_text(path.read_text().replace('"random_may_carry": false', '"random_may_carry": true'))
    assert "from all others, since too few do not carry the concept, and set" in write_report(run).read_text()
