"""Samples of a run of points over training: their density at several moments, beside the target's."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ganatomy.draw.text import percent
from ganatomy.errors import DataError
from ganatomy.report.density import Square, outside, picture, target
from ganatomy.report.images import Picture, Sheet, embed_exactly, inside
from ganatomy.report.sections.samples import SampledMoment, choose
from ganatomy.runs.layout import SAMPLES

PANELS = 9
"""The target, and so many moments less one."""
COLUMNS = 3
CAPTION, GAP = 22, 6
"""Height of the text below each panel of the sheet, and the space between panels, in pixels."""


@dataclass(frozen=True)
class Panel:
    """One density with what it is of."""

    label: str
    note: str
    picture: Picture


@dataclass(frozen=True)
class PlaneView:
    """The samples section of a run of points: every moment for the slider, a few of them beside the target."""

    frames: tuple[SampledMoment, ...]
    panels: tuple[Panel, ...]
    """The target first."""
    sheet: Sheet
    half: float
    """Half the side of the square that is shown, in the units of the plane."""
    snapshots: int
    missing: int
    """Snapshots whose file is gone."""

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The one sheet."""
        return (self.sheet,)


def plane_view(run: Path, index: Sequence[Mapping[str, object]], mixture: str, most: int) -> PlaneView | None:
    """Return the samples of a run of points, or None where it has none.

    Args:
        run: the run directory.
        index: `samples/index.json`: generation, kimg, seconds and file of every sample.
        mixture: name of the target.
        most: at most this many moments are embedded.

    Raises:
        DataError: a file that holds no points or lies outside the run.
    """
    present = [entry for entry in index if (run / SAMPLES / str(entry["file"])).is_file()]
    if not present:
        return None
    real, square = target(mixture)
    kept = [present[i] for i in choose(len(present), most)]
    samples = [(SampledMoment.of(entry), read_points(run, f"{SAMPLES}/{entry['file']}")) for entry in kept]
    images = [picture(points, square) for _, points in samples]
    chosen = choose(len(kept), PANELS - 1)
    labelled = [("target", "", picture(real, square))]
    for at in chosen:
        moment, points = samples[at]
        labelled.append((f"generation {moment.generation:,}", _outside(points, square), images[at]))
    return PlaneView(
        frames=tuple(m.with_picture(embed_exactly(i)) for (m, _), i in zip(samples, images, strict=True)),
        panels=tuple(Panel(label, note, embed_exactly(image)) for label, note, image in labelled),
        sheet=Sheet("density", "Density against the target", "", captioned(labelled)),
        half=square.half,
        snapshots=len(present),
        missing=len(index) - len(present),
    )


def read_points(run: Path, name: str) -> NDArray[np.float32]:
    """Return the points (n, 2) in the npz file `name` of the run.

    Raises:
        DataError: `name` leads out of the run, or the file holds no points.
    """
    path = inside(run, name)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            points: NDArray[np.float32] = arrays["points"]
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise _no_points(run, name, str(error)) from error
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise _no_points(run, name, f"its array 'points' is {points.shape}")
    return points


def captioned(panels: Sequence[tuple[str, str, Image.Image]]) -> Image.Image:
    """Return panels of (label, note, picture) of one size in rows, the label below each."""
    side = panels[0][2].width
    rows = -(-len(panels) // COLUMNS)
    cell, line = side + GAP, side + CAPTION + GAP
    whole = Image.new("RGB", (COLUMNS * cell - GAP, rows * line - GAP), "white")
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(13)
    for index, (label, _, image) in enumerate(panels):
        x, y = index % COLUMNS * cell, index // COLUMNS * line
        whole.paste(image, (x, y))
        draw.text((x + side / 2, y + side + CAPTION / 2), label, "#1f1d1a", font, anchor="mm")
    return whole


def _outside(points: NDArray[np.float32], square: Square) -> str:
    share = outside(points, square)
    return f"{percent(share)} outside" if share else ""


def _no_points(run: Path, name: str, reason: str) -> DataError:
    return DataError(
        f"cannot read the points '{name}' of run '{run.name}': {reason}; accepted is an npz file with an array "
        "'points' (n, 2); delete the file"
    )
