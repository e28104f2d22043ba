"""Figures of the evolution: what survivors and children scored, and which objective survived.

Sources are `metrics.jsonl`, a line per logged generation, and `lineage.jsonl`, a line per child.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from ganatomy.report.figures import Dots, Floats, Series, line_figure, share_figure, tick_text
from ganatomy.report.palette import objective_colours
from ganatomy.report.text import percent, words

MOST_DOTS = 3000
MOST_POINTS = 400
WINDOWS = 40

Records = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Score:
    """A score of children: its key in the logs and how to explain it."""

    key: str
    title: str
    caption: str


SCORES = (
    Score("fitness", "Fitness", "F = quality + γ · diversity decides who survives (E-GAN eq. 8)."),
    Score(
        "quality",
        "Quality",
        "Mean probability of being real that the discriminator gives a child's images (E-GAN eq. 6).",
    ),
    Score(
        "diversity",
        "Diversity",
        "Minus the log of the discriminator's gradient norm (E-GAN eq. 7): high where children spread out.",
    ),
)


@dataclass(frozen=True)
class Figure:
    """A figure with its title and caption."""

    title: str
    svg: Markup
    caption: str


@dataclass(frozen=True)
class Training:
    """The evolution section: its figures, and how many children the dots stand for."""

    figures: tuple[Figure, ...]
    children: int
    dots: int
    window: int
    """Generations that one smoothed value averages."""


def column(records: Records, key: str) -> Floats:
    """Return `key` of every record as float64, NaN where it is missing or not a number."""
    values = (record.get(key) for record in records)
    return np.array([float(v) if isinstance(v, int | float) else np.nan for v in values], dtype=np.float64)


def smooth(values: Floats, window: int) -> Floats:
    """Return the centred running mean over `window` values, of the values there are near the ends.

    NaN counts as missing. An odd window; an even one is widened by one.
    """
    half = window // 2
    present = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(present, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(present)])
    index = np.arange(len(values))
    low, high = np.maximum(index - half, 0), np.minimum(index + half + 1, len(values))
    number = counts[high] - counts[low]
    means: Floats = np.divide(sums[high] - sums[low], number, out=np.full(len(values), np.nan), where=number > 0)
    return means


def thin(x: Floats, y: Floats, most: int = MOST_POINTS) -> tuple[Floats, Floats]:
    """Return at most `most` of the points, evenly spaced, always with the first and last."""
    if len(x) <= most:
        return x, y
    index = np.linspace(0, len(x) - 1, most).round().astype(np.int64)
    return x[index], y[index]


def survival_shares(lineage: Records, windows: int = WINDOWS) -> tuple[Floats, dict[str, Floats]]:
    """Return which share of the survivors each objective made, per window of generations.

    Args:
        lineage: every child, with `generation`, `objective` and `survived`.
        windows: at most this many; fewer when the run is shorter.

    Returns:
        (w + 1,) window bounds and per objective (w,) shares that sum to 1 over objectives, or 0 in a
        window without survivors.
    """
    survivors = [child for child in lineage if child.get("survived")]
    generations = column(survivors, "generation")
    objectives = np.array([str(child.get("objective")) for child in survivors])
    every = column(lineage, "generation")
    low, high = float(every.min()), float(every.max()) + 1.0
    edges = np.linspace(low, high, int(min(windows, high - low)) + 1)
    total = np.histogram(generations, edges)[0].astype(np.float64)
    shares = {}
    for name in dict.fromkeys(str(child.get("objective")) for child in lineage):
        count = np.histogram(generations[objectives == name], edges)[0]
        shares[name] = np.divide(count, total, out=np.zeros(len(total)), where=total > 0)
    return edges, shares


def training_view(metrics: Records, lineage: Records) -> Training | None:
    """Return the evolution section, or None when nothing was logged.

    Left out are figures that would say nothing: diversity where it was not measured (all 0), survivors where
    there is one objective.

    Args:
        metrics: lines of metrics.jsonl.
        lineage: lines of lineage.jsonl.
    """
    if not metrics and not lineage:
        return None
    window = max(1, len(metrics) // WINDOWS) | 1
    kept = _spread(lineage, MOST_DOTS)
    names = list(dict.fromkeys(str(child.get("objective")) for child in lineage))
    figures = [
        _score_figure(score, metrics, kept, names, window) for score in SCORES if _measured(score, metrics, lineage)
    ]
    if len(names) > 1:
        figures.append(_survival_figure(lineage))
    figures += _discriminator_figures(metrics, window)
    per_value = float(np.nanmedian(np.diff(column(metrics, "generation")))) if len(metrics) > 1 else 1.0
    return Training(tuple(figures), len(lineage), len(kept), round(window * per_value))


def _spread(records: Records, most: int) -> Records:
    if len(records) <= most:
        return records
    return [records[index] for index in np.linspace(0, len(records) - 1, most).round().astype(int)]


def _lines(metrics: Records, key: str, name: str, colour: str, window: int, dashed: bool = False) -> list[Series]:
    """Return the raw values as a faint line under their running mean."""
    x, y = column(metrics, "generation"), column(metrics, key)
    if not np.isfinite(y).any():
        return []
    raw = Series(name, *thin(x, y), colour, faint=True)
    return [raw, Series(name, *thin(x, smooth(y, window)), colour, dashed)]


def _measured(score: Score, metrics: Records, lineage: Records) -> bool:
    values = np.concatenate([column(metrics, score.key), column(lineage, score.key)])
    return bool(np.any(np.isfinite(values) & (values != 0.0)))


def _score_figure(score: Score, metrics: Records, children: Records, names: Sequence[str], window: int) -> Figure:
    colours = objective_colours(names)
    dots = []
    for name in names:
        own = [child for child in children if str(child.get("objective")) == name]
        dots.append(Dots(words(name), column(own, "generation"), column(own, score.key), colours[name]))
    lines = _lines(metrics, score.key, "survivors", "ink", window)
    description = f"{score.title} over generations. {_from_to(lines)}"
    svg = line_figure(score.key, score.title, description, lines, dots)
    return Figure(score.title, svg, score.caption)


def _survival_figure(lineage: Records) -> Figure:
    edges, shares = survival_shares(lineage)
    colours = objective_colours(list(shares))
    survivors = [str(child.get("objective")) for child in lineage if child.get("survived")]
    overall = ", ".join(f"{words(name)} {percent(survivors.count(name) / max(len(survivors), 1))}" for name in shares)
    step = tick_text(edges[1] - edges[0])
    caption = f"Share of survivors that each mutation made, per {step} generations. Overall: {overall}."
    stack = [(words(name), colours[name], share) for name, share in shares.items()]
    return Figure("Who survived", share_figure("survival", "Who survived", caption, edges, stack), caption)


def _discriminator_figures(metrics: Records, window: int) -> list[Figure]:
    real = _lines(metrics, "d_real", "real images", "real", window)
    generated = _lines(metrics, "d_generated", "children", "fake", window, dashed=True)
    loss = _lines(metrics, "d_loss", "loss", "ink", window)
    figures = []
    if real or generated:
        title, text = (
            "Discriminator",
            (
                "Mean probability of being real that it gives to real images and to children: the gap is what children "
                "still have to close."
            ),
        )
        figures.append(Figure(title, line_figure("outputs", title, text, [*real, *generated]), text))
    if loss:
        title, text = "Discriminator loss", "Near zero it has won, and children learn little from it."
        description = f"{text} {_from_to(loss)}"
        figures.append(Figure(title, line_figure("loss", title, description, loss), text))
    return figures


def _from_to(lines: Sequence[Series]) -> str:
    finite = [y for y in lines[-1].y if np.isfinite(y)] if lines else []
    return f"The running mean goes from {tick_text(finite[0])} to {tick_text(finite[-1])}." if finite else ""
