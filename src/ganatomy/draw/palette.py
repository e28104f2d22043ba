"""Colours of concepts, objectives, categories and arms: CSS classes, the same everywhere.

The ten hues follow Paul Tol's colour-blind safe 'muted' scheme; a name stands beside every colour. Familiar
concepts keep their hue from report to report, so that sky is always sky blue.
"""

from collections.abc import Sequence
from typing import get_args

from ganatomy.config.evolve import ObjectiveName

SLOTS = 10
FAMILIAR = {
    "sky": 0,
    "tree": 1,
    "water": 2,
    "sea": 2,
    "river": 2,
    "mountain": 3,
    "grass": 4,
    "building": 5,
    "house": 5,
    "road": 6,
    "door": 7,
    "cloud": 8,
    "sun": 9,
}
OBJECTIVES = (*get_args(ObjectiveName), "crossover", "parent")
"""How a child may come about, in the order of their colours, `o0` to `o9`."""
CATEGORIES = ("object", "part", "material")
"""In the order of GAN Dissection; others follow."""
ARMS = ("c2", "c5", "c1", "c4", "c7", "c0", "c3", "c8", "c6", "c-rest")
"""Of the arms of a comparison in their order, neighbours far apart."""


def concept_colours(names: Sequence[str]) -> dict[str, str]:
    """Return a CSS class per concept: `c0` to `c9` for the first ten, `c-rest` for the others.

    Args:
        names: most important first; `other`, what a segmenter cannot name, is never a hue of its own.
    """
    first = [name for name in dict.fromkeys(names) if name != "other"][:SLOTS]
    free = set(range(SLOTS))
    colours: dict[str, str] = {}
    for name in first:
        if (slot := FAMILIAR.get(name)) in free:
            free.remove(slot)
            colours[name] = f"c{slot}"
    for name in first:
        if name not in colours:
            slot = min(free)
            free.remove(slot)
            colours[name] = f"c{slot}"
    return colours | {name: "c-rest" for name in names if name not in colours}


def objective_colours(names: Sequence[str]) -> dict[str, str]:
    """Return a CSS class per objective, always the same one; `c-rest` for those that are not known."""
    return {name: f"o{OBJECTIVES.index(name)}" if name in OBJECTIVES else "c-rest" for name in names}


def category_colours(categories: Sequence[str]) -> dict[str, str]:
    """Return a CSS class per category, those of GAN Dissection always the same one; unknown ones follow in order."""
    rest = [name for name in dict.fromkeys(categories) if name not in CATEGORIES]
    return {name: f"o{min(index, 9)}" for index, name in enumerate((*CATEGORIES, *rest)) if name in categories}


def arm_colours(names: Sequence[str]) -> dict[str, str]:
    """Return a CSS class per arm, by its place; again from the first after the last."""
    return {name: ARMS[index % len(ARMS)] for index, name in enumerate(names)}
