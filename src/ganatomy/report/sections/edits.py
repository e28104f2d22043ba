"""The ablation section: images before and after, and what became of every concept's area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ganatomy.draw.canvas import NAMES, RIGHT, WIDTH, Figure
from ganatomy.draw.marks import Bounded
from ganatomy.draw.rows import Row, row_figure
from ganatomy.draw.scales import Scale
from ganatomy.report.concepts import bounded
from ganatomy.report.images import Picture, embed, open_picture
from ganatomy.runs.layout import EDITS
from ganatomy.runs.records.effects import EffectRow, EffectsRecord

EDIT_BYTES = 600_000
LEAST_EDIT_BYTES = 75_000
MOST_ROWS = 14
LEAST_MEASURED_AREA = 0.002
"""Of a concept of fewer pixels too few change for its ratio to say anything: it stands in the folded table alone."""
WIDEST = 2.0
"""The axis of kept area ends at most here, at twice the area before."""


@dataclass(frozen=True)
class ShownEffect:
    """One concept's area before, after the edit, and after the same edit of random units; what is kept of it."""

    concept: str
    colour: str
    before: float
    after: float
    random_after: float | None
    edit: Bounded
    control: Bounded


@dataclass(frozen=True)
class EditView:
    """One edit for the page."""

    key: str
    layer: str
    concept: str | None
    """What the edit is about; None where units were given by number."""
    units: tuple[int, ...]
    random_sets: int
    """Draws of as many random units."""
    value: str
    region: str
    shown: str
    """How the samples in the pictures were chosen; empty where the edit does not say."""
    num_images: int
    fingerprint: str
    effects: tuple[ShownEffect, ...]
    target: ShownEffect | None
    """The concept whose units were edited, if the segmenter saw it."""
    drawn: int
    """How many of the effects, from the first, the figure shows."""
    figure: Figure
    pictures: tuple[tuple[str, Picture], ...]


@dataclass(frozen=True)
class EditsView:
    """All edits, in their order."""

    edits: tuple[EditView, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """One of each edit."""
        return tuple(edit.figure for edit in self.edits)


def area_weights(record: EffectsRecord) -> dict[str, float]:
    """Return the area of each concept before an edit, in [0, 1]: how much its colour matters."""
    return {row.concept: row.area_before for row in record.effects}


def edit_view(
    run: Path, name: str, record: EffectsRecord, key: str, colours: Mapping[str, str], budget: int
) -> EditView:
    """Return one edit for the page.

    Args:
        run: the run directory.
        name: the edit's directory under `edits/`.
        record: its `effects.json`.
        key: unique in the page.
        colours: a CSS class per concept; unknown concepts are grey.
        budget: bytes for its pictures.

    Raises:
        DataError: a picture that is none or lies outside the run.
    """
    effects = sorted((_effect(row, colours) for row in record.effects), key=lambda e: -e.before)
    target = next((effect for effect in effects if effect.concept == record.concept), None)
    if target:
        effects.insert(0, effects.pop(effects.index(target)))
    drawn = sum(effect is target or effect.before >= LEAST_MEASURED_AREA for effect in effects[:MOST_ROWS])
    files = (("before", record.before), ("after", record.after), ("random units", record.after_random))
    images = [(label, open_picture(run, f"{EDITS}/{name}/{file}")) for label, file in files if file]
    return EditView(
        key=key,
        layer=record.layer,
        concept=record.concept,
        units=record.units,
        random_sets=len(record.random_sets),
        value=_value(record),
        region="the whole map" if record.region is None else f"the part {record.region} of it",
        shown=record.shown.rule,
        num_images=record.num_images,
        fingerprint=record.fingerprint,
        effects=tuple(effects),
        target=target,
        drawn=drawn,
        figure=kept_figure(key, effects[:drawn], target, len(record.units)),
        pictures=tuple(
            (label, embed(image, max(LEAST_EDIT_BYTES, budget) // 3, longest=768)) for label, image in images if image
        ),
    )


def _value(record: EffectsRecord) -> str:
    """Return what the units were set to, and how far they were moved there."""
    return f"{record.value:g}" + ("" if record.strength == 1.0 else f" at strength {record.strength:g}")


def _effect(row: EffectRow, colours: Mapping[str, str]) -> ShownEffect:
    return ShownEffect(
        concept=row.concept,
        colour=colours.get(row.concept, "c-rest"),
        before=row.area_before,
        after=row.area_after,
        random_after=row.random_area_after,
        edit=bounded(row.kept, row.interval),
        control=bounded(row.random_kept, row.random_interval),
    )


def kept_figure(key: str, effects: Sequence[ShownEffect], target: ShownEffect | None, count: int) -> Figure:
    """Return how much of its area every concept keeps, beside random units.

    Args:
        key: unique in the page.
        effects: from top to bottom.
        target: the one whose units were edited, if it is among them.
        count: how many units were edited.
    """
    ends = [v for e in effects for found in (e.edit, e.control) for v in (found.value, found.high) if v is not None]
    high = min(WIDEST, max([1.2, *ends]) * 1.03)
    said = "; ".join(f"{e.concept} keeps {e.edit.value:.0%}" for e in effects[:5] if e.edit.value is not None)
    return row_figure(
        f"{key}-kept",
        "Area kept by every concept",
        "",
        [Row(e.concept, e.colour, e.edit, e.control, strong=e is target) for e in effects],
        Scale(0.0, high, NAMES, WIDTH - RIGHT - 6),
        names=(f"{count} units", f"{count} random units"),
        unit="area kept",
        description=f"Area kept per concept after the edit, beside random units: {said}.",
        unity=1.0,
    )
