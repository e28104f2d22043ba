"""Photos that cannot be inverted, hostile ones among them: one line, exit code 2, and nothing written."""

import numpy as np
import pytest
from PIL import Image
from tests.invert import runs

from ganatomy.cli.main import main

FEW = ["--layer", "layer2", "--steps", "2", "--perceptual", "none", "--encoder-steps", "1", "--held-out", "0"]


@pytest.fixture
def folder(tmp_path):
    run, photos = runs.write_photos(tmp_path)
    Image.fromarray(np.zeros((8, 40, 3), dtype=np.uint8)).save(tmp_path / "tiny.png")
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.png", save_all=True, append_images=frames[1:])
    Image.new("1", (12_000, 12_000)).save(tmp_path / "bomb.png")
    (tmp_path / "text.jpg").write_text("no image")
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "cut.png").write_bytes(photos[0].read_bytes()[:800])
    return run, tmp_path


@pytest.mark.parametrize(
    ("photo", "said"),
    [
        ("none.jpg", "no photo at "),
        ("text.jpg", "is not a JPEG, PNG, WebP, BMP, TIFF, GIF or AVIF file; convert it first"),
        ("empty.jpg", "is not a JPEG, PNG, WebP, BMP, TIFF, GIF or AVIF file; convert it first"),
        ("cut.png", "cannot read "),
        ("bomb.png", "12000 x 12000 pixels; at most 134217728 are unpacked"),
        ("moving.png", "moves: it holds 2 pictures"),
        ("tiny.png", "has 8 pixels on its shorter side"),
    ],
)
def test_one_line_says_what_to_do(folder, capsys, photo, said):
    run, place = folder
    assert main(["invert", str(run.path), str(place / photo), *FEW]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("ganatomy: ")
    assert said in last
    assert not (run.path / "invert").exists()


@pytest.mark.parametrize("file", ["invert/encoder.json", "invert/encoder.safetensors", "invert/0001-0/inversion.json"])
def test_damaged_files_of_the_run_are_told(folder, capsys, file):
    run, place = folder
    photo = str(place / "photos" / "0.png")
    assert main(["invert", str(run.path), photo, *FEW]) == 0
    (run.path / file).write_text("{}")
    again = ["edit", str(run.path), "--on", "0001-0", "--layer", "layer2", "--units", "0", "--segmenter", "scenes"]
    assert main(again if "0001" in file else ["invert", str(run.path), photo, *FEW]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("ganatomy: ")
    assert file in last
