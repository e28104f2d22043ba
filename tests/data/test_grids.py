from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ganatomy.data import grids
from ganatomy.data.grids import BACKGROUND, GAP, HEADING, MARGIN, ROW_GAP, image_grid, labelled_rows, write_grid


def shades(n: int, h: int = 3, w: int = 4) -> NDArray[np.uint8]:
    """Return images that are one shade each: 10, 20, ..."""
    return np.broadcast_to(10 * np.arange(1, n + 1, dtype=np.uint8)[:, None, None, None], (n, h, w, 3)).copy()


def test_images_stand_in_rows_with_gaps_between_and_none_around() -> None:
    sheet = np.asarray(image_grid(shades(5), columns=2))
    assert sheet.shape == (3 * 3 + 2 * GAP, 2 * 4 + GAP, 3)
    assert (sheet[:3, :4] == 10).all()
    assert (sheet[:3, 6:] == 20).all()
    assert (sheet[5:8, :4] == 30).all()
    assert (sheet[10:, :4] == 50).all()
    for empty in (sheet[3:5], sheet[8:10], sheet[:, 4:6], sheet[10:, 6:]):
        assert (empty == BACKGROUND).all()


@pytest.mark.parametrize(("n", "columns", "shape"), [(1, 1, (3, 4)), (3, 3, (3, 16)), (3, 1, (13, 4)), (4, 3, (8, 16))])
def test_a_sheet_is_as_wide_as_its_columns_and_as_high_as_it_needs(
    n: int, columns: int, shape: tuple[int, int]
) -> None:
    assert np.asarray(image_grid(shades(n), columns)).shape == (*shape, 3)


def test_a_sheet_comes_back_from_its_file_bit_by_bit(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (6, 5, 5, 3), dtype=np.uint8)
    write_grid(tmp_path / "sheet.png", images, 3)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.format == "PNG"
        assert np.array_equal(sheet, image_grid(images, 3))
    assert [p.name for p in tmp_path.iterdir()] == ["sheet.png"]


def test_a_sheet_takes_the_place_of_the_one_before_only_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sheet.png"
    write_grid(path, shades(1), 1)

    class Interrupted:
        def save(self, partial: Path, **_: object) -> None:
            partial.write_bytes(b"half")
            raise KeyboardInterrupt

    monkeypatch.setattr(grids, "image_grid", lambda *_: Interrupted())
    with pytest.raises(KeyboardInterrupt):
        write_grid(path, shades(2), 1)
    with Image.open(path) as sheet:
        assert sheet.size == (4, 3)


def rows_of(*lengths: int, side: int = 60) -> list[list[Image.Image]]:
    """Return rows of black squares."""
    return [[Image.new("RGB", (side, side))] * length for length in lengths]


def test_rows_have_labels_of_their_own_and_may_be_of_different_lengths() -> None:
    sheet = np.asarray(labelled_rows(rows_of(2, 1), ["a", "tree\n20 units\nablated"]))
    assert sheet.shape == (2 * 60 + ROW_GAP, MARGIN + 2 * 60 + ROW_GAP, 3)
    assert (sheet[:60, MARGIN : MARGIN + 60] == 0).all()
    assert (sheet[:60, -60:] == 0).all()
    assert (sheet[64:, -60:] == BACKGROUND).all(), "the second row has one image"
    inked = (sheet[:, : MARGIN - 1] < 128).any(axis=(1, 2))
    assert 0 < inked[:60].sum() < inked[64:].sum() / 2, "one line of text beside three"


def test_a_long_label_is_not_cut_off() -> None:
    sheet = np.asarray(labelled_rows(rows_of(1), ["relativistic_average"]))
    margin = sheet.shape[1] - 60
    assert margin > MARGIN
    assert (sheet[:, :8] == BACKGROUND).all()


def test_headings_stand_above_their_columns() -> None:
    sheet = np.asarray(labelled_rows(rows_of(2, 2), ["a", "b"], ["1", "generation"]))
    assert sheet.shape[0] == HEADING + 2 * 60 + ROW_GAP
    inked = (sheet[:HEADING] < 128).any(axis=(0, 2))
    assert not inked[:MARGIN].any()
    assert 0 < inked[MARGIN : MARGIN + 60].sum() < inked[MARGIN + 64 :].sum()


def test_each_row_needs_a_label() -> None:
    with pytest.raises(ValueError, match="zip"):
        labelled_rows(rows_of(1, 1), ["one label"])
