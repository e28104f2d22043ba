"""Pairs of an image and a mask that names the concept of each of its pixels, read from folders or a zip."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ganatomy.data.archive import FolderSource, Source, open_source
from ganatomy.data.arranging import arrange
from ganatomy.data.choices import ALL, choose_split
from ganatomy.data.colour_table import FORM, ColourTable, parse_colours
from ganatomy.data.concept_names import FILES, Vocabulary, find_concepts, parse_concepts
from ganatomy.data.decode import KINDS, decode_whole, open_checked
from ganatomy.data.pairing import pair_files
from ganatomy.errors import DataError
from ganatomy.progress import SILENT, Progress, Task

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
    colours: Path | None = None
    """File of the colours that stand for the concepts, see `colour_table.parse_colours`; masks are then read as RGB."""


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

    Two names and two values in all masks, such as 0 and 255, are the two concepts in their order.

    Raises:
        DataError: there is no such folder, zip or split, no pair in it, an image without a mask or with several, two
            images with one, a file that cannot be read, a mask of another size than its image, a value or colour
            without a name, or no list of names.
    """
    with ExitStack() as stack:
        images = stack.enter_context(open_source(files.images))
        masks = images if files.masks is None else stack.enter_context(open_source(files.masks))
        pairs = pair_files(images.names(), masks.names(), files.images, files.masks, progress)
        colours = None if files.colours is None else _colours(files.colours)
        names = _concepts(files, images, masks) if colours is None else colours.names
        chosen = [_of_split(files.images, list(pairs), split) for split in splits]
        pool = stack.enter_context(ThreadPoolExecutor(os.cpu_count()))
        two = None
        if len(names) == 2 and colours is None:
            two = _two_values(masks, [pairs[name] for names_ in chosen for name in names_], files.void, pool)
        if two:
            progress.line(f"all masks hold {two[0]} and {two[1]}: taken for {names[0]!r} and {names[1]!r}")
        vocabulary = Vocabulary(names, files.void, two)
        reader = _Reader(images, masks, pairs, vocabulary, keep, colours)
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
    colours: ColourTable | None

    def read(self, name: str) -> Pair:
        """Return the image of this name and its mask.

        Raises:
            DataError: one of them cannot be read, they differ in size, or a value of the mask has no name.
        """
        mask_name = self.pairs[name]
        with _telling(name, f"a {KINDS}"):
            image = decode_whole(self.images.read(name))
        with _telling(mask_name, "a PNG"):
            values = decode_mask(self.masks.read(mask_name), self.colours)
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


def _colours(path: Path) -> ColourTable:
    try:
        text = FolderSource(path.parent).read(path.name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text ({error}); save it as UTF-8") from error
    except DataError as error:
        raise DataError(f"cannot read {path}: {error}; give a file of colours") from error
    return parse_colours(text, path.name)


def _two_values(
    masks: Source, names: Sequence[str], void: Sequence[int], pool: ThreadPoolExecutor
) -> tuple[int, int] | None:
    """Return the two values that are all there is in all masks beside void ones, in their order, where there are two.

    None where they are 0 and 1, the values of two names anyway. What cannot be read is told of later.
    """

    def values_of(name: str) -> set[int]:
        try:
            return set(np.unique(decode_mask(masks.read(name))).tolist())
        except Exception:  # Pillow's decoders raise anything at all on broken files
            return set()

    found = sorted(set().union(*pool.map(values_of, names)) - set(void))
    return (found[0], found[1]) if len(found) == 2 and found != [0, 1] else None


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


def decode_mask(encoded: bytes, colours: ColourTable | None = None) -> NDArray[np.int32]:
    """Return the values of a PNG of one channel, grey or palette, (h, w), as they stand in the file.

    Args:
        encoded: the file's bytes. Three equal channels are one.
        colours: where the colours of the file stand for the concepts: their places in it are returned.

    Raises:
        DataError: it has more channels and no table of colours, a colour that is not in it, or too many pixels.
        Exception: whatever Pillow raises on a broken file.
    """
    with open_checked(encoded, ("PNG",)) as image:
        if colours is not None:
            return colours.values(np.asarray(image.convert("RGB")))
        if image.mode not in _ONE_CHANNEL:
            return _equal_channels(image)
        grey, bits = image.mode == "L", encoded[24]  # of the header: bits of a sample
        values = np.asarray(image).astype(np.int32)
    # Pillow stretches greys of 2 and 4 bits over 0 to 255.
    return values // (255 // (2**bits - 1)) if grey and bits < 8 else values


def _equal_channels(image: Image.Image) -> NDArray[np.int32]:
    """Return the values of a mask that was saved with more channels than one, all equal.

    Raises:
        DataError: they are not equal, or parts are transparent.
    """
    pixels = np.asarray(image.convert("RGBA"))
    grey = pixels[..., :1]
    if (pixels[..., :3] != grey).any() or (pixels[..., 3] != 255).any():
        raise DataError(
            f"a mask has one channel of values, grey or palette; this one has the channels {image.mode}: say what its "
            f"colours stand for with --colours FILE ({FORM})"
        )
    return grey[..., 0].astype(np.int32)
