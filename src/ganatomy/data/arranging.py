"""The splits and classes that the folders of files name."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

SPLITS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}
"""Folder names that are read as splits, whatever their case."""


@dataclass(frozen=True)
class Item:
    """A file and where its folders place it; `split` and `class_name` are empty where none is named."""

    name: str
    split: str
    class_name: str


def arrange(names: Iterable[str]) -> list[Item]:
    """Return each file's split and class, read off its folders.

    Folders that merely wrap everything are passed over. If then all top folders have the names of splits,
    they are the splits, and the folders below them the classes; otherwise the top folders are the classes.

    >>> arrange(["scenes/train/sea/1.jpg", "scenes/test/sea/2.jpg"])[0]
    Item(name='scenes/train/sea/1.jpg', split='train', class_name='sea')
    """
    folders = {name: PurePosixPath(name).parent.parts for name in names}
    while _is_wrapped(folders.values()):
        folders = {name: parts[1:] for name, parts in folders.items()}
    tops = {parts[0].lower() for parts in folders.values() if parts}
    if tops and tops <= SPLITS.keys():
        return [
            Item(name, SPLITS[parts[0].lower()] if parts else "", parts[1] if len(parts) > 1 else "")
            for name, parts in folders.items()
        ]
    return [Item(name, "", parts[0] if parts else "") for name, parts in folders.items()]


def _is_wrapped(folders: Iterable[tuple[str, ...]]) -> bool:
    """Return whether one folder, not a split, holds all files, and all of them in folders of its own."""
    tops = {parts[0] if len(parts) > 1 else None for parts in folders}
    top = tops.pop() if len(tops) == 1 else None
    return top is not None and top.lower() not in SPLITS
