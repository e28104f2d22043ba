"""Figures of contexts: where insertions take effect, by what is there and by place; their trace; what is kept.

Source: figures 10 to 12 of GAN Dissection (Bau et al., arXiv 1811.10597).
"""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ganatomy.draw.axes import Axis
from ganatomy.draw.canvas import NAMES, RIGHT, WIDTH, Figure
from ganatomy.draw.charts import Series, line_figure
from ganatomy.draw.heat import HeatMap, heat_figure
from ganatomy.draw.marks import Bounded
from ganatomy.draw.rows import Row, row_figure
from ganatomy.draw.scales import Floats, Scale
from ganatomy.draw.series import floats
from ganatomy.draw.stages import stage_figure
from ganatomy.draw.text import percent_text, tick_text
from ganatomy.report.concepts import bounded
from ganatomy.runs.records.context import ContextRecord, ContextRow, GainRow, TraceRow
from ganatomy.runs.records.estimates import EstimateRow

ELSEWHERE = "elsewhere"
"""What all cells that were not the concept already are called."""
LEAST_SAMPLES = 5
"""Contexts of fewer samples stand in the table alone."""
MOST_ROWS = 10
EFFECTIVE, INEFFECTIVE = "o1", "o0"
SAID = 4
"""Contexts that a description names."""

Colours = Mapping[str, str]


def drawn_contexts(record: ContextRecord) -> list[ContextRow]:
    """Return the contexts that figures show, from top to bottom: all cells first, the concept itself last."""
    rows = [row for row in record.contexts if row.samples >= LEAST_SAMPLES][:MOST_ROWS]
    return sorted(rows, key=lambda row: row.under == record.concept)


def context_name(under: str | None) -> str:
    """Return what a context is called."""
    return ELSEWHERE if under is None else under


def becomes_figure(key: str, record: ContextRecord, colours: Colours) -> Figure:
    """Return in which part of the cases the cell becomes the concept, by what was under it, beside random units."""
    rows = [row for row in drawn_contexts(record) if row.under != record.concept]
    ends = _ends(rows, lambda gain: gain.becomes)
    return _rows(
        key,
        f"Cells that become {record.concept}",
        "",
        record,
        rows,
        colours,
        lambda gain: gain.becomes,
        Scale(0.0, min(1.0, 1.05 * max(ends, default=0.0)) or 1.0, NAMES, WIDTH - RIGHT - 6),
        "part of the cells",
        percent_text,
    )


def around_figure(key: str, record: ContextRecord, colours: Colours) -> Figure:
    """Return the change of the concept's area in the 3 x 3 cells around, by what was under the cell."""
    rows = drawn_contexts(record)
    ends = [0.0, *_ends(rows, lambda gain: gain.around)]
    air = 0.05 * (max(ends) - min(ends)) or 1.0
    return _rows(
        key,
        f"Area of {record.concept} gained around the cell",
        "",
        record,
        rows,
        colours,
        lambda gain: gain.around,
        Scale(min(ends) - air, max(ends) + air, NAMES, WIDTH - RIGHT - 6),
        "change in the 3 x 3 cells around, in areas of one cell",
        tick_text,
    )


def place_figure(key: str, record: ContextRecord) -> Figure:
    """Return the change around the cell by its place: over all cells without the concept, and by context."""
    maps = [HeatMap(context_name(one.under), _values(one.effect)) for one in record.maps]
    overall = maps[0].values
    where = np.unravel_index(np.nanargmax(overall), overall.shape) if np.isfinite(overall).any() else None
    said = "" if where is None else f" The most is gained in row {where[0] + 1}, column {where[1] + 1}."
    return heat_figure(
        key,
        f"Where {record.concept} can be put",
        "",
        maps,
        f"{record.concept} gained around the cell, in areas of one cell",
        description=f"Mean change of the area of {record.concept} by the place of the cell, overall and by what was "
        f"under it.{said}",
    )


def trace_figure(key: str, record: ContextRecord) -> Figure:
    """Return the mean normalised change of each layer above, of effective and of ineffective insertions."""
    lines = [
        _trace(f"the cell becomes {record.concept}", record.effective, EFFECTIVE),
        _trace("it does not", record.ineffective, INEFFECTIVE, dashed=True),
    ]
    ends = np.concatenate([values for line in lines for values in (line.y, line.high) if values is not None])
    there = ends[np.isfinite(ends)]
    said = "; ".join(
        f"{step} {_number(a)} against {_number(b)}"
        for step, a, b in zip(record.steps, record.effective.changes, record.ineffective.changes, strict=True)
    )
    return stage_figure(
        key,
        f"Trace of {record.concept} through the layers above",
        "",
        record.steps,
        lines,
        unit="mean |change| / sd",
        label="layer",
        highest=1.05 * float(there.max()) if len(there) else 1.0,
        description=f"Mean normalised change of effective against ineffective insertions: {said}.",
    )


def kept_figure(key: str, layer: str, records: Sequence[ContextRecord], colours: Colours) -> Figure:
    """Return what is kept of every concept as ever more of its units are ablated, and with random units of the first.

    Args:
        key: unique in the page.
        layer: whose units.
        records: of that layer.
        colours: a CSS class per concept.
    """
    lines = [
        *(_kept("random units", one, "c-rest", dashed=True, random=True) for one in records[:1]),
        *(_kept(one.concept, one, colours.get(one.concept, "c-rest")) for one in records),
    ]
    ends = np.concatenate([line.high if line.high is not None else line.y for line in lines])
    highest = min(2.0, max(1.1, 1.05 * float(np.nanmax(ends, initial=1.0))))
    said = "; ".join(f"{one.concept} {_number(one.floor.kept)} with {one.floor.units} units" for one in records)
    return line_figure(
        key,
        "Area kept as ever more units are ablated",
        "",
        lines,
        unit="part of the area kept",
        axis=Axis(f"units of {layer} ablated", least=1.0),
        baseline=1.0,
        y_range=(0.0, highest),
        description=f"Area kept of each concept against the number of its units ablated. The least: {said}.",
    )


def _rows(
    key: str,
    title: str,
    caption: str,
    record: ContextRecord,
    rows: Sequence[ContextRow],
    colours: Colours,
    measure: Callable[[GainRow], EstimateRow],
    x: Scale,
    unit: str,
    write: Callable[[float], str],
) -> Figure:
    said = "; ".join(f"{context_name(row.under)} {_number(measure(row.inserted))}" for row in rows[:SAID])
    count = len(record.units)
    return row_figure(
        key,
        title,
        caption,
        [
            Row(
                context_name(row.under),
                "ink" if row.under is None else colours.get(row.under, "c-rest"),
                estimate(measure(row.inserted)),
                estimate(measure(row.random)),
                strong=row.under is None,
            )
            for row in rows
        ],
        x,
        names=(f"{count} units", f"{count} random units"),
        unit=unit,
        description=f"{title}, by what was under the cell, beside random units: {said}.",
        unity=0.0,
        write=write,
    )


def estimate(row: EstimateRow) -> Bounded:
    """Return an estimate of a record with its interval."""
    return bounded(row.value, row.interval)


def _ends(rows: Sequence[ContextRow], measure: Callable[[GainRow], EstimateRow]) -> list[float]:
    """Return all values and bounds of a measure."""
    found = [measure(gain) for row in rows for gain in (row.inserted, row.random)]
    return [end for one in found for end in (one.value, *(one.interval or ())) if end is not None]


def _values(rows: Sequence[Sequence[float | None]]) -> Floats:
    return np.stack([floats(row) for row in rows])


def _trace(name: str, row: TraceRow, colour: str, dashed: bool = False) -> Series:
    x = np.arange(len(row.changes), dtype=np.float64)
    return _series(f"{name} ({row.cases:,})", x, row.changes, colour, dashed)


def _kept(name: str, record: ContextRecord, colour: str, dashed: bool = False, random: bool = False) -> Series:
    x = np.array([row.units for row in record.kept], dtype=np.float64)
    return _series(name, x, [row.random if random else row.kept for row in record.kept], colour, dashed)


def _series(name: str, x: Floats, estimates: Sequence[EstimateRow], colour: str, dashed: bool) -> Series:
    """Return estimates as a line with its band."""
    low, high = (floats(one.interval[end] if one.interval else None for one in estimates) for end in (0, 1))
    return Series(name, x, floats(one.value for one in estimates), colour, dashed, low=low, high=high)


def _number(row: EstimateRow) -> str:
    return "unknown" if row.value is None or not math.isfinite(row.value) else f"{row.value:.3g}"
