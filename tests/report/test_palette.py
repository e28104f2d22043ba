"""Colours."""

import re

from ganatomy.report.page import TEMPLATES
from ganatomy.report.palette import concept_colours, objective_colours


def test_familiar_concepts_keep_their_hue_and_others_take_what_is_free():
    """Sea and water share a hue: the more important of the two has it."""
    assert concept_colours(["castle", "tree", "sky", "other", "sea", "water"]) == {
        "tree": "c1", "sky": "c0", "sea": "c2", "castle": "c3", "water": "c4", "other": "c-rest",
    }  # fmt: skip


def test_the_eleventh_concept_is_grey():
    colours = concept_colours([f"thing {n}" for n in range(12)])
    assert [colours[f"thing {n}"] for n in (0, 9, 10, 11)] == ["c0", "c9", "c-rest", "c-rest"]


def test_published_objectives_keep_their_colours():
    assert objective_colours(["heuristic", "hinge", "least_squares", "wasserstein", "softmax", "another"]) == {
        "heuristic": "o1", "least_squares": "o2", "hinge": "o3", "wasserstein": "o4", "softmax": "o5", "another": "o5",
    }  # fmt: skip


def test_every_class_has_a_colour_in_light_and_dark():
    style = (TEMPLATES / "style.css").read_text()
    for name in [f"c{n}" for n in range(10)] + ["c-rest", "none"] + [f"o{n}" for n in range(6)]:
        assert len(re.findall(rf"--{name}: #", style)) == 2, name
        assert f".{name} {{ --hue: var(--{name}); }}" in style
