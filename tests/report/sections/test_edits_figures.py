"""Figures of an edit: what is kept or gained of every concept, beside random units."""

from ganatomy.draw.marks import Bounded
from ganatomy.report.sections.edits_figures import ShownEffect, added_figure, kept_figure

NONE = Bounded(None)


def effect(concept, edit, control):
    return ShownEffect(concept, "c1", 0.1, 0.1, 0.1, edit, control, NONE, NONE)


def test_what_is_kept_stands_beside_the_dashed_line_of_all_of_it():
    tree = effect("tree", Bounded(0.25, 0.2, 0.3), Bounded(1.0, 0.9, 1.1))
    figure = kept_figure("e", [tree], tree, ("20 units", "random units"))
    assert "tree keeps 25%" in figure.svg
    assert "grid unity" in figure.svg
    assert figure.svg.count("<circle") == 2 + 2
    assert "20 units" in figure.svg


def test_what_is_gained_may_be_lost():
    door, wall = effect("door", Bounded(0.3, 0.2, 0.4), Bounded(0.01)), effect("wall", Bounded(-0.3, -0.4, -0.2), NONE)
    figure = added_figure("e", [door, wall], door, ("2 units", "random units"))
    assert "door gains +30.0%; wall gains -30.0%" in figure.svg
    assert "grid unity" in figure.svg, "at 0"
    assert figure.svg.count("<circle") == 2 + 3


def test_nothing_gained_is_a_figure_too():
    still = effect("sky", Bounded(0.0, 0.0, 0.0), Bounded(0.0))
    assert "sky gains +0.0%" in added_figure("e", [still], None, ("1 unit", "random units")).svg
