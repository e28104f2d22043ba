import io
import struct
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ganatomy.data import decode as module
from ganatomy.data.decode import FORMATS, decode, decode_measured, decode_whole
from ganatomy.errors import DataError

RED, GREEN, WHITE, GREY = [255, 0, 0], [0, 255, 0], [255, 255, 255], [128, 128, 128]


def encode(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def gradient(height: int = 12, width: int = 12) -> Image.Image:
    """Red grows to the right, green downwards: every orientation differs."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(0, 250, width)[None]
    pixels[..., 1] = np.linspace(0, 120, height)[:, None]
    return Image.fromarray(pixels)


def plain(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize(
    ("kind", "options", "tolerance"),
    [
        ("PNG", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("WEBP", {"quality": 100}, 16),  # halves the resolution of colour
        ("JPEG", {"quality": 100, "subsampling": 0}, 3),
        ("JPEG", {"quality": 100, "subsampling": 0, "progressive": True}, 3),
    ],
)
def test_formats(kind: str, options: dict[str, object], tolerance: int) -> None:
    decoded = decode(encode(gradient(), kind, **options), 12)
    assert decoded.dtype == np.uint8
    assert np.abs(decoded.astype(int) - plain(gradient())).max() <= tolerance


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGB"])
def test_modes_without_transparency(mode: str) -> None:
    image = gradient().convert(mode)
    assert (decode(encode(image), 12) == plain(image)).all()


def test_cmyk() -> None:
    image = Image.new("CMYK", (4, 4), (0, 255, 255, 0))
    assert np.abs(decode(encode(image, "JPEG", quality=100), 4).astype(int) - RED).max() <= 3


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    values = np.array([[0, 257], [128 * 257, 65535]], np.uint16)
    assert decode(encode(Image.fromarray(values)), 2)[..., 1].tolist() == [[0, 1], [128, 255]]


def test_sixteen_bit_colour_is_scaled() -> None:
    row = b"\0" + struct.pack(">3H", 65535, 128 * 257, 0)
    header = struct.pack(">2I5B", 1, 1, 16, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(row)), (b"IEND", b"")]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    assert decode(png, 1).tolist() == [[[255, 128, 0]]]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image.new("RGBA", (2, 2), (0, 0, 0, 0)), WHITE),
        (Image.new("RGBA", (2, 2), (255, 0, 0, 255)), RED),
        (Image.new("RGBA", (2, 2), (0, 0, 0, 127)), GREY),
        (Image.new("LA", (2, 2), (0, 127)), GREY),
        (Image.new("LA", (2, 2), (0, 0)), WHITE),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_is_laid_over_white(image: Image.Image, expected: list[int], kind: str) -> None:
    options = {} if kind == "PNG" else {"lossless": True}
    assert (decode(encode(image, kind, **options), 2) == expected).all()


@pytest.mark.parametrize("transparency", [0, b"\x00\xff"])
def test_transparent_palette_entries_are_laid_over_white(transparency: int | bytes) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([0, 0, 255, 0, 255, 0])
    image.putdata([0, 1])
    data = encode(image.resize((4, 2), Image.Resampling.NEAREST), transparency=transparency)
    decoded = decode(data, 2)  # the two columns in the middle
    assert decoded[0].tolist() == [WHITE, GREEN]


def test_an_animation_gives_its_first_frame() -> None:
    first, second = Image.new("RGB", (2, 2), "red"), Image.new("RGB", (2, 2), "blue")
    data = encode(first, "WEBP", save_all=True, append_images=[second], lossless=True)
    assert (decode(data, 2) == RED).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(12, 12), (12, 30), (31, 12)])
def test_exif_rotation(orientation: int, size: tuple[int, int]) -> None:
    upright = gradient(*size)
    turned = {
        1: upright,
        2: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: upright.transpose(Image.Transpose.ROTATE_180),
        4: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: upright.transpose(Image.Transpose.TRANSPOSE),
        6: upright.transpose(Image.Transpose.ROTATE_90),
        7: upright.transpose(Image.Transpose.TRANSVERSE),
        8: upright.transpose(Image.Transpose.ROTATE_270),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    difference = decode(encode(turned, exif=exif), 12).astype(int) - decode(encode(upright), 12)
    assert np.abs(difference).max() <= 1  # resizing rounds


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize(
    "exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\x05\0"]
)
def test_broken_exif_leaves_the_image_readable(exif: bytes) -> None:
    assert decode(encode(gradient(), "JPEG", exif=exif), 12).shape == (12, 12, 3)


def test_the_central_square_is_kept() -> None:
    wide = np.zeros((4, 10, 3), np.uint8)
    wide[:, 3:7] = RED
    assert (decode(encode(Image.fromarray(wide)), 4) == RED).all()
    assert (decode(encode(Image.fromarray(wide.transpose(1, 0, 2))), 4) == RED).all()


def test_shrinking_averages() -> None:
    checkers = (np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)
    inside = decode(encode(Image.fromarray(checkers)), 8)[1:-1, 1:-1]
    assert np.abs(inside.astype(int) - 127).max() <= 2


def test_large_jpegs_shrink_like_large_pngs() -> None:
    x, y = np.meshgrid(np.linspace(0, 6, 640), np.linspace(0, 6, 640))
    waves = np.stack([np.sin(x), np.cos(y), np.sin(x + y)], 2) * 120 + 128
    image = Image.fromarray(waves.astype(np.uint8))
    jpeg = decode(encode(image, "JPEG", quality=98, subsampling=0), 32)
    assert np.abs(jpeg.astype(int) - decode(encode(image), 32)).max() <= 4


def test_small_images_are_enlarged() -> None:
    assert decode(encode(gradient(3, 5)), 16).shape == (16, 16, 3)


def test_too_many_pixels_are_refused_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PIXELS", 99)
    with pytest.raises(DataError, match=r"10 x 10 pixels; at most 99 are unpacked"):
        decode(encode(Image.new("RGB", (10, 10))), 4)


def test_a_decompression_bomb_is_refused() -> None:
    bomb = bytearray(encode(Image.new("1", (1, 1))))
    bomb[16:24] = struct.pack(">2I", 60_000, 60_000)
    bomb[29:33] = struct.pack(">I", zlib.crc32(bomb[12:29]))
    with pytest.raises(Image.DecompressionBombError, match=r"3600000000 pixels"):
        decode(bytes(bomb), 4)


def test_other_formats_are_refused() -> None:
    with pytest.raises(Image.UnidentifiedImageError, match=r"cannot identify image file"):
        decode(encode(gradient(), "PPM"), 4)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "GIF"])
def test_lossless_files_of_other_programs_are_read_as_they_are(kind: str) -> None:
    picture = gradient(8, 8)
    assert np.abs(decode(encode(picture, kind), 8).astype(int) - plain(picture)).max() <= (2 if kind == "GIF" else 0)


@pytest.mark.skipif("AVIF" not in FORMATS, reason="this Pillow has no AVIF")
def test_avif_is_read() -> None:
    flat = Image.new("RGB", (16, 16), (200, 40, 90))
    assert np.abs(decode(encode(flat, "AVIF", quality=100), 16).astype(int) - plain(flat)).max() <= 3


def test_of_a_moving_gif_and_a_tiff_of_pages_the_first_is_taken() -> None:
    first, second = Image.new("RGB", (4, 4), "red"), Image.new("RGB", (4, 4), "blue")
    for kind in ("GIF", "TIFF"):
        moving = encode(first, kind, save_all=True, append_images=[second])
        assert decode(moving, 4)[0, 0].tolist() == RED


def test_the_rotation_of_a_tiff_is_applied_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = encode(gradient(), "TIFF", exif=exif)
    expected = plain(gradient().transpose(Image.Transpose.ROTATE_270))
    assert (decode(turned, 12) == expected).all()
    assert (np.asarray(decode_whole(turned)) == expected).all()


@pytest.mark.parametrize(
    ("values", "kind"),
    [(np.full((4, 4), 0.5, np.float32), "floating-point"), (np.full((4, 4), 70000, np.int32), "32-bit")],
)
def test_values_without_a_known_white_are_refused(values: NDArray[np.generic], kind: str) -> None:
    with pytest.raises(DataError, match=f"^{kind} values, whose black and white are not known; save it with 8 or 16"):
        decode(encode(Image.fromarray(values), "TIFF"), 4)


def test_the_shorter_side_in_the_file_is_told_whatever_is_decoded() -> None:
    assert decode_measured(encode(gradient(40, 60), "JPEG"), 5)[1] == 40


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_truncated_files_are_refused(kind: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    data = encode(Image.fromarray(noise), kind)
    with pytest.raises(OSError, match=r"truncated|decode|decoding|identify"):
        decode(data[: len(data) // 2], 64)


@pytest.mark.parametrize("mode", ["RGB", "L", "P"])
def test_the_whole_image_is_what_the_square_is_a_part_of(mode: str) -> None:
    image = gradient(12, 20).convert(mode)
    whole = decode_whole(encode(image))
    assert whole.mode == "RGB"
    assert (np.asarray(whole) == plain(image)).all()
    assert (np.asarray(whole)[:, 4:16] == decode(encode(image), 12)).all()


def test_the_whole_image_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    whole = decode_whole(encode(gradient(12, 20), exif=exif))
    assert (np.asarray(whole) == np.rot90(plain(gradient(12, 20)))).all()


def test_a_whole_image_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PIXELS", 239)
    with pytest.raises(DataError, match="20 x 12 pixels; at most 239 are unpacked"):
        decode_whole(encode(gradient(12, 20)))
