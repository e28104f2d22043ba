"""Figures of causes: alpha against agreement, curves of rankings, and what becomes of the other concepts."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from ganatomy.draw.axes import Axis
from ganatomy.draw.canvas import NAMES, RIGHT, WIDTH, Figure
from ganatomy.draw.charts import Dots, Series, line_figure
from ganatomy.draw.rows import Row, row_figure
from ganatomy.draw.scales import Scale
from ganatomy.draw.series import floats
from ganatomy.report.concepts import NOTEWORTHY_AREA, bounded
from ganatomy.runs.records.causes import CauseRecord, CauseRow, CurveRow

RANKINGS = {
    "ace": ("alpha", "c7", False),
    "iou": ("IoU", "c0", False),
    "gradient": ("gradient times activation", "c1", True),
    "single unit": ("each unit alone", "c6", True),
}
"""Name, colour and whether the line is dashed."""
FIRST_TWO = ("ace", "iou")
MOST_ROWS = 14
WIDEST = 2.5
"""The axis of kept area ends at most here."""


def alpha_figure(record: CauseRecord, key: str) -> Figure:
    """Return the alpha of every unit against its IoU with the concept, the causal set apart.

    Args:
        record: the causes of a concept.
        key: unique in the page.
    """
    iou, alphas = floats(record.iou), floats(record.alphas)
    chosen = np.zeros(len(alphas), dtype=bool)
    chosen[list(record.sets[0].units[0])] = True
    count = int(chosen.sum())
    return line_figure(
        f"{key}-alpha",
        f"Cause against agreement: {record.concept}",
        "A dot a unit. On the right what agrees with the concept; above what makes it, by the optimised alpha.",
        [],
        [
            Dots("other units", iou[~chosen], alphas[~chosen], "c-rest"),
            Dots(f"the {count} causal units", iou[chosen], alphas[chosen], "c7"),
        ],
        "alpha",
        axis=Axis(f"IoU with {record.concept}"),
        y_range=(0.0, 1.0),
        description=f"Alpha of {len(alphas)} units against their IoU with {record.concept}; {count} are causal.",
    )


def curve_figure(record: CauseRecord, key: str, kind: Literal["ablation", "insertion"], two: bool) -> Figure:
    """Return the curves of rankings: two of them with bands, or all without.

    Args:
        record: the causes of a concept, with curves.
        key: unique in the page.
        kind: what was done to the units.
        two: by alpha and by IoU alone, with their 95 % intervals.
    """
    curves = [one for one in record.curves if one.kind == kind and (not two or one.ranking in FIRST_TWO)]
    ablated = kind == "ablation"
    what = "Area kept" if ablated else "What is inserted shows"
    return line_figure(
        f"{key}-{kind}{'-two' if two else ''}",
        f"{what}, {'alpha against IoU' if two else 'four rankings'}: {record.concept}",
        "What is left of the concept as the first units of a ranking are ablated on the whole map."
        if ablated
        else "Part of the cell that shows the concept once the first units of a ranking are set there; one cell a "
        "sample, wherever it lies.",
        [_series(one, band=two) for one in reversed(curves)],
        (),
        "area kept" if ablated else "part of the cell",
        axis=Axis("units", least=1.0),
        baseline=1.0 if ablated else None,
        y_range=(0.0, _ceiling(curves, two)),
        description="; ".join(_said(one) for one in curves),
    )


def off_target_rows(record: CauseRecord) -> list[tuple[CauseRow, CauseRow | None]]:
    """Return the other concepts of some area, with what random units do to them, largest first."""
    random = {row.concept: row for one in record.sets if one.name == "random of all" for row in one.effects}
    others = [row for row in record.sets[0].effects if row.concept != record.concept and row.area >= NOTEWORTHY_AREA]
    return [(row, random.get(row.concept)) for row in sorted(others, key=lambda row: -row.area)][:MOST_ROWS]


def off_target_figure(record: CauseRecord, key: str, colours: Mapping[str, str]) -> Figure:
    """Return what is kept of the other concepts as the causal set is ablated, beside random units.

    Args:
        record: the causes of a concept.
        key: unique in the page.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    rows = [
        Row(
            row.concept,
            colours.get(row.concept, "c-rest"),
            bounded(row.kept.value, row.kept.interval),
            bounded(random.kept.value, random.kept.interval) if random else bounded(None, None),
        )
        for row, random in off_target_rows(record)
    ]
    ends = [v for row in rows for found in (row.filled, row.hollow) for v in (found.value, found.high) if v is not None]
    count = len(record.sets[0].units[0])
    said = "; ".join(f"{row.name} keeps {row.filled.value:.0%}" for row in rows[:5] if row.filled.value is not None)
    return row_figure(
        f"{key}-others",
        f"Off target: the other concepts without the causes of {record.concept}",
        "Area kept as the causal units are ablated on the whole map.",
        rows,
        Scale(0.0, min(WIDEST, max([1.2, *ends]) * 1.03), NAMES, WIDTH - RIGHT - 6),
        names=(f"{count} causal units", f"{count} random units"),
        unit="area kept",
        description=f"Area kept of the other concepts: {said}.",
        unity=1.0,
    )


def _series(one: CurveRow, band: bool) -> Series:
    name, colour, dashed = RANKINGS[one.ranking]
    bounds = [interval or (None, None) for interval in one.intervals]
    return Series(
        name,
        floats(one.sizes),
        floats(one.values),
        colour,
        dashed,
        low=floats(low for low, _ in bounds) if band else None,
        high=floats(high for _, high in bounds) if band else None,
    )


def _ceiling(curves: list[CurveRow], bands: bool) -> float:
    values = [value for one in curves for value in one.values if value is not None]
    highs = [interval[1] for one in curves for interval in one.intervals if interval is not None]
    return max([0.1, *values, *(highs if bands else [])]) * 1.05


def _said(one: CurveRow) -> str:
    last = one.values[-1]
    shown = "an unknown part" if last is None else f"{last:.0%}"
    return f"by {RANKINGS[one.ranking][0]}, {shown} at {one.sizes[-1]} units"
