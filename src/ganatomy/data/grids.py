"""Sheets of images, for samples and comparisons."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

GAP = 2
BACKGROUND = 255

ROW_GAP, MARGIN, HEADING = 4, 96, 24
"""Of labelled rows, in pixels: the space between images, the least width of the labels, the height of headings."""
FONT_SIZE = 15


def image_grid(images: NDArray[np.uint8], columns: int) -> Image.Image:
    """Return `images` (n, h, w, 3) uint8 in rows of `columns`, white gaps of 2 px between them."""
    n, h, w, _ = images.shape
    rows = -(-n // columns)
    sheet = np.full((rows * (h + GAP) - GAP, columns * (w + GAP) - GAP, 3), BACKGROUND, dtype=np.uint8)
    for index, image in enumerate(images):
        y, x = (index // columns) * (h + GAP), (index % columns) * (w + GAP)
        sheet[y : y + h, x : x + w] = image
    return Image.fromarray(sheet)


def write_grid(path: Path, images: NDArray[np.uint8], columns: int) -> None:
    """Write `images` (n, h, w, 3) uint8 as a sheet to the PNG file `path`."""
    partial = path.with_name(f".{path.name}.partial")
    image_grid(images, columns).save(partial, format="PNG", optimize=True)
    partial.replace(path)


def labelled_rows(
    rows: Sequence[Sequence[Image.Image]], labels: Sequence[str], headings: Sequence[str] = ()
) -> Image.Image:
    """Return rows of images, a label before each and headings above the columns.

    Args:
        rows: square images, all of one size; rows may be of different lengths.
        labels: one for each row; a newline breaks the line.
        headings: of the columns, none or as many as the longest row has.
    """
    columns, side = max(len(row) for row in rows), rows[0][0].height
    step, top = side + ROW_GAP, HEADING if headings else 0
    font = ImageFont.load_default(FONT_SIZE)
    pen = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    widest = max(pen.multiline_textbbox((0, 0), label, font=font)[2] for label in labels)
    margin = max(MARGIN, round(widest) + 20)
    sheet = Image.new("RGB", (margin + columns * step - ROW_GAP, top + len(rows) * step - ROW_GAP), "white")
    pen = ImageDraw.Draw(sheet)
    for x, heading in enumerate(headings):
        pen.text((margin + x * step + side / 2, top / 2), heading, fill="black", font=font, anchor="mm")
    for y, (images, label) in enumerate(zip(rows, labels, strict=True)):
        middle = (margin - 10, top + y * step + side / 2)
        pen.multiline_text(middle, label, fill="black", font=font, anchor="rm", align="right")
        for x, image in enumerate(images):
            sheet.paste(image, (margin + x * step, top + y * step))
    return sheet
