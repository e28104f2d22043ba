"""What the sections about concepts share."""

import pytest

from ganatomy.draw.marks import Bounded
from ganatomy.report.concepts import bounded, colours_of, number


def test_colours_go_to_the_concepts_with_most_units():
    weights = [{f"thing {n}": float(n) for n in range(12)}, {"thing 0": 100.0}]
    colours = colours_of(weights)
    assert {name for name, colour in colours.items() if colour == "c-rest"} == {"thing 1", "thing 2"}


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), "0.5"])
def test_what_is_no_finite_number_is_none(value):
    assert number(value) is None


def test_an_unknown_interval_has_no_bounds():
    assert bounded(0.5, None) == Bounded(0.5, None, None)
    assert bounded(0.5, (0.4, None)) == Bounded(0.5, 0.4, None)
