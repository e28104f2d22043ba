"""Lines over named stages."""

import numpy as np
import pytest
from tests.draw.test_charts import numbers, parse, paths, texts

from ganatomy.draw.canvas import LEFT, RIGHT, WIDTH
from ganatomy.draw.charts import Series
from ganatomy.draw.stages import INSET, stage_figure


def drawn(stages, values, **more):
    line = Series("change", np.arange(len(values), dtype=float), np.array(values), "o1", **more)
    figure = stage_figure("key", "Title", "", stages, [line], unit="change", label="layer", highest=2.0)
    return parse(figure)


def test_a_line_goes_from_stage_to_stage():
    tree = drawn(["layer1", "layer2", "image"], [0.0, 1.0, 2.0])
    assert {"layer1", "layer2", "image", "layer", "change"} <= set(texts(tree))
    (line,) = (p for p in paths(tree, "line o1") if not p.endswith("h18"))
    x = numbers(line)[::2]
    step = (WIDTH - RIGHT - LEFT) / (2 + 2 * INSET)
    assert np.diff(x) == pytest.approx([step, step], abs=0.11)
    y = numbers(line)[1::2]
    assert y[0] - y[1] == pytest.approx(y[1] - y[2], abs=0.11)


def test_a_long_name_is_cut_at_its_beginning():
    names = [f"generator.block32.deep.conv{n}" for n in range(8)]
    shown = [text for text in texts(drawn(names, [1.0] * 8)) if text and text.startswith("…")]
    assert len(shown) == 8
    assert shown[3].endswith("3")


def test_a_band_lies_around_its_line():
    assert len(paths(drawn(["a", "b"], [1.0, 1.0], low=np.zeros(2), high=np.ones(2)), "area band")) == 1
