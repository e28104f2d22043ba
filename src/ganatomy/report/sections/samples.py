"""Samples over training: the grids at fixed latents, and single latents followed through time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ganatomy.data.grids import GAP
from ganatomy.report.images import Picture, embed, open_picture
from ganatomy.runs.layout import SAMPLES

FRAME_BYTES = 1_600_000
STRIP_BYTES = 300_000
STRIPS = 8
STRIP_TILES = 8


@dataclass(frozen=True)
class SampledMoment:
    """A moment of the training, and maybe a picture of the samples then."""

    generation: int
    kimg: float
    seconds: float
    picture: Picture | None = None

    @classmethod
    def of(cls, entry: Mapping[str, object]) -> "SampledMoment":
        """Return the moment of an entry of `samples/index.json`."""
        generation, kimg, seconds = (float(str(entry[key])) for key in ("generation", "kimg", "seconds"))
        return cls(int(generation), kimg, seconds)

    def with_picture(self, picture: Picture) -> "SampledMoment":
        """Return the moment with a picture."""
        return replace(self, picture=picture)


@dataclass(frozen=True)
class SamplesView:
    """Whole grids, first to last, and strips of a few latents; `snapshots` counts those of the run."""

    frames: tuple[SampledMoment, ...]
    strips: tuple[SampledMoment, ...]
    snapshots: int
    missing: int
    """Snapshots whose file is gone."""
    grew: bool = True
    """Whether they are moments of a training, rather than what a finished generator draws."""
    head: Picture | None = None
    """The start of the last grid's first row; None where the pixels of its images are not known."""


def choose(count: int, most: int) -> list[int]:
    """Return at most `most` indices below `count`, with the first and last, denser early on, where most changes.

    >>> choose(100, 5), choose(6, 5)
    ([0, 6, 25, 56, 99], [0, 1, 2, 3, 5])
    """
    chosen: list[int] = []
    for share in np.linspace(0, 1, min(most, count)):
        wanted = round(float(share) ** 2 * (count - 1))
        chosen.append(max(wanted, chosen[-1] + 1) if chosen else 0)
    return chosen


def samples_view(
    run: Path, index: Sequence[Mapping[str, object]], image_size: int | None, most: int, grew: bool = True
) -> SamplesView | None:
    """Return the samples section, or None when the run has no sample grids; a single grid has no strips.

    Args:
        run: the run directory.
        index: `samples/index.json`: generation, kimg, seconds and file of every grid, and the pixels of one image in it
            where the run grew.
        image_size: pixels of one image in every other grid; None leaves the strips out.
        most: at most this many grids are embedded.
        grew: whether the run was grown, so that grids are moments of its training.

    Raises:
        DataError: a grid that is not a picture or lies outside the run.
    """
    present = [entry for entry in index if (run / SAMPLES / str(entry["file"])).is_file()]
    if not present:
        return None
    frames = _frames(run, [present[i] for i in choose(len(present), most)], None)
    strips: tuple[SampledMoment, ...] = ()
    if image_size and len(present) > 1:
        strips = _frames(run, [present[i] for i in choose(len(present), STRIPS)], image_size)
    last = _frames(run, present[-1:], image_size) if image_size else ()
    head = last[0].picture if last else None
    return SamplesView(frames, strips, len(present), len(index) - len(present), grew, head)


def _frames(run: Path, entries: Sequence[Mapping[str, object]], tile: int | None) -> tuple[SampledMoment, ...]:
    """Return whole grids, or with `tile`, the pixels of an image that says no other, the start of their first row."""
    frames = []
    budget = (STRIP_BYTES if tile else FRAME_BYTES) // len(entries)
    for entry in entries:
        image = open_picture(run, f"{SAMPLES}/{entry['file']}")
        if image is None:
            continue
        if tile:
            side = int(str(entry.get("image_size", tile)))
            image = image.crop((0, 0, min(image.width, STRIP_TILES * (side + GAP) - GAP), side))
        frames.append(SampledMoment.of(entry).with_picture(embed(image, min(budget, 400_000))))
    return tuple(frames)
