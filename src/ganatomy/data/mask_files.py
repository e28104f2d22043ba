"""Which files of a source are masks of its images, by their names and by their looks.

A generator is not to be trained on masks that lie beside the images. They are called as data sets for segmentation call
them: VOC (`SegmentationClass`), ADE20K (`annotations`, `x_seg.png`), Cityscapes (`gtFine`, `x_gtFine_labelIds.png`),
CamVid (`trainannot`, `x_L.png`), Carvana (`train_masks`, `x_mask.gif`).
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

import numpy as np

from ganatomy.data.archive import Source
from ganatomy.data.decode import FORMATS, open_checked

_ANNOTATIONS = ("label", "labels", "labelmap", "labelmaps", "labelids", "annotation", "annotations", "annot", "gt")
_SEGMENTATIONS = ("mask", "masks", "seg", "segs", "segmentation", "segmentations", "groundtruth", "truth", "trimaps")
WORDS = frozenset((*_ANNOTATIONS, *_SEGMENTATIONS))
"""Words of a folder's name, or last words of a file's, that say masks."""
OF_MASKS = WORDS | {"l", "color", "colour", "instanceids", "trainids"}
"""Last words of a file's name that a mask may have beyond its image's."""
OF_IMAGES = frozenset(("leftimg8bit", "image", "img", "rgb", "sat"))
"""Last words of a file's name that an image may have beyond its mask's."""

MOST_VALUES, LEAST_FLAT = 64, 0.8
"""A picture of values has no more values than the first, and neighbours are alike at no less than the second of its
pixels."""
PROBES = 4
"""Files of a folder that are looked at."""
_PHOTOS = frozenset({".jpg", ".jpeg", ".jpe", ".jfif"})


def mask_folder(name: str) -> str | None:
    """Return the folder of masks in which a file lies, down to the last one that says so; None where none does.

    >>> mask_folder("val/gtFine/bonn/1.png")
    'val/gtFine'
    """
    folders = PurePosixPath(name).parts[:-1]
    last = max((place for place, folder in enumerate(folders) if says_masks(folder)), default=None)
    return None if last is None else "/".join(folders[: last + 1])


def masks_by_name(names: Collection[str], kept: Collection[str] = ()) -> set[str]:
    """Return the files that are masks, which images of the same name tell.

    They are those of a folder of masks, at least half of whose files have an image of the same name elsewhere, and
    those that are named like an image beside them and as a mask.

    Args:
        names: of images and masks.
        kept: names of folders whose files are images whatever they are called.
    """
    folders: dict[str, list[str]] = defaultdict(list)
    outside: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        folder = None if _is_in(name, kept) else mask_folder(name)
        if folder is None:
            outside[str(PurePosixPath(name).parent), _core(name)].append(name)
        else:
            folders[folder].append(name)
    beside = {
        name
        for alike in outside.values()
        if not all(map(_says_mask, alike))
        for name in alike
        if _says_mask(name) and not _is_in(name, kept)
    }
    images = {core for _, core in outside}
    of_images = [files for files in folders.values() if 2 * sum(_core(name) in images for name in files) >= len(files)]
    return beside.union(*of_images)


def masks_by_looks(source: Source, names: Iterable[str], kept: Collection[str] = ()) -> set[str]:
    """Return the files that are pictures of values, where others are not: those of one folder and suffix together.

    Beside others in one folder, and GIFs, which are all palette pictures, they are so only where at least half of them
    have the name of one of the others.

    Args:
        source: where they are.
        names: of images and perhaps masks.
        kept: names of folders whose files are images whatever they look like.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        path = PurePosixPath(name)
        groups[str(path.parent), path.suffix.lower()].append(name)
    if len(groups) < 2:
        return set()
    of_values = {key for key, files in groups.items() if key[1] not in _PHOTOS and _are_of_values(source, files)}
    others = groups.keys() - of_values
    folders, images = {folder for folder, _ in others}, {_core(name) for key in others for name in groups[key]}
    masks: set[str] = set()
    for folder, suffix in of_values if others else ():
        files = groups[folder, suffix]
        are_partners = 2 * sum(_core(name) in images for name in files) >= len(files)
        if are_partners or (folder not in folders and suffix != ".gif"):
            masks.update(name for name in files if not _is_in(name, kept))
    return masks


def is_of_values(encoded: bytes) -> bool:
    """Return whether a file is a palette or grey picture of few values in flat areas, as masks are.

    Args:
        encoded: the file's bytes.

    Raises:
        Exception: whatever Pillow raises on a broken file.
    """
    with open_checked(encoded, FORMATS) as image:
        if image.mode not in ("1", "L", "P") and not image.mode.startswith("I"):
            return False
        values = np.asarray(image)
    flat = values[:, 1:] == values[:, :-1]
    return flat.size > 0 and len(np.unique(values)) <= MOST_VALUES and bool(flat.mean() >= LEAST_FLAT)


def _are_of_values(source: Source, files: list[str]) -> bool:
    probes = [files[place * len(files) // PROBES] for place in range(PROBES)]
    try:
        return all(is_of_values(source.read(name)) for name in dict.fromkeys(probes))
    except Exception:  # Pillow's decoders raise anything at all on broken files, which are told of when all are read
        return False


def _is_in(name: str, folders: Collection[str]) -> bool:
    return not set(PurePosixPath(name).parts[:-1]).isdisjoint(folders)


def says_masks(folder: str) -> bool:
    """Return whether a folder's name says that it is one of masks."""
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", folder)]
    return any(word in WORDS or word.endswith("annot") for word in words)


def _says_mask(name: str) -> bool:
    """Return whether the last word of a file's name says that it is a mask; of photographs fewer words do."""
    path = PurePosixPath(name)
    last = re.split(r"[_\-. ]", path.stem)[-1]
    return _is_word(last, WORDS if path.suffix.lower() in _PHOTOS else OF_MASKS)


def _core(name: str) -> str:
    """Return a file's name without its suffix and the last words that say what it is."""
    stem = PurePosixPath(name).stem
    while (match := re.fullmatch(r"(.+)[_\-. ]([^_\-. ]+)", stem)) and _is_word(match[2], OF_MASKS | OF_IMAGES):
        stem = match[1]
    return stem


def _is_word(text: str, words: Collection[str]) -> bool:
    """Return whether a text is one of `words`, or begins with one as `gtFine` does."""
    first = re.match(r"[A-Z]?[a-z]+(?=[A-Z])", text)
    return text.lower() in words or (first is not None and first[0].lower() in words)
