"""The concepts of Unified Perceptual Parsing, numbered as GAN Dissection numbers them (official code, segmenter.py).

The release numbers its labels from 1, 0 is `-`, nothing. Here a concept is an index from 0 and nothing is -1, so a
label of the release is the index here plus 1: `official_labels` and `from_official_labels` go from one to the other.
In this order: objects; top, left, bottom and right halves of objects; materials; parts. With the vocabulary of the
release these are 1729 labels, `-` included, 389 without halves, 1813 with halves and all parts.

A part that is also an object counts as the object: a door is a door, whether it stands alone or in a building.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment.protocol import NOTHING

BLANK = "-"
"""What the release calls nothing."""

PART_OWNERS = ("sky", "building", "person")
"""The objects whose parts GAN Dissection names, unless all parts are asked for."""

SIDES = ("t", "l", "b", "r")
"""Top, left, bottom, right: the order of the halves."""


@dataclass(frozen=True)
class Vocabulary:
    """The names of the release, in the order of the channels of the network."""

    objects: tuple[str, ...]
    """The first is `BLANK`."""
    materials: tuple[str, ...]
    """The first is `BLANK`."""
    scenes: tuple[str, ...]
    parts: dict[str, tuple[str, ...]]
    """The parts of each object that has some, in the order of the file; the first of each is `BLANK`."""


@dataclass(frozen=True)
class PartHead:
    """The channels that tell the parts of one object."""

    owner: int
    """The concept of which these are parts."""
    channels: slice
    """Among the channels of all parts."""
    concepts: tuple[int, ...]
    """What each channel stands for: an index into the concepts, or `NOTHING`."""


@dataclass(frozen=True)
class Numbering:
    """What a segmenter names, and where each kind of concept starts."""

    concepts: tuple[str, ...]
    """Unique names. One that an earlier kind has taken gets its own kind behind it: `glass (material)`."""
    categories: tuple[str, ...]
    """`object`, `part` (halves and parts) or `material`, one per concept."""
    num_objects: int
    """Halves of the side `s` start at `num_objects * (1 + s)`."""
    first_material: int
    first_part: int
    part_heads: tuple[PartHead, ...]


def official_labels(labels: Tensor) -> Tensor:
    """Return the labels of the release, 0 for nothing, for labels of this package, -1 for nothing."""
    return labels + 1


def from_official_labels(labels: Tensor) -> Tensor:
    """Return the labels of this package, -1 for nothing, for labels of the release, 0 for nothing."""
    return labels - 1


def read_vocabulary(path: Path) -> Vocabulary:
    """Return the names in a `labels.json` of the release.

    Raises:
        ConfigError: there is no such file.
        CheckpointError: the file does not hold the names of objects, materials, scenes and parts.
    """
    if not path.is_file():
        raise ConfigError(f"no names at {path}; the release keeps them in labels.json beside the weights")
    try:
        content = json.loads(path.read_bytes())
        vocabulary = Vocabulary(
            objects=_names(content["object"]),
            materials=_names(content["material"]),
            scenes=_names(content["scene"]),
            parts={str(owner): _names(parts) for owner, parts in content["object_part"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"{path} needs lists of names under 'object', 'material', 'scene' and, by object, 'object_part' "
            f"({type(error).__name__}: {error}); pass the labels.json of the release"
        ) from error
    for fault in _faults(vocabulary):
        raise CheckpointError(f"{path}: {fault}; pass the labels.json of the release")
    return vocabulary


def number_concepts(vocabulary: Vocabulary, *, quadrants: bool, all_parts: bool) -> Numbering:
    """Return the concepts in the order of the release.

    Args:
        vocabulary: the names.
        quadrants: also name the halves of objects.
        all_parts: name the parts of every object, not only those of `PART_OWNERS`.

    Raises:
        CheckpointError: the vocabulary lacks the parts of one of `PART_OWNERS`, or one name stands for two things.
    """
    owners = tuple(vocabulary.parts) if all_parts else PART_OWNERS
    objects, materials = vocabulary.objects[1:], vocabulary.materials[1:]
    halves = tuple(f"{name}-{side}" for side in SIDES for name in objects) if quadrants else ()
    parts = _own_parts(vocabulary, owners)
    kinds = (("object", objects), ("part", halves), ("material", materials), ("part", parts))
    named = [(name, kind) for kind, names in kinds for name in names]
    first_part = len(named) - len(parts)
    index = {part: first_part + place for place, part in enumerate(parts)}
    index |= {name: place for place, name in enumerate(objects)} | {BLANK: NOTHING}
    channels = _channels(vocabulary)
    return Numbering(
        concepts=_unique(named),
        categories=tuple(kind for _, kind in named),
        num_objects=len(objects),
        first_material=first_part - len(materials),
        first_part=first_part,
        part_heads=tuple(
            PartHead(index[owner], channels[owner], tuple(index[part] for part in vocabulary.parts[owner]))
            for owner in owners
        ),
    )


def _own_parts(vocabulary: Vocabulary, owners: Iterable[str]) -> tuple[str, ...]:
    """Return the parts of some objects that are no objects themselves, each once, in the order of the file."""
    for owner in owners:
        if owner not in vocabulary.parts:
            raise CheckpointError(
                f"labels.json names no parts of {owner!r}; pass the file of the release, or ask for all parts"
            )
    found = dict.fromkeys(part for owner in owners for part in vocabulary.parts[owner])
    return tuple(part for part in found if part not in vocabulary.objects)


def _channels(vocabulary: Vocabulary) -> dict[str, slice]:
    """Return which channels of the part head tell the parts of each object: by the number of the object."""
    channels, first = {}, 0
    for owner in sorted(vocabulary.parts, key=vocabulary.objects.index):
        channels[owner] = slice(first, first + len(vocabulary.parts[owner]))
        first = channels[owner].stop
    return channels


def _unique(named: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the names, those that are taken with their kind behind them."""
    unique: dict[str, None] = {}
    for name, kind in named:
        own = f"{name} ({kind})" if name in unique else name
        if own in unique:
            raise CheckpointError(f"labels.json has two concepts {own!r}; pass the file of the release")
        unique[own] = None
    return tuple(unique)


def _names(content: object) -> tuple[str, ...]:
    """Return a list of names of the file."""
    if not isinstance(content, list) or not all(isinstance(name, str) for name in content):
        raise TypeError(f"{str(content)[:40]} is no list of names")
    return tuple(content)


def _faults(vocabulary: Vocabulary) -> Iterable[str]:
    """Yield what is wrong with a vocabulary."""
    for kind, names in (("objects", vocabulary.objects), ("materials", vocabulary.materials)):
        if names[:1] != (BLANK,) or len(set(names)) < len(names):
            yield f"the {kind} have to be unique and start with {BLANK!r}"
    for owner, parts in vocabulary.parts.items():
        if owner not in vocabulary.objects[1:]:
            yield f"{owner!r} has parts but is not one of the objects"
        if owner in parts or len(set(parts)) < len(parts):
            yield f"the parts of {owner!r} have to be unique and other than itself"
