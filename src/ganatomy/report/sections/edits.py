"""The ablation section: images before and after, and what became of every concept's area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganatomy.draw.canvas import Figure
from ganatomy.draw.rows import Interval, Row, interval_figure
from ganatomy.report.images import Picture, embed, open_picture
from ganatomy.report.sections.units import number

EDIT_BYTES = 600_000
LEAST_EDIT_BYTES = 75_000
MOST_ROWS = 14
NOTEWORTHY_AREA = 0.002
WIDEST = 2.0
"""The axis of kept area ends at most here, at twice the area before."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Effect:
    """One concept's area before, after the edit, and after the same edit of random units."""

    concept: str
    colour: str
    before: float
    after: float
    random_after: float | None
    edit: Interval
    control: Interval


@dataclass(frozen=True)
class Edit:
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
    effects: tuple[Effect, ...]
    target: Effect | None
    """The concept whose units were edited, if the segmenter saw it."""
    drawn: int
    """How many of the effects, from the first, the figure shows."""
    figure: Figure
    pictures: tuple[tuple[str, Picture], ...]


def area_weights(record: Record) -> dict[str, float]:
    """Return the area of each concept before an edit, in [0, 1]: how much its colour matters."""
    return {item["concept"]: number(item["area_before"]) or 0.0 for item in record["effects"]}


def edit_view(run: Path, name: str, record: Record, key: str, colours: Mapping[str, str], budget: int) -> Edit:
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
    effects = sorted((_effect(item, colours) for item in record["effects"]), key=lambda e: -e.before)
    target = next((effect for effect in effects if effect.concept == record["concept"]), None)
    if target:
        effects.insert(0, effects.pop(effects.index(target)))
    drawn = sum(effect is target or effect.before >= NOTEWORTHY_AREA for effect in effects[:MOST_ROWS])
    labels = (("before", "before"), ("after", "after"), ("after_random", "random units"))
    images = [
        (label, open_picture(run, f"edits/{name}/{record[field]}")) for field, label in labels if record.get(field)
    ]
    return Edit(
        key=key,
        layer=str(record["layer"]),
        concept=record["concept"],
        units=tuple(record["units"]),
        random_sets=len(record["random_sets"]),
        value=_value(record),
        region="the whole map" if record.get("region") is None else f"the part {record['region']} of it",
        shown=str(record.get("shown", {}).get("rule", "")),
        num_images=int(record["num_images"]),
        fingerprint=str(record["fingerprint"]),
        effects=tuple(effects),
        target=target,
        drawn=drawn,
        figure=_effects_figure(key, effects[:drawn], target, len(record["units"])),
        pictures=tuple(
            (label, embed(image, max(LEAST_EDIT_BYTES, budget) // 3, longest=768)) for label, image in images if image
        ),
    )


def _value(record: Record) -> str:
    """Return what the units were set to, and how far they were moved there."""
    strength = record.get("strength", 1.0)
    return f"{record['value']:g}" + ("" if strength == 1.0 else f" at strength {strength:g}")


def _effect(item: Record, colours: Mapping[str, str]) -> Effect:
    low, high = item.get("interval") or (None, None)
    random_low, random_high = item.get("random_interval") or (None, None)
    return Effect(
        concept=str(item["concept"]),
        colour=colours.get(item["concept"], "c-rest"),
        before=number(item["area_before"]) or 0.0,
        after=number(item["area_after"]) or 0.0,
        random_after=number(item.get("random_area_after")),
        edit=Interval(number(item["kept"]), number(low), number(high)),
        control=Interval(number(item.get("random_kept")), number(random_low), number(random_high)),
    )


def _effects_figure(key: str, effects: Sequence[Effect], target: Effect | None, count: int) -> Figure:
    """Return the kept area per concept."""
    rows = [Row(e.concept, e.colour, e.edit, e.control, strong=e is target) for e in effects]
    ends = [v for e in effects for i in (e.edit, e.control) for v in (i.value, i.high) if v is not None]
    high = min(WIDEST, max([1.2, *ends]) * 1.03)
    said = "; ".join(f"{e.concept} keeps {e.edit.value:.0%}" for e in effects[:5] if e.edit.value is not None)
    description = f"Area kept per concept after the edit, beside random units: {said}."
    names = (f"{count} units", f"{count} random units")
    title = "Area kept by every concept"
    return Figure(f"{key}-kept", title, interval_figure(f"{key}-kept", title, description, rows, names, high), "")
