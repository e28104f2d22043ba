"""Strokes composed over a layer, against a slow reference."""

import base64
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference.painting import painted_over
from tests.web.planted_paint import cells, painted, planted_table, stroke

from ganatomy.errors import ConfigError, DataError
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.runs.records.paintings import StrokeRow
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.segment.protocol import NOTHING
from ganatomy.web import strokes as module
from ganatomy.web.layer import PaintedLayer, open_painted
from ganatomy.web.strokes import Strokes, change_of

PAINTED = painted(table=planted_table(), num_images=20)


def row(*units: str | int, **more: Any) -> StrokeRow:
    content = stroke(*units, **more)
    return StrokeRow(**content | {"units": tuple(content["units"])})


def values(one: StrokeRow) -> np.ndarray:
    """Return what a stroke sets each unit to, looked up by hand."""
    if one.value == "insert_high":
        return PAINTED.high.double().numpy()
    if one.value == "insert":
        return PAINTED.inserted[str(one.concept)].double().numpy()
    if one.value == "outside":
        outside = PAINTED.outside[str(one.concept)]
        assert outside is not None
        return outside.double().numpy()
    return np.zeros(PAINTED.units)


ROWS = st.lists(
    st.builds(
        StrokeRow,
        mode=st.sampled_from(["draw", "remove"]),
        units=st.lists(st.integers(0, 10), min_size=1, max_size=4, unique=True).map(tuple),
        value=st.sampled_from(["insert", "insert_high", "zero", "outside"]),
        cells=st.binary(min_size=64, max_size=64).map(lambda drawn: base64.b64encode(drawn).decode()),
        concept=st.sampled_from(["tree", "grass"]),
        strength=st.floats(0, 1),
        on=st.booleans(),
    ),
    max_size=5,
)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_strokes_are_laid_over_each_other_as_the_reference_does(rows: list[StrokeRow]) -> None:
    featuremaps = PAINTED.observed.featuremaps[:1]
    blend = Strokes(PAINTED).blend(rows)
    changed = featuremaps if blend is None else blend(featuremaps)
    amounts = [
        (
            one.units,
            values(one),
            np.frombuffer(base64.b64decode(one.cells), np.uint8).reshape(8, 8) / 255 * one.strength,
        )
        for one in rows
        if one.on
    ]
    expected = painted_over(featuremaps[0].double().numpy(), amounts)
    np.testing.assert_allclose(changed[0].numpy(), expected, atol=1e-5)


def test_what_was_composed_before_makes_no_difference() -> None:
    strokes = Strokes(PAINTED)
    rows = [row("crown", where=cells((place, 1), alpha=100 + place)) for place in range(8)]
    fresh = [Strokes(PAINTED).blend(rows[:end]) for end in range(1, 9)]
    for end in (1, 2, 8, 4, 8, 3):
        blend, expected = strokes.blend(rows[:end]), fresh[end - 1]
        assert blend is not None
        assert expected is not None
        assert torch.equal(blend.strength, expected.strength)
        assert torch.equal(blend.added, expected.added)


def test_a_growing_stroke_is_composed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    composed: list[StrokeRow] = []

    def counted(painted: PaintedLayer, one: StrokeRow) -> object:
        composed.append(one)
        return change_of(painted, one)

    monkeypatch.setattr(module, "change_of", counted)
    strokes, below = Strokes(PAINTED), [row("crown"), row("trunk"), row("grass")]
    strokes.blend([*below, row("sky", where=cells((0, 0)))])
    composed.clear()
    strokes.blend([*below, row("sky", where=cells((0, 0), (0, 1)))])
    assert len(composed) == 1
    for place in range(2 * module.COMPOSED):
        strokes.blend([row("sky", where=cells((0, place % 8), alpha=1 + place))])
    assert len(strokes._composed) == module.COMPOSED


def test_strokes_that_are_off_or_nowhere_make_nothing() -> None:
    strokes = Strokes(PAINTED)
    nowhere = row("crown", where=cells(alpha=0))
    assert strokes.blend([]) is None
    assert strokes.blend([row("crown", on=False), nowhere]) is None
    alone, beside = strokes.blend([row("trunk")]), strokes.blend([nowhere, row("trunk"), row("sky", on=False)])
    assert alone is not None
    assert beside is not None
    assert torch.equal(alone.strength, beside.strength)


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (row(11), "layer 'layer1' has no unit 11; its units are 0 to 10"),
        (row(-1), r"units are \[-1\]; give one or more unit numbers"),
        (row(), r"units are \[\]; give one or more unit numbers"),
        (row(1, 1), r"units are \[1, 1\]"),
        (row(1, strength=1.5), "strength is 1.5; give 0 to 1"),
        (row(1, value="insert"), "value is 'insert' of a stroke without a concept; give insert_high or zero"),
        (row(1, value="insert", concept="tre"), "no concept 'tre'; did you mean 'tree'"),
    ],
)
def test_what_a_stroke_cannot_be_is_refused(one: StrokeRow, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Strokes(PAINTED).blend([one])


def test_cells_of_another_layer_or_none_are_refused() -> None:
    with pytest.raises(DataError, match="a stroke has 16 cells; the layer has 8 x 8, 64 in all"):
        Strokes(PAINTED).blend([row(1, where=cells(side=4))])
    with pytest.raises(DataError, match="the cells of a stroke are no base64"):
        Strokes(PAINTED).blend([row(1, where="<img>")])
    with pytest.raises(DataError, match="the cells of a stroke are no base64"):
        Strokes(PAINTED).blend([row(1, where="\u00e9")])


def test_more_strokes_than_anybody_draws_are_refused() -> None:
    with pytest.raises(ConfigError, match="there are 501 strokes; give at most 500"):
        Strokes(PAINTED).blend([row(1)] * 501)


class AllSky(PlantedSegmenter):
    """Sees sky in every pixel."""

    def segment(self, images: torch.Tensor) -> torch.Tensor:
        labels = torch.full((len(images), 2, 16, 16), NOTHING)
        labels[:, 0] = self.concepts.index("sky")
        return labels


def test_units_have_no_value_outside_of_a_concept_that_is_everywhere() -> None:
    everywhere = open_painted(PlantedGenerator().eval(), AllSky(), "layer1", num_images=4)
    with pytest.raises(
        ConfigError, match="every cell shows some 'sky', so that nothing tells what units are elsewhere"
    ):
        Strokes(everywhere).blend([row("sky", value="outside", concept="sky")])
    assert NUMBER["sky"] == 0
