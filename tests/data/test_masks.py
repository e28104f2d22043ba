import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.data.pairs import CONCEPTS, encoded, png, scene, write, write_pairs

from ganatomy.data import decode
from ganatomy.data.concept_names import VOID
from ganatomy.data.masks import MaskedImages, PairFiles, decode_mask, load_pairs, nearest
from ganatomy.errors import DataError
from ganatomy.progress import Silent

RED = [[[255, 0, 0]] * 4] * 3
"""An image of 4 x 3 pixels."""
MASK = [[0, 1, 2, 255]] * 3
NAMES = "\n".join(CONCEPTS).encode()


def load(root: Path, **files: object) -> MaskedImages:
    (pairs,) = load_pairs(PairFiles(root, **files), keep=64)  # type: ignore[arg-type]
    return pairs


@pytest.mark.parametrize("archive", [False, True])
@pytest.mark.parametrize("wrapper", ["", "street/", "street/deep/"])
def test_pairs_of_a_folder_or_zip_in_the_order_of_their_names(tmp_path: Path, archive: bool, wrapper: str) -> None:
    files = {f"{wrapper}images/{name}": png(RED, "RGB") for name in ("b.png", "a.png")}
    files |= {f"{wrapper}masks/a.png": png(MASK), f"{wrapper}masks/b.png": png([[1] * 4] * 3)}
    pairs = load(write(tmp_path / "set", {**files, f"{wrapper}concepts.txt": NAMES}, archive))
    assert len(pairs) == 2
    assert pairs.names == (f"{wrapper}images/a.png", f"{wrapper}images/b.png")
    assert pairs.concepts == CONCEPTS
    assert pairs.images[0].tolist() == RED
    assert pairs.masks[0].tolist() == [[0, 1, 2, VOID]] * 3
    assert pairs.masks[1].tolist() == [[1] * 4] * 3


def test_a_pair_may_differ_in_suffix_and_lie_below_folders_that_both_share(tmp_path: Path) -> None:
    image = encoded(Image.fromarray(np.array(RED, np.uint8)), "JPEG", quality=100, subsampling=0)
    files = {"images/town/1.JPG": image, "masks/town/1.png": png(MASK), "classes.txt": NAMES}
    pairs = load(write(tmp_path / "set", files))
    assert pairs.names == ("images/town/1.JPG",)
    assert np.abs(pairs.images[0].astype(int) - RED).max() <= 3


def test_two_folders(tmp_path: Path) -> None:
    photos = write(tmp_path / "photos", {"x/1.png": png(RED, "RGB")})
    labels = write(tmp_path / "labels", {"x/1.png": png(MASK), "concepts.json": b'["a", "b", "c"]'})
    pairs = load(photos, masks=labels)
    assert pairs.concepts == ("a", "b", "c")
    assert pairs.masks[0].tolist() == [[0, 1, 2, VOID]] * 3


def test_names_may_be_given_and_values_left_out(tmp_path: Path) -> None:
    root = write(tmp_path / "set", {"images/1.png": png(RED, "RGB"), "masks/1.png": png(MASK), "concepts.txt": b"x"})
    names = write(tmp_path / "own", {"names.txt": b"\xef\xbb\xbfgrass\nvoid\nhouse\n"}) / "names.txt"
    pairs = load(root, concepts=names, void=(1,))
    assert pairs.concepts == ("grass", "house")
    assert pairs.masks[0].tolist() == [[0, VOID, 1, VOID]] * 3


def test_splits_are_read_each_on_its_own(tmp_path: Path) -> None:
    root = tmp_path / "set"
    for split, n in (("train", 3), ("test", 2)):
        write_pairs(root, n, f"{split}/")
    train, test = load_pairs(PairFiles(root), (None, "test"), keep=64)
    assert (len(train), len(test)) == (3, 2)
    assert test.names == ("test/images/0.png", "test/images/1.png")
    (everything,) = load_pairs(PairFiles(root), ("all",), keep=64)
    assert len(everything) == 5
    with pytest.raises(DataError, match=r"no split 'val' in .*set; .*it has test, train, all"):
        load_pairs(PairFiles(root), ("val",), keep=64)


def test_large_pairs_are_shrunk_alike_and_small_ones_stay(tmp_path: Path) -> None:
    mask = np.zeros((40, 60), np.uint8)
    mask[:20, 30:] = 1
    image = np.where(mask[..., None] == 1, 255, 0) * np.ones(3, int)
    write(tmp_path / "set", {"images/0.png": png(image, "RGB"), "masks/0.png": png(mask), "concepts.txt": NAMES})
    (pairs,) = load_pairs(PairFiles(tmp_path / "set"), keep=10)
    assert pairs.images[0].shape == (10, 15, 3)
    assert pairs.masks[0].shape == (10, 15)
    assert pairs.masks[0].tolist() == [[0] * 7 + [1] * 8] * 5 + [[0] * 15] * 5  # the centre of column 7 is at 30
    assert (pairs.images[0][:4, 9:] > 240).all()
    assert (pairs.images[0][6:] < 15).all()
    (pairs,) = load_pairs(PairFiles(tmp_path / "set"), keep=40)
    assert (pairs.masks[0] == mask).all()


def test_a_turned_photograph_is_compared_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    image = encoded(Image.fromarray(np.array(RED, np.uint8)), "PNG", exif=exif)
    files = {"images/1.png": image, "masks/1.png": png([[0] * 3] * 4), "concepts.txt": NAMES}
    assert load(write(tmp_path / "set", files)).images[0].shape == (4, 3, 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"masks/1.png": None}, r"^images/1.png has no mask masks/1.png, in .*set; add the masks, or take the images"),
        (
            {"masks/1.png": None, "images/2.png": png(RED, "RGB"), "images/3.png": png(RED, "RGB")},
            "^images/1.png has no mask masks/1.png, nor 2 others, in",
        ),
        (
            {"masks/1.png": png([[0] * 5] * 3)},
            "^images/1.png has 4 x 3 pixels, its mask 5 x 3; make them equal$",
        ),
        ({"masks/1.png": png([[3] * 4] * 3)}, "^masks/1.png has the value 3; the 3 names have the values 0 to 2"),
        (
            {"masks/1.png": png(RED, "RGB")},
            "^cannot read masks/1.png: a mask has one channel of values, grey or palette; this one has .* RGB",
        ),
        ({"masks/1.png": b"GIF89a"}, "^cannot read masks/1.png: not a PNG file; mend it, or take the pair out$"),
        ({"masks/1.png": png(MASK)[:45]}, "^cannot read masks/1.png: .*; mend it, or take the pair out$"),
        (
            {"images/1.png": b"no image"},
            "^cannot read images/1.png: not a JPEG, .* file; mend it",
        ),
        (
            {"images/1.png": None},
            "has no folder 'images' with JPEG, .* files; give a folder or zip of",
        ),
        ({"concepts.txt": None}, "^no concepts.txt, concepts.json or classes.txt in .*set; write one, a name a line"),
        ({"concepts.txt": b"sky"}, "^concepts.txt: 1 names; 2 to 1000 are accepted"),
        ({"concepts.txt": b"\xff\xfe"}, r"^concepts.txt of .*set is not UTF-8 text \(.*\); save it as UTF-8$"),
    ],
)
def test_what_is_wrong_with_the_files_is_told(tmp_path: Path, changes: dict[str, bytes | None], message: str) -> None:
    files = {"images/1.png": png(RED, "RGB"), "masks/1.png": png(MASK), "concepts.txt": NAMES, **changes}
    with pytest.raises(DataError, match=message):
        load(write(tmp_path / "set", {name: content for name, content in files.items() if content is not None}))


def test_what_is_wrong_with_other_places_is_told(tmp_path: Path) -> None:
    root = write_pairs(tmp_path / "set", 1)
    with pytest.raises(DataError, match=r"^cannot read .*nowhere.txt: not a regular file; give a file of names$"):
        load(root, concepts=tmp_path / "nowhere.txt")
    with pytest.raises(DataError, match="no folder or zip of images at"):
        load(tmp_path / "nowhere")
    with pytest.raises(DataError, match="no folder or zip of images at"):
        load(root, masks=tmp_path / "nowhere")
    with pytest.raises(DataError, match="has no JPEG, PNG, WebP, BMP, TIFF, GIF or AVIF files; give"):
        load(write(tmp_path / "empty", {"notes.txt": b""}), masks=root)


def test_masks_without_an_image_are_told_and_passed_over(tmp_path: Path) -> None:
    class Lines(Silent):
        def line(self, text: str) -> None:
            told.append(text)

    told: list[str] = []
    root = write(write_pairs(tmp_path / "set", 2), {"masks/8.png": png(MASK), "masks/9.png": png(MASK), "x.png": b""})
    (pairs,) = load_pairs(PairFiles(root), keep=64, progress=Lines())
    assert len(pairs) == 2
    assert told == ["passed over 2 masks without an image, such as masks/8.png"]


def test_subset_keeps_pairs_together(tmp_path: Path) -> None:
    pairs = load(write_pairs(tmp_path / "set", 3))
    some = pairs.subset([2, 0])
    assert some.names == ("images/2.png", "images/0.png")
    for index, seed in enumerate((2, 0)):
        image, mask = scene(seed)
        assert (some.images[index] == image).all()
        assert (some.masks[index] == mask).all()
    assert some.concepts == CONCEPTS


def grey_png(values: list[list[int]], bits: int) -> bytes:
    """Return a grey PNG of 1, 2, 4 or 16 bits, written by hand."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    def row(line: list[int]) -> bytes:
        digits = "".join(f"{value:0{bits}b}" for value in line)
        digits += "0" * (-len(digits) % 8)
        return b"\0" + int(digits, 2).to_bytes(len(digits) // 8, "big")

    header = struct.pack(">IIBBBBB", len(values[0]), len(values), bits, 0, 0, 0, 0)
    body = zlib.compress(b"".join(map(row, values)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("bits", "values"),
    [
        (1, [[0, 1, 1], [1, 0, 0]]),
        (2, [[0, 1, 2], [3, 0, 2]]),
        (4, [[0, 1, 13], [15, 7, 2]]),
        (16, [[0, 300, 2], [65535, 255, 1]]),
    ],
)
def test_greys_of_any_depth_keep_their_values(bits: int, values: list[list[int]]) -> None:
    assert decode_mask(grey_png(values, bits)).tolist() == values


@pytest.mark.parametrize("mode", ["L", "P"])
def test_a_mask_is_its_values_not_its_colours(mode: str) -> None:
    values = [[0, 1, 254], [200, 3, 255]]
    assert decode_mask(png(values, mode)).tolist() == values


def test_a_palette_of_few_bits_keeps_its_values() -> None:
    image = Image.open(io.BytesIO(png([[0, 1], [3, 2]], "P")))
    assert decode_mask(encoded(image, bits=2)).tolist() == [[0, 1], [3, 2]]


def test_an_enormous_mask_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "MAX_PIXELS", 11)
    with pytest.raises(DataError, match="4 x 3 pixels; at most 11 are unpacked"):
        decode_mask(png(MASK))


def test_nearest_takes_the_pixel_under_each_centre() -> None:
    mask = np.arange(16, dtype=np.int16).reshape(4, 4)
    assert nearest(mask, (0, 0, 4, 4), (4, 4)).tolist() == mask.tolist()
    assert nearest(mask, (0, 0, 4, 4), (2, 1)).tolist() == [[9, 11]]  # centres (1, 2) and (3, 2)
    assert nearest(mask, (1, 1, 3, 3), (4, 2)).tolist() == [[5, 5, 6, 6], [9, 9, 10, 10]]


class Lines(Silent):
    """Keeps the lines it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        self.lines.append(text)


def two_valued(root: Path, low: int, high: int, names: bytes = b"rest\nhouse", **more: bytes) -> Path:
    mask = [[low, low, high, high]] * 3
    return write(root, {"images/1.png": png(RED, "RGB"), "masks/1.png": png(mask), "concepts.txt": names, **more})


@pytest.mark.parametrize(("low", "high"), [(0, 255), (0, 128), (1, 2), (1, 255)])
def test_two_values_in_all_masks_are_two_concepts(tmp_path: Path, low: int, high: int) -> None:
    told = Lines()
    (pairs,) = load_pairs(PairFiles(two_valued(tmp_path / "set", low, high)), keep=64, progress=told)
    assert pairs.masks[0].tolist() == [[0, 0, 1, 1]] * 3
    assert told.lines == [f"all masks hold {low} and {high}: taken for 'rest' and 'house'"]


@pytest.mark.parametrize(
    ("void", "names", "other", "expected"),
    [
        ((255,), b"rest\nhouse", [[0, 0, 0, 0]] * 3, [0, 0, VOID, VOID]),  # asked for
        ((), b"rest\nhouse\ncar", [[0, 0, 0, 0]] * 3, [0, 0, VOID, VOID]),  # three names
        ((), b"rest\nhouse", [[0, 1, 1, 255]] * 3, [0, 0, VOID, VOID]),  # three values
    ],
)
def test_255_stays_void_where_two_values_are_not_all(
    tmp_path: Path, void: tuple[int, ...], names: bytes, other: list[list[int]], expected: list[int]
) -> None:
    root = two_valued(tmp_path / "set", 0, 255, names)
    write(root, {"images/2.png": png(RED, "RGB"), "masks/2.png": png(other)})
    assert load(root, void=void).masks[0].tolist() == [expected] * 3


COLOURED = np.array([[[0, 0, 0], [0, 0, 0], [255, 0, 7], [255, 0, 7]]] * 3, np.uint8)


def test_painted_masks_are_read_by_a_table_of_colours(tmp_path: Path) -> None:
    files = {
        "images/1.png": png(RED, "RGB"),
        "masks/1.png": png(COLOURED, "RGB"),
        "table.txt": b"255 0 7 car\n0 0 0 rest",
    }
    root = write(tmp_path / "set", files)
    pairs = load(root, colours=root / "table.txt")
    assert pairs.concepts == ("car", "rest")
    assert pairs.masks[0].tolist() == [[1, 1, 0, 0]] * 3
    with pytest.raises(
        DataError, match=r"^cannot read masks/1.png: .* stand for with --colours FILE .write a line `R G B"
    ):
        load(write(root, {"concepts.txt": NAMES}))
    (root / "other.txt").write_text("0 0 0 rest\n1 1 1 car")
    with pytest.raises(
        DataError, match=r"^cannot read masks/1.png: the colour 255 0 7 is not in the table of 2 colours; add"
    ):
        load(root, colours=root / "other.txt")


def test_a_table_of_colours_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    root = write(write_pairs(tmp_path / "set", 1), {"latin.txt": b"0 0 0 caf\xe9"})
    with pytest.raises(DataError, match=r"^cannot read .*none.txt: not a regular file; give a file of colours$"):
        load(root, colours=root / "none.txt")
    with pytest.raises(DataError, match=r"latin.txt is not UTF-8 text \(.*\); save it as UTF-8$"):
        load(root, colours=root / "latin.txt")


def test_equal_channels_are_one() -> None:
    grey = np.repeat(np.array(MASK, np.uint8)[..., None], 3, 2)
    assert decode_mask(png(grey, "RGB")).tolist() == MASK
    opaque = encoded(Image.fromarray(grey).convert("RGBA"))
    assert decode_mask(opaque).tolist() == MASK


def test_transparent_masks_have_no_values() -> None:
    with pytest.raises(
        DataError, match="this one has the channels RGBA: say what its colours stand for with --colours"
    ):
        decode_mask(encoded(Image.new("RGBA", (2, 2), (5, 5, 5, 0))))
