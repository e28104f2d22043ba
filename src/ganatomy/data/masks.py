"""Pairs of an image and a mask that names the concept of each of its pixels, read from folders or a zip."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ganatomy.data.archive import FolderSource, Source, open_source
from ganatomy.data.arranging import arrange
from ganatomy.data.choices import ALL, choose_split
from ganatomy.data.concept_names import FILES, Vocabulary, find_concepts, parse_concepts
from ganatomy.data.decode import KINDS, SUFFIXES, decode_whole, open_checked
from ganatomy.errors import DataError
from ganatomy.progress import SILENT, Progress, Task

IMAGES, MASKS, MASK_SUFFIX = "images", "masks", ".png"
"""A pair is `images/NAME.jpg` and `masks/NAME.png`, below any folders that both share."""

Pair = tuple[NDArray[np.uint8], NDArray[np.int16]]
"""An image (h, w, 3) and its mask (h, w)."""

_ONE_CHANNEL = ("1", "L", "P", "I", "I;16")
_READ_AHEAD = 64


@dataclass(frozen=True, eq=False)
class MaskedImages:
    """Images with the concept of each pixel; each pair has a size of its own.

    Attributes:
        images: (h, w, 3) uint8 RGB.
        masks: (h, w) int16, indices into `concepts`, `VOID` where none is named.
        concepts: unique names.
        names: the images' files.
    """

    images: tuple[NDArray[np.uint8], ...]
    masks: tuple[NDArray[np.int16], ...]
    concepts: tuple[str, ...]
    names: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.images)

    def subset(self, indices: Sequence[int]) -> "MaskedImages":
        """Return the pairs of these indices, in their order."""
        return MaskedImages(
            tuple(self.images[index] for index in indices),
            tuple(self.masks[index] for index in indices),
            self.concepts,
            tuple(self.names[index] for index in indices),
        )


@dataclass(frozen=True)
class PairFiles:
    """Where pairs are read from."""

    images: Path
    """Folder or zip with folders `images` and `masks`; with `masks` given, of the images alone."""
    masks: Path | None = None
    """Folder or zip of the masks, under the names of their images."""
    concepts: Path | None = None
    """File of the concepts' names; None takes concepts.txt, concepts.json or classes.txt beside the pairs."""
    void: tuple[int, ...] = ()
    """Values of masks that stand for no concept, beside 255 where that has no name."""


def load_pairs(
    files: PairFiles, splits: Sequence[str | None] = (None,), *, keep: int, progress: Progress = SILENT
) -> tuple[MaskedImages, ...]:
    """Return the pairs of each split, in the order of their names.

    A larger pair is shrunk until its shorter side has `keep` pixels: images by Lanczos with antialiasing, masks by
    the nearest pixel.

    Args:
        files: where to read.
        splits: those wanted, see `choices.choose_split`: None is `train`, or everything where there are none.
        keep: pixels of the shorter side that are worth keeping in memory.
        progress: is told of every pair.

    Raises:
        DataError: there is no such folder, zip or split, no pair in it, an image without a mask, a file that cannot
            be read, a mask of another size than its image, a value without a name, or no list of names.
    """
    with ExitStack() as stack:
        images = stack.enter_context(open_source(files.images))
        masks = images if files.masks is None else stack.enter_context(open_source(files.masks))
        pairs = _pairs(files, images.names(), masks.names(), progress)
        vocabulary = Vocabulary(_concepts(files, images, masks), files.void)
        chosen = [_of_split(files.images, list(pairs), split) for split in splits]
        reader = _Reader(images, masks, pairs, vocabulary, keep)
        pool = stack.enter_context(ThreadPoolExecutor(os.cpu_count()))
        task = stack.enter_context(progress.task("reading pairs", sum(map(len, chosen)), unit="img"))
        return tuple(_gathered(names, list(_read_all(reader, names, pool, task)), vocabulary) for names in chosen)


@dataclass(frozen=True)
class _Reader:
    """Reads one pair after another."""

    images: Source
    masks: Source
    pairs: dict[str, str]
    vocabulary: Vocabulary
    keep: int

    def read(self, name: str) -> Pair:
        """Return the image of this name and its mask.

        Raises:
            DataError: one of them cannot be read, they differ in size, or a value of the mask has no name.
        """
        mask_name = self.pairs[name]
        with _telling(name, f"a {KINDS}"):
            image = decode_whole(self.images.read(name))
        with _telling(mask_name, "a PNG"):
            values = decode_mask(self.masks.read(mask_name))
        height, width = values.shape
        if image.size != (width, height):
            raise DataError(
                f"{name} has {image.width} x {image.height} pixels, its mask {width} x {height}; make them equal"
            )
        mask = self.vocabulary.indices(values, mask_name)
        factor = self.keep / min(image.size)
        if factor < 1:
            image = image.resize((round(width * factor), round(height * factor)), Image.Resampling.LANCZOS)
            mask = nearest(mask, (0, 0, width, height), image.size)
        return np.asarray(image), mask


@contextmanager
def _telling(name: str, kind: str) -> Iterator[None]:
    """Say which file it was where one cannot be read."""
    try:
        yield
    except UnidentifiedImageError:
        raise DataError(f"cannot read {name}: not {kind} file; mend it, or take the pair out") from None
    except Exception as error:  # Pillow's decoders raise anything at all on broken files
        raise DataError(
            f"cannot read {name}: {error or type(error).__name__}; mend it, or take the pair out"
        ) from error


def _read_all(reader: _Reader, names: Sequence[str], pool: ThreadPoolExecutor, task: Task) -> Iterator[Pair]:
    for start in range(0, len(names), _READ_AHEAD):  # not all at once: an error then ends it soon
        for pair in pool.map(reader.read, names[start : start + _READ_AHEAD]):
            task.advance()
            yield pair


def _gathered(names: Sequence[str], pairs: Sequence[Pair], vocabulary: Vocabulary) -> MaskedImages:
    images, masks = zip(*pairs, strict=True)
    return MaskedImages(images, masks, vocabulary.concepts, tuple(names))


def _pairs(files: PairFiles, images: Sequence[str], masks: Sequence[str], progress: Progress) -> dict[str, str]:
    """Return the mask's name by the image's.

    Raises:
        DataError: there are no images, or an image has no mask.
    """
    wanted = {name: _mask_name(name, files.masks is None) for name in images if _is_image(name)}
    pairs = {name: mask for name, mask in wanted.items() if mask}
    if not pairs:
        what = f"no folder 'images' with {KINDS} files" if files.masks is None else f"no {KINDS} files"
        raise DataError(
            f"{files.images} has {what}; give a folder or zip of images/NAME.jpg and masks/NAME.png, or the folder of "
            "images, and that of masks with --masks"
        )
    there = set(masks)
    missing = [name for name, mask in pairs.items() if mask not in there]
    if missing:
        others = f", nor {len(missing) - 1} others" if len(missing) > 1 else ""
        raise DataError(
            f"{missing[0]} has no mask {pairs[missing[0]]}{others}, in {files.masks or files.images}; add the masks, "
            "or take the images out"
        )
    spare = sorted(_masks_among(masks, files.masks is None) - set(pairs.values()))
    if spare:
        progress.line(f"passed over {len(spare)} masks without an image, such as {spare[0]}")
    return pairs


def _is_image(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def _mask_name(image: str, beside: bool) -> str | None:
    """Return the name of an image's mask, or None for a file outside of every folder of images."""
    path = PurePosixPath(image).with_suffix(MASK_SUFFIX)
    if not beside:
        return str(path)
    folders = list(path.parts[:-1])
    if IMAGES not in folders:
        return None
    last = len(folders) - 1 - folders[::-1].index(IMAGES)
    return str(PurePosixPath(*folders[:last], MASKS, *folders[last + 1 :], path.name))


def _masks_among(names: Sequence[str], beside: bool) -> set[str]:
    paths = [PurePosixPath(name) for name in names]
    return {str(path) for path in paths if path.suffix == MASK_SUFFIX and not (beside and MASKS not in path.parts)}


def _concepts(files: PairFiles, images: Source, masks: Source) -> tuple[str, ...]:
    """Return the concepts' names by value, void ones included."""
    if files.concepts is not None:
        source: Source = FolderSource(files.concepts.parent)
        return _parsed(source, files.concepts.name, str(files.concepts))
    for source, path in ((images, files.images), (masks, files.masks or files.images)):
        name = find_concepts(source.names())
        if name is not None:
            return _parsed(source, name, f"{name} of {path}")
    raise DataError(
        f"no {', '.join(FILES[:-1])} or {FILES[-1]} in {files.images}; write one, a name a line, the first of value 0, "
        "or give it with --concepts"
    )


def _parsed(source: Source, name: str, called: str) -> tuple[str, ...]:
    try:
        text = source.read(name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{called} is not UTF-8 text ({error}); save it as UTF-8") from error
    except DataError as error:
        raise DataError(f"cannot read {called}: {error}; give a file of names") from error
    return parse_concepts(text, name)


def _of_split(path: Path, names: list[str], split: str | None) -> list[str]:
    items = arrange(names)
    split = choose_split(split, sorted({item.split for item in items} - {""}), path)
    return [item.name for item in items if split in (ALL, item.split)]


def nearest(
    mask: NDArray[np.int16], box: tuple[float, float, float, float], size: tuple[int, int]
) -> NDArray[np.int16]:
    """Return the part of a mask inside `box` resized to `size`: each pixel takes the one under its centre.

    Args:
        mask: (h, w) indices.
        box: left, top, right, bottom in pixels, within the mask.
        size: width and height of the result.
    """
    left, top, right, bottom = box
    width, height = size
    columns = (left + (np.arange(width) + 0.5) * (right - left) / width).astype(np.intp)
    rows = (top + (np.arange(height) + 0.5) * (bottom - top) / height).astype(np.intp)
    return mask[rows[:, None], columns]


def decode_mask(encoded: bytes) -> NDArray[np.int32]:
    """Return the values of a PNG of one channel, grey or palette, (h, w), as they stand in the file.

    Args:
        encoded: the file's bytes.

    Raises:
        DataError: it has more channels, or too many pixels.
        Exception: whatever Pillow raises on a broken file.
    """
    with open_checked(encoded, ("PNG",)) as image:
        if image.mode not in _ONE_CHANNEL:
            raise DataError(
                f"a mask has one channel of values, grey or palette; this one has the channels {image.mode} (colours "
                "have to be turned into values first)"
            )
        grey, bits = image.mode == "L", encoded[24]  # of the header: bits of a sample
        values = np.asarray(image).astype(np.int32)
    # Pillow stretches greys of 2 and 4 bits over 0 to 255.
    return values // (255 // (2**bits - 1)) if grey and bits < 8 else values
