"""The splits and classes that the folders of files name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from ganatomy.data.choices import TRAIN

SPLITS = {
    "train": TRAIN,
    "training": TRAIN,
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}
"""Folder names that are read as splits, whatever their case."""
BESIDE_SPLITS = {"dev": "val", "holdout": "test", "unlabeled": "unlabeled", "unlabelled": "unlabeled", "extra": "extra"}
"""More names of splits, which are read so beside one of `SPLITS`."""


@dataclass(frozen=True)
class Item:
    """A file and where its folders place it; `split` and `class_name` are empty where none is named."""

    name: str
    split: str
    class_name: str


def arrange(names: Iterable[str]) -> list[Item]:
    """Return each file's split and class, read off its folders.

    Folders that merely wrap everything are passed over. The top folders are then the splits, and the folders below them
    the classes, where all of them have the names of splits, or where some are the train split and another one, as
    `train2017` and `test_images` are: any other folder is then a split of its own name. Otherwise the top folders are
    the classes.

    >>> arrange(["scenes/train/sea/1.jpg", "scenes/test/sea/2.jpg"])[0]
    Item(name='scenes/train/sea/1.jpg', split='train', class_name='sea')
    """
    folders = _unwrapped(names)
    splits = _splits({parts[0] for parts in folders.values() if parts})
    if not splits:
        return [Item(name, "", parts[0] if parts else "") for name, parts in folders.items()]
    return [
        Item(name, splits[parts[0]] if parts else "", parts[1] if len(parts) > 1 else "")
        for name, parts in folders.items()
    ]


def doubtful_splits(names: Iterable[str]) -> tuple[str, ...]:
    """Return the top folders that have the name of a split and are classes all the same, because of others.

    >>> doubtful_splits(["bus/1.png", "train/2.png"])
    ('train',)
    """
    tops = {parts[0] for parts in _unwrapped(names).values() if parts}
    return () if _splits(tops) else tuple(sorted(top for top in tops if _named_split(top)))


def _unwrapped(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the folders of each file, without those that merely wrap everything."""
    folders = {name: PurePosixPath(name).parent.parts for name in names}
    while _is_wrapped(folders.values()):
        folders = {name: parts[1:] for name, parts in folders.items()}
    return folders


def _is_wrapped(folders: Iterable[tuple[str, ...]]) -> bool:
    """Return whether one folder, not a split, holds all files, and all of them in folders of its own."""
    tops = {parts[0] if len(parts) > 1 else None for parts in folders}
    top = tops.pop() if len(tops) == 1 else None
    return top is not None and top.lower() not in SPLITS


def _splits(tops: set[str]) -> dict[str, str]:
    """Return the split that each top folder is; none where they are classes."""
    exact = {top: SPLITS.get(top.lower()) or BESIDE_SPLITS.get(top.lower()) for top in tops}
    if any(top.lower() in SPLITS for top in tops) and all(exact.values()):
        return {top: split for top, split in exact.items() if split}
    named = {top: exact[top] or _named_split(top) for top in tops}
    if TRAIN in named.values() and len(set(named.values()) & set(SPLITS.values())) > 1:
        return {top: split or top.lower() for top, split in named.items()}
    return {}


def _named_split(folder: str) -> str | None:
    """Return the split that the first word of a folder's name is, `train` of `trainA`, `train2017`, `train_images`."""
    word = re.match(r"[A-Z]?[a-z]+|[A-Z]+", folder)
    return SPLITS.get(word[0].lower()) if word else None
