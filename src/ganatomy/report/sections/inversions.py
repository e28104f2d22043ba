"""The section of inversions: photos brought into the generator, how close that comes, and whether it should."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ganatomy.draw.text import MISSING, percent
from ganatomy.report.images import Picture, embed, open_picture
from ganatomy.runs.layout import INVERSIONS
from ganatomy.runs.records.inversions import InversionRecord, StageRow, StandingRow

PICTURE_BYTES, LEAST_PICTURE_BYTES = 300_000, 20_000
LONGEST = 384
"""Pixels a side of a picture at most."""
STAGES = {"encoder": "latents by the encoder", "latent": "latents optimised", "features": "features optimised"}
SAID = {"latent": "the latents", "features": "the features"}
SHOWN = {"photo.png": "photo", "latent.png": "by its latents", "features.png": "by the features of {layer}"}
"""The pictures of a photo, and what to call them."""


@dataclass(frozen=True)
class ShownStage:
    """How close one stage comes, as text."""

    name: str
    rmse: str
    perceptual: str
    out_of_range: str
    seconds: str


@dataclass(frozen=True)
class ShownStanding:
    """Where an error stands, as text."""

    error: str
    value: str
    real: str
    samples: str
    above: str


@dataclass(frozen=True)
class InversionView:
    """One photo for the page."""

    key: str
    record: InversionRecord
    answer: str
    """The verdict up to its colon."""
    reason: str
    """What follows it."""
    stages: tuple[ShownStage, ...]
    standing: tuple[ShownStanding, ...]
    pictures: tuple[tuple[str, Picture], ...]


@dataclass(frozen=True)
class InversionsView:
    """All inverted photos, in their order."""

    inversions: tuple[InversionView, ...]


def inversions_view(run: Path, records: Mapping[Path, InversionRecord]) -> InversionsView | None:
    """Return inverted photos for the page; None where there are none.

    Args:
        run: the run directory.
        records: by their files.

    Raises:
        DataError: a picture that is none.
    """
    budget = PICTURE_BYTES // max(1, len(records))
    views = [
        _inversion(run, path.parent.name, record, f"inversion-{number}", budget)
        for number, (path, record) in enumerate(records.items(), 1)
    ]
    return InversionsView(tuple(views)) if views else None


def _inversion(run: Path, name: str, record: InversionRecord, key: str, budget: int) -> InversionView:
    answer, _, reason = record.verdict.partition(": ")
    return InversionView(
        key=key,
        record=record,
        answer=answer,
        reason=reason,
        stages=tuple(_stage(row, record) for row in record.stages),
        standing=tuple(map(_standing, record.standing)),
        pictures=tuple(
            (label.format(layer=record.settings.layer), embed(image, max(LEAST_PICTURE_BYTES, budget), longest=LONGEST))
            for file, label in SHOWN.items()
            for image in [open_picture(run, f"{INVERSIONS}/{name}/{file}")]
            if image
        ),
    )


def _stage(row: StageRow, record: InversionRecord) -> ShownStage:
    outside = {"latent": record.outside_before, "features": record.outside_after}
    return ShownStage(
        STAGES.get(row.stage, row.stage),
        f"{row.rmse:.3f}",
        MISSING if row.perceptual is None else f"{row.perceptual:.3f}",
        percent(outside.get(row.stage)),
        f"{row.seconds:.1f} s",
    )


def _standing(row: StandingRow) -> ShownStanding:
    return ShownStanding(
        f"{'pixel error' if row.error == 'rmse' else 'perceptual distance'} of {SAID[row.stage]}",
        f"{row.value:.3f}",
        MISSING if row.real_median is None else f"{row.real_median:.3f}",
        f"{row.samples_median:.3f}",
        percent(row.percentile),
    )
