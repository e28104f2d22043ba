"""What the sections about concepts share."""

from ganatomy.draw.marks import Bounded
from ganatomy.report.concepts import bounded, colours_of


def test_colours_go_to_the_concepts_with_most_units():
    weights = [{f"thing {n}": float(n) for n in range(12)}, {"thing 0": 100.0}]
    colours = colours_of(weights)
    assert {name for name, colour in colours.items() if colour == "c-rest"} == {"thing 1", "thing 2"}


def test_an_unknown_interval_has_no_bounds():
    assert bounded(0.5, None) == Bounded(0.5, None, None)
    assert bounded(0.5, (0.4, None)) == Bounded(0.5, 0.4, None)
