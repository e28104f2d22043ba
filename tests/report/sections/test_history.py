"""The history's section: what its figures are made of, and what stands on the page."""

import json

import pytest
from tests.report.fixture_run import make_run, write
from tests.report.history_record import SHOWN, history_record, read_history

from ganatomy.errors import DataError
from ganatomy.report import write_report
from ganatomy.report.sections.history import history_view, history_weights

COLOURS = {"sky": "c0", "sea": "c2"}


def test_each_layer_has_its_figures_below_those_of_all():
    view = history_view(read_history(history_record()), COLOURS)
    assert [figure.key for figure in view.figures] == [
        "history-units", "history-concepts", "history-layer2-units", "history-layer2-concepts",
        "history-blocks-3-units", "history-blocks-3-concepts",
    ]  # fmt: skip
    assert view.figures[2].title == "layer2: what its units show"
    assert "the 4 units of layer2 that end interpretable" in view.figures[2].caption
    assert "at the end layer2 4, blocks.3 4" in view.figures[0].caption
    assert "sky from 100; boat lost at 200; sea from 200" in view.figures[3].svg
    assert (view.generations, view.num_images, view.grid, view.seed) == (4, 50, "32 × 32", 3)


def test_what_is_lost_is_told():
    (first, second) = history_view(read_history(history_record()), COLOURS).lost
    assert (first.layer, first.concept, first.first, first.lost, first.units) == ("layer2", "boat", 100, 200, 0)
    assert (first.colour, second.layer) == ("c-rest", "blocks.3")


def test_units_stand_by_the_concept_of_most_units_and_then_by_iou():
    shown = {0: ["sea", "sky", "sky", "sea"], 100: ["sea", "sky", "sea", "sea"]}
    figure = history_view(read_history(history_record(shown, ("layer2",))), COLOURS).figures[2].svg
    tops = {  # rows, from the top: unit 3 sea, 2 sky then sea, 0 sea, 1 sky
        colour: [float(part.split()[1].split("H")[0]) for part in path.split("M")[1:]]
        for colour, path in _paths(figure).items()
    }
    assert tops == {"c2": [8, 20, 32], "c0": [20, 44]}


def _paths(figure):
    return {
        part.split('"')[0]: part.split('d="')[1].split('"')[0]
        for part in str(figure).split('<path class="area ')[1:]
        if not part.startswith("none")
    }


def test_a_layer_without_units_at_the_end_has_no_matrix_and_one_without_any_no_figures():
    lost = {0: ["sky", None, None, None], 100: [None] * 4}
    assert [f.key for f in history_view(read_history(history_record(lost, ("a",))), {}).figures][2:] == [
        "history-a-concepts"
    ]
    never = {0: [None] * 4}
    assert len(history_view(read_history(history_record(never, ("a",))), {}).figures) == 2


def test_concepts_weigh_by_the_most_units_they_had_over_all_layers():
    assert history_weights(read_history(history_record())) == {"sky": 4.0, "sea": 4.0, "boat": 2.0}
    assert history_weights(read_history(history_record({0: [None] * 4}))) == {"sky": 0.0, "sea": 0.0, "boat": 0.0}


@pytest.fixture
def run(tmp_path):
    return make_run(tmp_path / "0001-small", parts=("training",), generations=300)


def test_the_section_stands_on_the_page_where_there_is_a_history(run):
    write(run / "dissect/history.json", history_record())
    page = write_report(run).read_text()
    assert '<a href="#history">History</a>' in page
    assert "boat in layer2 (generations 100 to 200), boat in blocks.3 (generations 100 to 200)." in page
    assert "4 generations of the averaged survivor" in page
    assert 'data-moment="generation"' in page.split('id="history"')[1]


def test_a_history_without_loss_says_so(run):
    write(run / "dissect/history.json", history_record({100: SHOWN[100]}))
    assert "No concept that ever had a unit is without one at the end." in write_report(run).read_text()


def test_without_a_history_there_is_no_section(run):
    assert 'id="history"' not in write_report(run).read_text()


def test_a_history_of_another_form_is_named(run):
    write(run / "dissect/history.json", {"schema": 1, "layers": []})
    with pytest.raises(DataError, match=r"history\.json is not as this version writes it: "):
        write_report(run)
    assert json.loads((run / "dissect/history.json").read_text()) == {"schema": 1, "layers": []}
