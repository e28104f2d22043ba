"""Layers: how many units count, of which concepts, and how much of it is chance."""

import re

import pytest
from tests.report.unit_record import DEAD, UNITS, table, unit

from ganatomy.dissect.scoring.profiles import PROFILES, profile_of
from ganatomy.draw.marks import Bounded
from ganatomy.draw.text import percent
from ganatomy.report.concepts import colours_of
from ganatomy.report.sections.layers import (
    MOST_BARS,
    Counted,
    concept_weights,
    layer_view,
    layers_view,
    overview,
    rules_in_words,
)
from ganatomy.report.sections.layers_figures import LayerRow

CONCEPTS = ("other", "sky", "tree", "water", "boat", "door")
CATEGORIES = ("other", "object", "object", "material", "object", "part")
AREAS = (0.1, 0.5, 0.3, 0.09, 0.001, 0.001)


def count(units, concepts):
    return {
        "interpretable": units, "interpretable_interval": [units - 1.5, units + 1.5],
        "concepts": concepts, "concepts_interval": [concepts, concepts + 1.0],
    }  # fmt: skip


def record(units, concepts=CONCEPTS, categories=CATEGORIES, areas=AREAS, **more):
    return table(units, concepts, **{
        "layer": "layer3", "categories": list(categories), "concept_area": list(areas), "num_images": 600,
        "counts": {"paper": count(4, 2), "pnas2020": count(6, 3)}, "image_size": 64, "grid": [64, 32], "seed": 3,
    } | more)  # fmt: skip


def view(units=UNITS, **more):
    whole = record(units, **more)
    return layer_view(whole, colours_of([concept_weights(whole)]))


def test_rows_are_counted_from_the_units():
    units = [*UNITS, unit(6, "sky", 0.47, q=0.2, explained_by="place"), unit(7, "boat", 0.3, False)]
    layer = view(units)
    assert [(r.name, r.category, r.units, r.above_chance, r.unit, r.area) for r in layer.rows] == [
        ("sky", "object", 4, 3, 1, 0.5), ("tree", "object", 1, 1, 3, 0.3), ("water", "material", 0, 0, 4, 0.09),
    ]  # fmt: skip
    assert [row.overlap.iou.value for row in layer.rows] == [0.5, 0.3, 0.04]
    assert layer.unseen == 2
    assert (layer.shown, layer.folded) == (layer.rows, ())
    assert (layer.units, layer.grid, layer.num_images, layer.seed) == (8, "64 × 32", 600, 3)


def test_a_concept_that_no_unit_shows_has_no_score():
    (sky,) = (row for row in view([unit(0, "tree", 0.4)]).rows if row.name == "sky")
    assert (sky.units, sky.unit, sky.overlap) == (0, None, None)


def test_counts_are_those_of_the_files_with_intervals():
    layer = view()
    assert layer.counted == Counted("paper", Bounded(4.0, 2.5, 5.5), Bounded(2.0, 2.0, 3.0))
    assert layer.others == (Counted("pnas2020", Bounded(6.0, 4.5, 7.5), Bounded(3.0, 3.0, 4.0)),)


BY_PLACE, BY_AREA, RARE = ({"q": q, "explained_by": by} for q, by in ((0.3, "place"), (0.9, "area"), (None, "area")))


@pytest.mark.parametrize(
    ("explained", "words"),
    [
        ([], "All of these units are above chance."),
        ([BY_PLACE], "Of these units, place alone explains 1."),
        ([BY_AREA, BY_PLACE, BY_AREA], "Of these units, place alone explains 1 and area alone explains 2."),
        ([RARE], "Of these units, 1 shows a concept too rare to be tested."),
        ([RARE, RARE], "Of these units, 2 show concepts too rare to be tested."),
    ],
)
def test_what_chance_explains_is_told(explained, words):
    units = [unit(0, "sky", 0.4), *(unit(n, "tree", 0.3, **more) for n, more in enumerate(explained, 1))]
    assert view(units).chance == words


def test_a_layer_without_interpretable_units():
    layer = view([unit(0, "sky", 0.01, False, q=0.4), unit(1, None, None, False, **DEAD)])
    assert (layer.chance, layer.figure) == ("", None)
    assert [row.units for row in layer.rows] == [0, 0, 0]
    assert layer.row.units_by_category == layer.row.concepts_by_category == {}


def test_units_and_concepts_are_counted_by_category():
    layer = view([*UNITS, unit(6, "door", 0.3), unit(7, "door", 0.2)])
    by_category = {"object": 4, "part": 2}, {"object": 2, "part": 1}
    assert layer.row == LayerRow("layer3", 8, layer.counted.units, layer.counted.concepts, *by_category)


def test_rows_beyond_those_in_sight_are_folded_and_bars_beyond_the_last_are_told():
    names = [f"thing {n:02d}" for n in range(MOST_BARS + 2)]
    units = [unit(n, name, 0.5 - n / 100) for n, name in enumerate(names)]
    more = {"concepts": names, "categories": ["object"] * len(names), "areas": [0.01] * len(names)}
    layer = view(units, **more)
    assert (len(layer.shown), len(layer.folded)) == (14, MOST_BARS - 12)
    assert layer.figure.caption == "2 concepts of 1 unit or fewer not drawn."
    assert str(layer.figure.svg).count('class="area') == MOST_BARS


def test_the_figure_is_named_by_its_layer_and_safe_as_a_file():
    figure = view(layer="../b 1.conv").figure
    assert (figure.key, figure.title) == ("concepts-..-b-1.conv", "Units per concept in ../b 1.conv")
    assert "most first: sky 3, tree 1." in str(figure.svg)


def test_the_overview_needs_two_layers():
    one, other = view(), view(layer="layer4")
    assert overview([]) is overview([one]) is None
    figure = overview([one, other])
    assert "layer3 4 of 6 units, 2 concepts; layer4 4 of 6 units, 2 concepts" in str(figure.svg)
    assert figure.key == "layers"


def test_the_rules_are_those_of_the_profile():
    paper, compat, pnas = (rules_in_words(PROFILES[name]) for name in ("paper", "compat", "pnas2020"))
    assert paper.endswith("it counts where its IoU exceeds .05 and its IQR .01.")
    assert re.search(r"IQR \.01, both in the images alone that show anything of the concept's category\.$", compat)
    assert rules_in_words(profile_of("netdissect", 0.02)) == (
        f"A unit is active in the top {percent(0.02)} of its activations; its concept is that of the highest IoU, and "
        "it counts where that exceeds .04, in the images alone that show anything of the concept's category."
    )
    assert "are those of the highest IoU on other samples; it counts where its IoU" in rules_in_words(
        PROFILES["max-iou"]
    )
    assert "its activation correlates with best over all pixels" in rules_in_words(PROFILES["correlation"])
    assert "the top 1.0\N{NO-BREAK SPACE}% of its activations" in pnas
    assert pnas.endswith("highest IoU, and it counts where that exceeds .04.")
    section = layers_view([view(), view(profile="pnas2020"), view()], ("object",), 0.5)
    assert section.rules == {"paper": paper, "pnas2020": pnas}
    assert len(section.figures) == 4
    assert layers_view([], (), 0.1) is None
