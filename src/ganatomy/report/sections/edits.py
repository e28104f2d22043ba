"""The edits section: images before and after, and what became of every concept's area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from PIL import Image

from ganatomy.data.grids import GAP
from ganatomy.draw.canvas import Figure
from ganatomy.draw.marks import Bounded
from ganatomy.draw.text import count as counted
from ganatomy.draw.text import percent
from ganatomy.intervene.pictures import COLUMNS
from ganatomy.report.concepts import bounded
from ganatomy.report.images import Picture, embed, open_picture
from ganatomy.report.sections.edits_figures import LEAST_MEASURED_AREA, ShownEffect, added_figure, kept_figure
from ganatomy.runs.layout import EDITS
from ganatomy.runs.records.effects import (
    ArmRow,
    ChangedRows,
    EffectRow,
    EffectsRecord,
    PassesRow,
    PortionRow,
    StepRow,
)

EDIT_BYTES = 600_000
LEAST_EDIT_BYTES = 75_000
MOST_ROWS = 14
MOST_UNITS = 40
"""Numbers of a step's units that are told."""


@dataclass(frozen=True)
class EditView:
    """One edit for the page."""

    key: str
    title: str
    """The steps in words."""
    is_ablation: bool
    """Whether the first step is: then what is kept is shown, and else what is added."""
    concept: str | None
    """What the edit is about; None where units were given by number."""
    layer: str
    """Of the first step."""
    count: int
    """Units of the first step."""
    carriers: int | None
    """Units of the layer that carry the concept; None where no dissection tells."""
    random_sets: int
    """Draws of as many random units, of the kind that is drawn."""
    control: str
    """What the random units are."""
    steps: tuple[tuple[str, str], ...]
    """Of each step its units, and what they were set to."""
    region: str
    shown: str
    """How the samples in the pictures were chosen; empty where the edit does not say."""
    num_images: int
    fingerprint: str
    photos: int
    """Inverted photos that were edited; 0 where samples were."""
    changed: ChangedRows | None
    """The part of the pixels that changes."""
    passes: PassesRow | None
    effects: tuple[ShownEffect, ...]
    target: ShownEffect | None
    """The concept whose units were edited, if the segmenter saw it."""
    drawn: int
    """How many of the effects, from the first, the figure shows."""
    figure: Figure
    pictures: tuple[tuple[str, Picture], ...]

    alts: ClassVar = {
        "photo": "Photos that were inverted",
        "inverted": "What the generator shows of them before the edit",
        "before": "Samples before the edit",
        "after": "Samples after the edit",
        "changes outlined": "The same after the edit, with what changed outlined",
        "random units": "The same with random units edited",
    }
    """What each picture shows, by its label."""

    @property
    def has_others(self) -> bool:
        """Whether there are figures of two kinds of random units."""
        return any(effect.others.value is not None for effect in self.effects)

    @property
    def has_outside(self) -> bool:
        """Whether the edit has a region."""
        return any(effect.outside.value is not None for effect in self.effects)


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
    run: Path,
    name: str,
    record: EffectsRecord,
    key: str,
    colours: Mapping[str, str],
    budget: int,
    carriers: int | None = None,
) -> EditView:
    """Return one edit for the page.

    Args:
        run: the run directory.
        name: the edit's directory under `edits/`.
        record: its `effects.json`.
        key: unique in the page.
        colours: a CSS class per concept; unknown concepts are grey.
        budget: bytes for its pictures.
        carriers: units of the layer that carry the concept; None where no dissection tells.

    Raises:
        DataError: a picture that is none or lies outside the run.
    """
    is_ablation = record.all_steps[0].action == "ablate"
    effects = _ordered([_effect(row, colours, is_ablation) for row in record.effects], record.concept, is_ablation)
    target = next((effect for effect in effects if effect.concept == record.concept), None)
    drawn = sum(effect is target or _has_area(effect, is_ablation) for effect in effects[:MOST_ROWS])
    sets, control = _control(record)
    count, draw = len(record.units), kept_figure if is_ablation else added_figure
    return EditView(
        key=key,
        title=record.title or "; ".join(step.said for step in record.all_steps),
        is_ablation=is_ablation,
        concept=record.concept,
        layer=record.layer,
        count=count,
        carriers=carriers,
        random_sets=len(sets),
        control=control,
        steps=tuple((_units(step), _set_to(step)) for step in record.all_steps),
        region=_region(record),
        shown="" if record.on else record.shown.rule,
        num_images=record.num_images,
        fingerprint=record.fingerprint,
        photos=len(record.on),
        changed=record.changed_pixels,
        passes=record.passes,
        effects=tuple(effects),
        target=target,
        drawn=drawn,
        figure=draw(key, effects[:drawn], target, (counted(count, "unit"), control)),
        pictures=_pictures(run, name, record, budget),
    )


def _ordered(effects: Sequence[ShownEffect], concept: str | None, is_ablation: bool) -> list[ShownEffect]:
    """Return the concept that the edit is about, then those of some area: the largest, or what an insertion changes."""

    def place(effect: ShownEffect) -> tuple[bool, bool, float]:
        size = effect.before if is_ablation else abs(effect.edit.value or 0.0)
        return effect.concept != concept, not is_ablation and not _has_area(effect, is_ablation), -size

    return sorted(effects, key=place)


def _has_area(effect: ShownEffect, is_ablation: bool) -> bool:
    return max(effect.before, 0.0 if is_ablation else effect.after) >= LEAST_MEASURED_AREA


def _control(record: EffectsRecord) -> tuple[Sequence[object], str]:
    """Return the random sets that the edit is held against, and what they are."""
    first = record.all_steps[0]
    if first.noncarriers:
        return first.noncarriers, "random units without the concept"
    return first.others or (), "random units"


def _units(step: StepRow) -> str:
    """Return the units of a step; a copy of a cell may take very many."""
    shown = ", ".join(map(str, step.units[:MOST_UNITS]))
    return shown + (f" and {len(step.units) - MOST_UNITS} more" if len(step.units) > MOST_UNITS else "")


def _set_to(step: StepRow) -> str:
    """Return what units were set to, and how far they were moved there."""
    strength = "" if step.strength == 1.0 else f" at strength {step.strength:g}"
    names = {"mean": f"their mean where {step.concept} is", "published-mean": f"their published mean of {step.concept}"}
    names |= {"mean-outside": f"their mean outside of {step.concept}", "quantile": "their 99 % quantile each"}
    names |= {"low-quantile": "their 1 % quantile each", "a copied cell": "what they are in that cell"}
    return f"{names.get(step.value, step.value)}{strength}"


def _region(record: EffectsRecord) -> str:
    where = record.all_steps[0].where
    if where is None:
        return "on the whole map"
    share = "" if record.region_share is None else f" ({percent(record.region_share)} of all pixels)"
    if where == "cell:random":
        return f"in a random cell of each sample{share}"
    if where.startswith("cell:"):
        return f"in cell {where.removeprefix('cell:')}{share}"
    if "," in where or where.lower().endswith(".png"):
        return f"on the part {where} of it{share}"
    return f"where {where.removeprefix('concept:')} is seen{share}"


def _pictures(run: Path, name: str, record: EffectsRecord, budget: int) -> tuple[tuple[str, Picture], ...]:
    files = (
        ("photo", record.photo),
        ("inverted" if record.on else "before", record.before),
        ("after", None if record.on else record.after),  # of photos, which are few, the one with outlines will do
        ("changes outlined", record.changed),
        ("random units", record.after_random),
    )
    found = [(label, open_picture(run, f"{EDITS}/{name}/{file}")) for label, file in files if file]
    images = [(label, _filled(image, len(record.on))) for label, image in found if image]
    each = max(LEAST_EDIT_BYTES, budget) // max(3, len(images))
    return tuple((label, embed(image, each, longest=768)) for label, image in images)


def _filled(grid: Image.Image, photos: int) -> Image.Image:
    """Return a grid without the empty columns that it has of fewer photos than columns; of samples as it is."""
    side = (grid.width + GAP) // COLUMNS
    return grid.crop((0, 0, photos * side - GAP, grid.height)) if 0 < photos < COLUMNS else grid


def _effect(row: EffectRow, colours: Mapping[str, str], is_ablation: bool) -> ShownEffect:
    colour, nothing = colours.get(row.concept, "c-rest"), Bounded(None)
    kept, random_kept = bounded(row.kept, row.interval), bounded(row.random_kept, row.random_interval)
    if row.edit is None:  # of an early version
        before, after = row.area_before, row.area_after
        return ShownEffect(
            row.concept, colour, before, after, row.random_area_after, kept, random_kept, nothing, nothing
        )
    edit, *drawn = (_shown(arm) for arm in (row.edit, row.noncarriers or row.others, row.others))
    control, others = drawn
    assert edit is not None  # an edit is always measured
    figure = _kept if is_ablation else _added
    return ShownEffect(
        concept=row.concept,
        colour=colour,
        before=edit.before,
        after=edit.after,
        random_after=None if control is None else control.after,
        edit=figure(edit),
        control=nothing if control is None else figure(control),
        others=figure(others) if others is not None and row.noncarriers is not None else nothing,
        outside=nothing if row.edit.outside is None else _added(row.edit.outside),
    )


def _shown(arm: ArmRow | None) -> PortionRow | None:
    """Return the part of the region's pixels of an arm, or where it has no region, of the image."""
    return None if arm is None else arm.inside or arm.whole


def _kept(portion: PortionRow) -> Bounded:
    return bounded(portion.kept, portion.interval)


def _added(portion: PortionRow) -> Bounded:
    return bounded(portion.added, portion.added_interval)
