"""Which split and classes of a source are taken, and what is said when they are not there."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from ganatomy.errors import DataError

TRAIN = "train"
ALL = "all"
"""The split that takes every image."""

_NAMES_SHOWN = 20


def choose_split(split: str | None, known: Sequence[str], path: Path) -> str:
    """Return the split to take from `path`, which has the splits `known`, maybe none.

    None means `train`; where there are no splits, `train` means everything.

    Raises:
        DataError: there is no such split.
    """
    split = split or TRAIN
    if split == ALL or (split == TRAIN and not known):
        return ALL
    if not known:
        raise DataError(f"no split {split!r} in {path}, which has no split folders; leave the split out")
    if split not in known:
        raise DataError(f"no split {split!r} in {path}; {_suggest(split, [*known, ALL])}")
    return split


def choose_classes(classes: Sequence[str], known: Sequence[str], path: Path) -> tuple[str, ...]:
    """Return the classes to take from `path`, which has the classes `known`: sorted, each once; none means all.

    Raises:
        DataError: there is no such class.
    """
    for name in classes:
        if not known:
            raise DataError(f"no class {name!r} in {path}, which has no class folders; leave the classes out")
        if name not in known:
            raise DataError(f"no class {name!r} in {path}; {_suggest(name, known)}")
    return tuple(sorted(set(classes or known)))


def _suggest(given: str, known: Sequence[str]) -> str:
    close = get_close_matches(given, known, n=1)
    question = f"did you mean {close[0]!r}? " if close else ""
    more = f" and {len(known) - _NAMES_SHOWN} more" if len(known) > _NAMES_SHOWN else ""
    return f"{question}it has {', '.join(known[:_NAMES_SHOWN])}{more}"
