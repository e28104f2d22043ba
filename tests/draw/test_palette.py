"""Colours."""

import re
from typing import get_args

from ganatomy.config.evolve import ObjectiveName
from ganatomy.draw.palette import ARMS, OBJECTIVES, arm_colours, category_colours, concept_colours, objective_colours
from ganatomy.draw.standalone import STYLES


def test_familiar_concepts_keep_their_hue_and_others_take_what_is_free():
    """Sea and water share a hue: the more important of the two has it."""
    assert concept_colours(["castle", "tree", "sky", "other", "sea", "water"]) == {
        "tree": "c1", "sky": "c0", "sea": "c2", "castle": "c3", "water": "c4", "other": "c-rest",
    }  # fmt: skip


def test_the_eleventh_concept_is_grey():
    colours = concept_colours([f"thing {n}" for n in range(12)])
    assert [colours[f"thing {n}"] for n in (0, 9, 10, 11)] == ["c0", "c9", "c-rest", "c-rest"]


def test_every_objective_has_a_colour_of_its_own():
    assert set(get_args(ObjectiveName)) < set(OBJECTIVES)
    assert set(objective_colours(OBJECTIVES).values()) == {f"o{n}" for n in range(10)}
    assert objective_colours(["hinge", "minimax", "softmax"]) == {"hinge": "o4", "minimax": "o0", "softmax": "c-rest"}


def test_every_class_has_a_colour_in_light_and_dark():
    colours, marks = ((STYLES / f"{name}.css").read_text() for name in ("colours", "marks"))
    for name in [f"c{n}" for n in range(10)] + ["c-rest", "none"] + [f"o{n}" for n in range(10)]:
        assert len(re.findall(rf"--{name}: #", colours)) == 2, name
        assert f".{name} {{ --hue: var(--{name}); }}" in marks


def test_categories_keep_their_colour_whatever_else_there_is():
    assert category_colours(["part", "colour", "object"]) == {"object": "o0", "part": "o1", "colour": "o3"}
    assert category_colours(["material"]) == {"material": "o2"}
    many = [f"kind {n}" for n in range(9)]
    assert category_colours(many)["kind 8"] == "o9"


def test_the_eleventh_arm_begins_again():
    names = [f"arm {n}" for n in range(11)]
    assert [arm_colours(names)[name] for name in names] == [*ARMS, ARMS[0]]
    assert len(set(ARMS)) == 10
