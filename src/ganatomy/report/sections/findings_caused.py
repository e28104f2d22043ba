"""The finding about what units do: what is left of a concept without them, and where they put it, with the picture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ganatomy.data.grids import GAP
from ganatomy.draw.marks import Bounded
from ganatomy.draw.text import count, percent, span
from ganatomy.intervene.pictures import COLUMNS
from ganatomy.report.images import Picture, embed, open_picture
from ganatomy.report.sections.causes import CausesView, ShownSet
from ganatomy.report.sections.context import ConceptView, ContextView
from ganatomy.report.sections.edits import EditView
from ganatomy.report.sections.findings import Finding
from ganatomy.report.sections.findings_shown import carriers
from ganatomy.runs.layout import EDITS
from ganatomy.runs.records.effects import EffectsRecord
from ganatomy.runs.records.units import UnitTable

ROW_BYTES = 60_000
"""Of each row of pictures."""


@dataclass(frozen=True)
class Removed:
    """What is left of a concept's area without some units, and what random units leave."""

    part: str
    """The part of the page that tells more, by its anchor."""
    concept: str
    layer: str
    units: int
    kept: Bounded
    control: float
    folder: str = ""
    """The edit's folder; empty without pictures."""


@dataclass(frozen=True)
class Inserted:
    """How much of where some units were inserted shows their concept, and how much with random units."""

    part: str
    concept: str
    layer: str
    units: int
    shows: Bounded
    control: float
    what: str
    """What the parts are of, in words."""


Edits = Mapping[str, tuple[EffectsRecord, EditView]]
"""Of each edit by its folder: its record, and what the page shows of it."""


def caused(
    run: Path, edits: Edits, causes: CausesView | None, contexts: ContextView | None, tables: Iterable[UnitTable]
) -> Finding | None:
    """Return what an ablation removed and an insertion drew, each held against random units; None where neither was.

    Args:
        run: the run directory.
        edits: all edits.
        causes: causes of concepts.
        contexts: insertions by context.
        tables: of all dissected layers.

    Raises:
        DataError: a picture that is none or lies outside the run.
    """
    removed = removal(edits, causes)
    inserted = insertion(contexts, causes, removed.concept if removed else None)
    if removed is None:
        return None if inserted is None else _of_insertion(inserted)
    carry = carriers(tables, removed.layer, removed.concept)
    who = "" if carry is None else f" ({carry} of the layer {'is' if carry == 1 else 'are'} labelled so)"
    random = f"without as many random ones {percent(removed.control)}"
    return Finding(
        removed.part,
        f"Without {count(removed.units, 'unit')} of {removed.layer} for {removed.concept}{who},",
        percent(removed.kept.value),
        f"of the {removed.concept} area is left{_interval(removed.kept, '95 % interval ')}, {random}"
        f"{_and_inserted(inserted, removed) if inserted else ''}.",
        _pictures(run, removed.folder, edits[removed.folder][0]) if removed.folder else (),
    )


def removal(edits: Edits, causes: CausesView | None) -> Removed | None:
    """Return the ablation that leaves least of its concept, of edits where there are any that tell, else of causes."""
    found = [one for folder, (record, view) in edits.items() if (one := _removed(folder, record, view)) is not None]
    if not found and causes is not None:
        found = [
            Removed("causes", cause.concept, cause.layer, len(cause.units), cause.causal.kept, control.kept.value)
            for cause in causes.causes
            if (control := _random(cause.sets)) is not None
            and control.kept.value is not None
            and cause.causal.kept.value is not None
        ]
    return min(found, key=lambda one: one.kept.value or 0.0, default=None)


def insertion(contexts: ContextView | None, causes: CausesView | None, concept: str | None) -> Inserted | None:
    """Return the insertion that draws most of its concept, of the concept that is given where there is one of it."""
    found = [
        one
        for layer in (contexts.layers if contexts else ())
        for view in layer.concepts
        if (one := _inserted(view)) is not None
    ]
    if not found and causes is not None:
        found = [
            Inserted(
                *("causes", cause.concept, cause.layer, len(cause.units)),
                *(cause.causal.inserted, control.inserted.value, "of the pixels of a cell"),
            )
            for cause in causes.causes
            if (control := _random(cause.sets)) is not None
            and control.inserted.value is not None
            and cause.causal.inserted.value is not None
        ]
    return max(found, key=lambda one: (one.concept == concept, one.shows.value or 0.0), default=None)


def _removed(folder: str, record: EffectsRecord, view: EditView) -> Removed | None:
    """Return what an edit removed; None of one that is no single ablation of a concept on the whole map of samples."""
    first, *later = record.all_steps
    is_plain = view.is_ablation and not later and first.where is None and first.strength == 1.0 and not record.on
    target = view.target
    if not is_plain or target is None or target.edit.value is None or target.control.value is None:
        return None
    return Removed(
        "ablations", target.concept, record.layer, view.count, target.edit, target.control.value, folder=folder
    )


def _inserted(view: ConceptView) -> Inserted | None:
    becomes, control = view.elsewhere.becomes, view.elsewhere.random_becomes.value
    if becomes.value is None or control is None:
        return None
    return Inserted("context", view.concept, view.layer, len(view.units), becomes, control, "of the cells")


def _random(sets: Iterable[ShownSet]) -> ShownSet | None:
    """Return the random units that do not carry the concept, or where there are none those of all."""
    return next((one for one in sets if one.name.startswith("random")), None)


def _of_insertion(inserted: Inserted) -> Finding:
    return Finding(
        inserted.part,
        f"With {count(inserted.units, 'unit')} of {inserted.layer} for {inserted.concept} inserted elsewhere,",
        percent(inserted.shows.value),
        f"{inserted.what} show it{_interval(inserted.shows, '95 % interval ')}, with as many random ones "
        f"{percent(inserted.control)}.",
    )


def _and_inserted(inserted: Inserted, removed: Removed) -> str:
    """Return the end of a sentence about an ablation that tells what an insertion did."""
    same = (inserted.concept, inserted.layer, inserted.units) == (removed.concept, removed.layer, removed.units)
    units = f"{count(inserted.units, 'unit')} of {inserted.layer} for {inserted.concept}"
    return (
        f"; with {'them' if same else units} inserted elsewhere, {percent(inserted.shows.value)} {inserted.what} "
        f"show it{_interval(inserted.shows)}, with random ones {percent(inserted.control)}"
    )


def _interval(found: Bounded, words: str = "") -> str:
    if found.low is None or found.high is None:
        return ""
    return f" ({words}{span(found.low, found.high)})"


def _pictures(run: Path, folder: str, record: EffectsRecord) -> tuple[tuple[str, Picture], ...]:
    """Return the first row of the samples before an edit, after it, and with random units edited."""
    files = (("before", record.before), ("after", record.after), ("random units instead", record.after_random))
    images = [(label, open_picture(run, f"{EDITS}/{folder}/{file}")) for label, file in files if file]
    return tuple((label, embed(first_row(image), ROW_BYTES)) for label, image in images if image)


def first_row(grid: Image.Image) -> Image.Image:
    """Return the first row of a grid of square images, of as many columns as pictures of edits have."""
    side = (grid.width + GAP) // COLUMNS - GAP
    return grid.crop((0, 0, grid.width, min(side, grid.height)))
