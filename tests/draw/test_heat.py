"""Heat maps."""

import numpy as np
import pytest
from tests.draw.test_charts import numbers, parse, texts

from ganatomy.draw.canvas import WIDTH
from ganatomy.draw.heat import ABOVE, BELOW, HEAD, SHADES, HeatMap, full_colour, heat_figure


def drawn(values, **more):
    return parse(heat_figure("key", "Title", "", [HeatMap("all", np.array(values, dtype=float))], "unit", **more))


def cells(tree):
    """Return colour, opacity and coordinates of every path of cells, without the scale's."""
    group = next(g for g in tree.iter("g") if g.get("shape-rendering"))
    return [(p.get("class").split()[1], float(p.get("opacity")), numbers(p.get("d"))) for p in group.iter("path")]


def test_a_cell_is_as_dark_as_its_value_is_far_from_0():
    found = cells(drawn([[0.0, 2.0], [-1.0, np.nan]]))
    assert [(colour, opacity) for colour, opacity, _ in found] == [("none", 1.0), (BELOW, 0.5), (ABOVE, 1.0)]
    side = (WIDTH - 2 * 14.0) / 3 / 2
    _, _, (x, floor, top, end, _) = found[2]
    assert (x, end) == pytest.approx((side, 2 * side), abs=0.06)
    assert (top, floor) == pytest.approx((HEAD, HEAD + side), abs=0.06)


def test_cells_of_one_shade_are_one_path_and_zeros_are_left_out():
    (only,) = cells(drawn([[1.0, 1.0, 1.0], [0.0, 0.001, 1.0]]))
    assert only[:2] == (ABOVE, 1.0)
    assert len(only[2]) == 4 * 5


def test_the_full_colour_is_that_of_all_but_a_hundredth():
    values = np.ones(1000)
    values[:5] = 50.0
    assert full_colour([values]) == 1.0
    assert full_colour([np.array([[0.0, np.nan]])]) == 1.0
    assert full_colour([np.array([[-3.0, 2.0]])]) == 3.0
    rare = np.zeros(1000)
    rare[0] = 4.0
    assert full_colour([rare]) == 4.0


def test_panels_stand_three_in_a_row_under_one_scale():
    maps = [HeatMap(f"map {n}", np.full((2, 4), float(n))) for n in range(5)]
    figure = heat_figure("key", "Title", "", maps, "areas", description="Words")
    tree = parse(figure)
    assert {"map 0", "map 4", "areas", "0", "4", "\N{MINUS SIGN}4"} <= set(texts(tree))
    places = {text.text: (float(text.get("x")), float(text.get("y"))) for text in tree.iter("text")}
    assert places["map 0"][0] == places["map 3"][0] == 0
    assert places["map 2"][1] < places["map 3"][1]
    assert "Words" in figure.svg
    assert figure.height > 2 * (HEAD + (WIDTH - 28) / 6)
    scale = [p for g in list(tree.iter("g"))[-1:] for p in g.iter("path")]
    assert len(scale) == 2 * SHADES


def test_a_map_without_values_is_grey():
    assert [(colour, opacity) for colour, opacity, _ in cells(drawn([[np.nan]]))] == [("none", 1.0)]
