"""The scores: how good the generator was while it grew, and what `ganatomy score` found.

Sources are `scores.jsonl`, a line per score during training, and the files in `scores/`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ganatomy.draw.axes import GENERATION, Axis
from ganatomy.draw.canvas import Figure
from ganatomy.draw.charts import Mark, Series, line_figure
from ganatomy.draw.scales import Floats, value_range
from ganatomy.draw.series import floats
from ganatomy.draw.text import natural, percent, tick_text, words
from ganatomy.metrics.files import read_scores
from ganatomy.metrics.names import metric, printed_name
from ganatomy.metrics.protocol import Protocol
from ganatomy.runs.records.lines import ScoreLine

UNITS = ((7200.0, 3600.0, "hours of training"), (120.0, 60.0, "minutes of training"), (0.0, 1.0, "seconds of training"))
"""(from so many seconds on, seconds of one, label of the axis)."""

Lines = Sequence[ScoreLine]


@dataclass(frozen=True)
class Final:
    """A score of `ganatomy score`, as text."""

    name: str
    value: str
    interval: str
    weights: str
    samples: str
    """Generated and real ones."""
    data: str


@dataclass(frozen=True)
class ScoresView:
    """The scores section."""

    figures: tuple[Figure, ...]
    """One metric after another: against generations, then against time."""
    protocol: str
    """How the scores in the figures were taken, in words; empty without figures."""
    others: int
    """Scores of another protocol, which are not drawn."""
    finals: tuple[Final, ...]


def scores_view(lines: Lines, files: Sequence[Path]) -> ScoresView | None:
    """Return the scores section, or None where nothing was scored.

    Args:
        lines: of scores.jsonl.
        files: those of `scores/`.

    Raises:
        ConfigError: a metric that this release does not know.
        IncompatibleRun: a file of scores that cannot be read.
    """
    if not lines and not files:
        return None
    protocol = lines[-1].protocol if lines else {}
    same = [line for line in lines if line.protocol == protocol]
    figures = [figure for name in (lines[-1].values if lines else ()) for figure in _figures(name, same, protocol)]
    ordered = sorted(files, key=lambda path: natural(path.name))
    return ScoresView(
        tuple(figures),
        _in_words(protocol) if lines else "",
        len(lines) - len(same),
        tuple(final for path in ordered for final in _finals(path)),
    )


def best_index(values: Floats, is_lower_better: bool) -> int | None:
    """Return where the best of the finite values stands, the first of equals; None where none is finite."""
    if not np.isfinite(values).any():
        return None
    return int(np.nanargmin(values) if is_lower_better else np.nanargmax(values))


def time_axis(seconds: float) -> Axis:
    """Return the axis on which so many seconds of training are read best."""
    _, per_unit, label = next(unit for unit in UNITS if seconds >= unit[0])
    return Axis(label, "seconds", per_unit)


def _figures(name: str, lines: Lines, protocol: Mapping[str, Any]) -> list[Figure]:
    title = printed_name(name, protocol["extractor"], protocol["fingerprint"])
    values = floats(line.values.get(name) for line in lines)
    known = metric(name)
    is_lower_better = known.is_lower_better
    low, high = map(known.within, value_range(values))  # a share has no room below 0 and above 1
    best = best_index(values, is_lower_better)
    if best is None:
        return []
    at = f"{tick_text(values[best])} at generation {lines[best].generation:,}"
    caption = f"{'Lower' if is_lower_better else 'Higher'} is better; the best is ringed, {at}."
    figures = []
    for axis, moments in _axes(lines):
        x = moments / axis.per_unit
        mark = Mark(float(x[best]), float(values[best]), f"{values[best]:.4g}")
        key = f"score-{name.replace('_', '-')}-{axis.moment}"
        heading = f"{title} over {'generations' if axis is GENERATION else 'time'}"
        line = Series("the average", x, values, "ink")
        figures.append(
            line_figure(key, heading, caption, [line], unit=title, axis=axis, mark=mark, y_range=(low, high))
        )
    return figures


def _axes(lines: Lines) -> list[tuple[Axis, Floats]]:
    """Return what scores are drawn against, and where each of them lies: generations and, where they tell it, time."""
    axes, seconds = [(GENERATION, floats(line.generation for line in lines))], lines[-1].seconds
    return axes if seconds is None else [*axes, (time_axis(seconds), floats(line.seconds for line in lines))]


def _in_words(protocol: Mapping[str, Any]) -> str:
    extractor = "" if protocol["extractor"] == "points" else f", features of {protocol['extractor']}"
    return (
        f"{protocol['num_generated']:,} generated against {protocol['num_real']:,} real samples{extractor}, "
        f"weights {protocol['weights']}, seed {protocol['seed']}"
    )


def _finals(path: Path) -> list[Final]:
    return [
        Final(
            score.name,
            f"{score.value:.4g}",
            f"{score.low:.4g} to {score.high:.4g} ({percent(score.level)})",
            score.protocol.weights,
            _samples(score.protocol),
            words(score.protocol.data),
        )
        for score in read_scores(path)
    ]


def _samples(protocol: Protocol) -> str:
    return f"{protocol.num_generated:,} / {protocol.num_real:,}"
