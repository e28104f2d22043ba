"""Pictures become small data URIs."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from ganatomy.errors import DataError
from ganatomy.report.images import embed, open_picture, two_rows


def decode(picture):
    prefix = "data:image/webp;base64,"
    assert picture.uri.startswith(prefix)
    return Image.open(io.BytesIO(base64.b64decode(picture.uri.removeprefix(prefix))))


def test_a_picture_keeps_its_size_and_colours():
    picture = embed(Image.new("RGB", (40, 20), (200, 30, 60)), 10_000)
    image = decode(picture)
    assert image.size == (picture.width, picture.height) == (40, 20)
    assert np.abs(np.asarray(image.convert("RGB")).mean((0, 1)) - (200, 30, 60)).max() < 5  # WebP is lossy


def test_noise_is_squeezed_into_its_budget():
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8))
    picture = embed(noise, 12_000)
    assert len(base64.b64decode(picture.uri.split(",")[1])) <= 12_000
    assert picture.width == picture.height < 256
    assert embed(noise, 12_000) == picture
    assert embed(noise, 10, longest=64).width < 64


def test_a_strip_becomes_two_rows():
    tiles = np.stack([np.full((8, 8, 3), 10 * n, dtype=np.uint8) for n in range(6)])
    strip = np.full((8, 6 * 8 + 5 * 2, 3), 255, dtype=np.uint8)
    for n, tile in enumerate(tiles):
        strip[:, n * 10 : n * 10 + 8] = tile
    rows = np.asarray(two_rows(Image.fromarray(strip), 6))
    assert rows.shape == (18, 28, 3)
    for n in range(6):
        y, x = n // 3 * 10, n % 3 * 10
        assert (rows[y : y + 8, x : x + 8] == 10 * n).all()


@pytest.mark.parametrize(("size", "count"), [((58, 8), 5), ((38, 8), 4), ((20, 8), 6), ((58, 8), 0)])
def test_other_strips_stay_as_they_are(size, count):
    strip = Image.new("RGB", size)
    assert two_rows(strip, count) is strip


def test_a_missing_picture_is_none_and_others_are_errors(tmp_path):
    run = tmp_path / "0001-run"
    run.mkdir()
    assert open_picture(run, "samples/none.png") is None
    (run / "broken.png").write_bytes(b"not a picture")
    with pytest.raises(DataError, match=r"cannot read the picture 'broken\.png' of run '0001-run'.*accepted are PNG"):
        open_picture(run, "broken.png")
    Image.new("RGB", (4, 4)).save(tmp_path / "secret.png")
    with pytest.raises(DataError, match=r"the file '\.\./secret\.png' lies outside the run '0001-run'"):
        open_picture(run, "../secret.png")
    Image.new("L", (4, 4), 7).save(run / "grey.png")
    assert open_picture(run, "grey.png").getpixel((0, 0)) == (7, 7, 7)
