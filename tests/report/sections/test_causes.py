"""Causes."""

from tests.report.cause_record import cause_record
from tests.report.fixture_run import make_run, write

from ganatomy.report.page import write_report
from ganatomy.report.recorded import read_recorded
from ganatomy.report.sections.causes import CausesView, cause_view, cause_weights
from ganatomy.runs.records.causes import CauseRecord
from ganatomy.runs.records.reading import record_from


def view(**more):
    return cause_view(record_from(CauseRecord, cause_record(**more), "tree.json"), "cause-1", {"sky": "c0"})


def test_all_values_are_the_files():
    cause = view()
    assert (cause.concept, cause.layer, cause.units, cause.shared) == ("tree", "layer3", (3, 1), 1)
    assert [one.name for one in cause.sets] == ["by alpha", "by IoU", "random, of all units"]
    assert (cause.causal.kept.value, cause.causal.at_cell.value, cause.causal.inserted.value) == (0.1, 2.5, 0.5)
    assert (cause.passes, cause.curve_passes, cause.passes_official) == (6160, 6400, 103_000)
    assert (cause.updates, cause.pairs, cause.num_images, cause.curve_images) == (2, 480, 150, 100)


def test_figures_show_units_curves_and_the_other_concepts():
    cause = view()
    keys = [figure.key for figure in cause.figures]
    assert keys == [f"cause-1-{name}" for name in ("alpha", "ablation-two", "ablation", "insertion", "others")]
    scatter, two, four, inserted, others = (str(figure.svg) for figure in cause.figures)
    assert "the 2 causal units" in scatter
    assert two.count("area band") == 2
    assert four.count("area band") == 0
    assert four.count('class="line ') >= 4
    assert "gradient times activation, 10% at 3 units" in inserted
    assert "sky keeps 120%" in others
    assert "boat" not in others  # of no area
    assert CausesView((cause, cause)).figures == cause.figures * 2


def test_without_curves_there_are_none():
    assert [figure.key for figure in view(curves=[]).figures] == ["cause-1-alpha", "cause-1-others"]


def test_concepts_weigh_by_their_area():
    assert cause_weights(record_from(CauseRecord, cause_record(), "tree.json"))["sky"] == 0.5


def test_the_page_tells_of_causes(tmp_path):
    run = make_run(tmp_path / "r", parts=("dissect",), size=16, units=4)
    write(run / "ace/layer3/tree.json", cause_record())
    assert [record.concept for record in read_recorded(run).causes.values()] == ["tree"]
    page = write_report(run).read_text()
    assert "What makes tree in layer3" in page
    assert "They have 1 unit in common with the 2 best by IoU" in page
    assert "6,160 images generated and segmented, where the released code takes 103,000; 6,400 more for curves" in page
