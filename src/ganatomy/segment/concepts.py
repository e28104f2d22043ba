"""Concepts by name: looked up, misspelt, listed, shortened."""

from collections.abc import Sequence
from difflib import get_close_matches
from itertools import chain, count

from ganatomy.errors import ConfigError

LISTED = 12
"""Concepts that a message lists; there can be hundreds."""


def known_concept(concept: str, concepts: Sequence[str]) -> str:
    """Return the concept.

    Raises:
        ConfigError: it is not one of the concepts; the message offers the nearest ones, or else the first ones.
    """
    if concept not in concepts:
        nearest = get_close_matches(concept.lower(), concepts)
        hint = f"did you mean {' or '.join(map(repr, nearest))}?" if nearest else f"choose from {listed(concepts)}"
        raise ConfigError(f"no concept '{concept}'; {hint}")
    return concept


def listed(concepts: Sequence[str]) -> str:
    """Return the first concepts, and how many more there are."""
    more = f" and {len(concepts) - LISTED} more" if len(concepts) > LISTED else ""
    return ", ".join(concepts[:LISTED]) + more


def short_names(labels: Sequence[str]) -> tuple[str, ...]:
    """Return a unique name for each label of a published vocabulary.

    A list of synonyms is shortened to its first (`"windowpane, window"` to `windowpane`); the second
    label of the same name gets a number (`screen`, `screen 2`).
    """
    names: list[str] = []
    for label in labels:
        first = label.split(",")[0].split(";")[0].strip()
        numbered = (f"{first} {number}" for number in count(2))
        names.append(next(name for name in chain([first], numbered) if name not in names))
    return tuple(names)
