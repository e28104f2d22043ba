"""The names of the concepts that the values of a mask stand for, and the values that stand for none."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from ganatomy.errors import DataError

FILES = ("concepts.txt", "concepts.json", "classes.txt")
"""Where the names stand, looked for in this order."""

VOID = -1
"""The index of a pixel of which a mask names no concept."""

USUAL_VOID = 255
"""The value that is void where no concept has it."""

MAX_CONCEPTS = 1000
_NAMELESS = np.int16(-2)
"""In the table of a vocabulary: a value without a name."""


def find_concepts(names: Iterable[str]) -> str | None:
    """Return the file among `names` that lists the concepts, the outermost one; None where there is none."""
    found = [name for name in names if PurePosixPath(name).name in FILES]
    return min(found, key=lambda name: (name.count("/"), FILES.index(PurePosixPath(name).name), name), default=None)


def parse_concepts(text: str, source: str) -> tuple[str, ...]:
    """Return the names in a list of concepts; the place of each is its value in the masks.

    Args:
        text: a JSON list of names where `source` ends with `.json`, else one name a line, the first of value 0.
        source: the file's name, for messages.

    Raises:
        DataError: it is no such list, a name is empty, comes twice or has a comma or semicolon, or there are fewer
            than two or more than `MAX_CONCEPTS`.
    """
    names = _json_names(text, source) if source.lower().endswith(".json") else text.rstrip().splitlines()
    names = [name.strip() for name in names]
    if "" in names:
        raise DataError(f"{source}: value {names.index('')} has no name; give every value from 0 on a name of its own")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(f"{source}: {twice[0]!r} comes {names.count(twice[0])} times; give each concept its own name")
    joined = [name for name in names if "," in name or ";" in name]
    if joined:
        raise DataError(f"{source}: {joined[0]!r} has a comma or semicolon; give each concept one name without")
    if not 2 <= len(names) <= MAX_CONCEPTS:
        raise DataError(f"{source}: {len(names)} names; 2 to {MAX_CONCEPTS} are accepted, one a line")
    return tuple(names)


def _json_names(text: str, source: str) -> list[str]:
    try:
        names = json.loads(text)
    except ValueError as error:
        raise DataError(f"{source} is not JSON ({error}); write a list of names") from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DataError(f'{source} is not a JSON list of names; write one such as ["sky", "road"]')
    return names


class Vocabulary:
    """Turns the values of masks into indices of concepts.

    >>> Vocabulary(("sky", "void", "road"), void=(1, 255)).concepts
    ('sky', 'road')
    """

    concepts: tuple[str, ...]
    """The names whose values are not void; the place of each is its index."""

    def __init__(self, names: Sequence[str], void: Sequence[int], values: Sequence[int] | None = None) -> None:
        """Take names, their values, and the values that are void, beside `USUAL_VOID` where that has no name.

        Args:
            names: of the concepts.
            void: values that stand for no concept.
            values: of the names, growing; None for 0, 1, 2 and on.

        Raises:
            DataError: fewer than two concepts are left.
        """
        self._names, self._void = tuple(names), frozenset(void)
        values = range(len(names)) if values is None else values
        known = [place for place, value in enumerate(values) if value not in self._void]
        self.concepts = tuple(names[place] for place in known)
        if len(known) < 2:
            raise DataError(
                f"void values {sorted(self._void)} leave {len(known)} of {len(names)} concepts; at least 2 are needed"
            )
        self._table = np.full(values[-1] + 1, _NAMELESS, np.int16)
        self._table[list(values)] = VOID
        self._table[[values[place] for place in known]] = np.arange(len(known))

    def indices(self, values: NDArray[np.int32], source: str) -> NDArray[np.int16]:
        """Return the index of each value, `VOID` where it is void.

        Args:
            values: a mask as it stands in its file, any shape.
            source: the file's name, for messages.

        Raises:
            DataError: a value is neither void nor that of a name.
        """
        beyond = (values < 0) | (values >= len(self._table))
        indices: NDArray[np.int16] = np.where(beyond, _NAMELESS, self._table[np.where(beyond, 0, values)])
        unknown = sorted(set(np.unique(values[indices == _NAMELESS]).tolist()) - self._void - {USUAL_VOID})
        if unknown:
            raise DataError(
                f"{source} has the value {unknown[0]}; the {len(self._names)} names have the values 0 to "
                f"{len(self._names) - 1}; add a name, or leave the value out with --void {unknown[0]}"
            )
        return np.where(indices == _NAMELESS, np.int16(VOID), indices)
