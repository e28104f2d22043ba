"""Photos are read as the images of `--data` are; what is none is refused in one line."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganatomy.data.decode import decode
from ganatomy.errors import DataError
from ganatomy.invert.photos import photo_tensor, read_photo


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 52, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    return tmp_path / "a.png"


def test_the_central_square_is_taken_at_the_generators_size(photo):
    pixels = read_photo(photo, 32)
    assert np.array_equal(pixels, decode(photo.read_bytes(), 32))
    for given in (photo, str(photo)):
        name, image = photo_tensor(given, 32)
        assert (name, image.shape, image.dtype) == ("a", (1, 3, 32, 32), torch.float32)
        assert torch.equal(((image[0].permute(1, 2, 0) + 1) * 127.5).round().byte(), torch.from_numpy(pixels.copy()))


def test_images_in_memory_are_read_alike(photo):
    with Image.open(photo) as image:
        name, tensor = photo_tensor(image, 32, 3)
        assert name == "photo-3"
        assert torch.equal(tensor, photo_tensor(photo, 32)[1])
        whole = torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1).float() / 127.5 - 1
    assert torch.equal(photo_tensor(whole, 32)[1], tensor)


def test_what_is_no_photo_is_said(tmp_path, photo):
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.webp", save_all=True, append_images=frames[1:])
    Image.new("RGB", (40, 12)).save(tmp_path / "tiny.png")
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / "cut.png").write_bytes(photo.read_bytes()[:900])
    (tmp_path / "folder").mkdir()
    for name, said in (
        ("none.jpg", r"no photo at .*none.jpg; give a JPEG, PNG, WebP, BMP, TIFF, GIF or AVIF file"),
        ("notes.txt", r"notes.txt is not a JPEG, PNG, WebP, BMP, TIFF, GIF or AVIF file; convert it first"),
        ("cut.png", r"cannot read .*cut.png: .*; give another file"),
        ("folder", r"cannot read .*folder: .*; give another file"),
        ("moving.webp", r"moving.webp moves: it holds 2 pictures; save one of them as a file of its own"),
        ("tiny.png", r"tiny.png has 12 pixels on its shorter side, .* have 32; give a photo of at least 16, or the"),
    ):
        with pytest.raises(DataError, match=said):
            read_photo(tmp_path / name, 32)
    with pytest.raises(DataError, match=r"photo-2 is torch.float32 \(3, 8\); give an image \(3, h, w\) in"):
        photo_tensor(torch.zeros(3, 8), 32, 2)
    with pytest.raises(DataError, match="photo-0 has 8 pixels on its shorter side"):
        photo_tensor(torch.zeros(3, 8, 8), 32)
    with pytest.raises(DataError, match="photo-1 is a int; give a file, a Pillow image, or an image"):
        photo_tensor(5, 32, 1)
