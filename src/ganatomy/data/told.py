"""What is said of the files of a source: how many of which folder were taken, and which were passed over."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

from ganatomy.data.decode import SUFFIXES

NOT_AN_IMAGE = f"not named {', '.join(sorted(SUFFIXES))}"
"""The reason given for files that are passed over by their name."""
MASK_OF_AN_IMAGE = "taken for masks of the images; to train on them, name their folder with --classes, or give it alone"
"""The reason given for masks that lie beside images."""
BY_CHOICE = frozenset({NOT_AN_IMAGE, MASK_OF_AN_IMAGE})
"""Reasons for which a file is passed over though nothing is wrong with it."""

_FOLDERS_SHOWN = 8
_ALIKE = 3
"""From so many files with one reason on they are told of in one line."""


def taken_line(names: Sequence[str]) -> str:
    """Return how many images were taken, of which folders.

    >>> taken_line(["train/sea/1.png", "train/sea/2.png", "cover.png"])
    'took 3 images: 1 beside the folders, 2 of train/sea'
    """
    counts = sorted(Counter(str(PurePosixPath(name).parent) for name in names).items())
    said = [f"{count} {'beside the folders' if name == '.' else f'of {name}'}" for name, count in counts]
    if len(said) > _FOLDERS_SHOWN:
        left = sum(count for _, count in counts[_FOLDERS_SHOWN:])
        said = [*said[:_FOLDERS_SHOWN], f"{left} of {len(counts) - _FOLDERS_SHOWN} more folders"]
    of = "" if [name for name, _ in counts] == ["."] else f": {', '.join(said)}"
    return f"took {len(names)} image{'s' * (len(names) != 1)}{of}"


def enlarged_line(num_enlarged: int, num_images: int, image_size: int) -> str:
    """Return that images were enlarged, which makes them blurred."""
    return (
        f"{num_enlarged} of {num_images} images have fewer than {image_size} pixels on their shorter side and were "
        "enlarged; a smaller image_size leaves them sharp"
    )


def skipped_lines(skipped: Sequence[tuple[str, str]]) -> list[str]:
    """Return what is said of files that gave no image: a line each, and one for many of the same kind.

    Args:
        skipped: (name, reason) of each.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, reason in skipped:
        groups[reason, PurePosixPath(name).suffix.lower() if reason in BY_CHOICE else ""].append(name)
    lines: list[str] = []
    for (reason, suffix), names in groups.items():
        if len(names) < _ALIKE:
            lines += [f"skipped {name}: {reason}" for name in names]
        else:
            lines.append(f"skipped {len(names)} files{suffix and f' {suffix}'}, such as {names[0]}: {reason}")
    return lines
