"""Figures of the evolution: what survivors and children scored, and which objective survived.

Sources are `metrics.jsonl`, a line per logged generation, and `lineage.jsonl`, a line per child.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from ganatomy.report.figures import Dots, Series, line_figure, share_figure
from ganatomy.report.palette import objective_colours
from ganatomy.report.scales import Floats, tick_text
from ganatomy.report.series import column, smooth, spread, thin
from ganatomy.report.text import percent, signed, words

MOST_DOTS = 2400
WINDOWS = 40

Records = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Score:
    """A score of children: its key in the logs, how to explain it, and what its axis says."""

    key: str
    title: str
    caption: str
    unit: str


FITNESS = Score(
    "fitness", "Fitness", "F = quality + γ · diversity (E-GAN eq. 8): the children of highest F survive.", "F"
)
QUALITY = Score(
    "quality",
    "Quality",
    "Mean probability of being real that the discriminator gives a child's images (E-GAN eq. 6).",
    "probability",
)
DIVERSITY = Score(
    "diversity",
    "Diversity",
    "Minus the log of the discriminator's gradient norm (E-GAN eq. 7): high where children spread out.",
    "\N{MINUS SIGN}log gradient norm",
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
    objectives: int
    children: int
    dots: int
    window: int
    """Generations that one smoothed value averages."""


def training_view(metrics: Records, lineage: Records) -> Training | None:
    """Return the evolution section, or None when nothing was logged.

    Left out are figures that would say nothing: diversity where it was not measured (all 0), and fitness, which is
    then the quality; who survived, where there is one objective. There, the discriminator's loss is shown instead.

    Args:
        metrics: lines of metrics.jsonl.
        lineage: lines of lineage.jsonl.
    """
    if not metrics and not lineage:
        return None
    window = max(1, len(metrics) // WINDOWS) | 1
    per_value = float(np.nanmedian(np.diff(column(metrics, "generation")))) if len(metrics) > 1 else 1.0
    kept = spread(lineage, MOST_DOTS)
    names = list(dict.fromkeys(str(child.get("objective")) for child in lineage))
    has_diversity = _measured("diversity", metrics, lineage)
    figures = [_score_figure(FITNESS, metrics, kept, names, window)] if has_diversity else []
    if len(names) > 1:
        figures += [_advantage_figure(lineage, names, max(1, round(window * per_value))), _survival_figure(lineage)]
    figures.append(_score_figure(QUALITY, metrics, kept, names, window))
    if has_diversity:
        figures.append(_score_figure(DIVERSITY, metrics, kept, names, window))
    figures += _outputs_figure(metrics, window)
    if len(names) <= 1:
        figures += _loss_figure(metrics, window)
    return Training(tuple(figures), len(names), len(lineage), len(kept), max(1, round(window * per_value)))


def survival_shares(lineage: Records, windows: int = WINDOWS) -> tuple[Floats, dict[str, Floats]]:
    """Return which share of the survivors each objective made, per window of generations.

    Args:
        lineage: every child, with `generation`, `objective` and `survived`.
        windows: at most this many, all of as many generations but for the last.

    Returns:
        (w + 1,) window bounds and per objective (w,) shares that sum to 1 over objectives, or 0 in a
        window without survivors.
    """
    survivors = [child for child in lineage if child.get("survived")]
    generations = column(survivors, "generation")
    objectives = np.array([str(child.get("objective")) for child in survivors])
    every = column(lineage, "generation")
    low, high = int(every.min()), int(every.max()) + 1
    edges = np.array([*range(low, high, -(-(high - low) // windows)), high], dtype=np.float64)
    total = np.histogram(generations, edges)[0].astype(np.float64)
    shares = {}
    for name in dict.fromkeys(str(child.get("objective")) for child in lineage):
        count = np.histogram(generations[objectives == name], edges)[0]
        shares[name] = np.divide(count, total, out=np.zeros(len(total)), where=total > 0)
    return edges, shares


def advantages(lineage: Records) -> tuple[Floats, dict[str, Floats]]:
    """Return by how much each objective's children are fitter than the mean child of their generation.

    Children of one generation are scored on the same latents by the same discriminator: only they compare.

    Returns:
        (g,) generations and per objective (g,) mean advantages, NaN where it has no finite child.
    """
    scores: dict[float, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    generations, fitness = column(lineage, "generation"), column(lineage, "fitness")
    for child, generation, value in zip(lineage, generations, fitness, strict=True):
        if np.isfinite(value):
            scores[float(generation)][str(child.get("objective"))].append(float(value))
    x = np.array(sorted(scores))
    result = {name: np.full(len(x), np.nan) for name in dict.fromkeys(str(child.get("objective")) for child in lineage)}
    for index, generation in enumerate(x):
        own = scores[float(generation)]
        mean = np.mean([value for values in own.values() for value in values])
        for name, values in own.items():
            result[name][index] = np.mean(values) - mean
    return x, result


def _lines(metrics: Records, key: str, name: str, colour: str, window: int, dashed: bool = False) -> list[Series]:
    """Return the raw values as a faint line under their running mean."""
    x, y = column(metrics, "generation"), column(metrics, key)
    if not np.isfinite(y).any():
        return []
    raw = Series(name, *thin(x, y), colour, faint=True)
    return [raw, Series(name, *thin(x, smooth(y, window)), colour, dashed)]


def _measured(key: str, metrics: Records, lineage: Records) -> bool:
    values = np.concatenate([column(metrics, key), column(lineage, key)])
    return bool(np.any(np.isfinite(values) & (values != 0.0)))


def _score_figure(score: Score, metrics: Records, children: Records, names: Sequence[str], window: int) -> Figure:
    colours = objective_colours(names)
    dots = []
    for name in names:
        own = [child for child in children if str(child.get("objective")) == name]
        dots.append(Dots(words(name), column(own, "generation"), column(own, score.key), colours[name]))
    lines = _lines(metrics, score.key, "fittest survivor", "ink", window)
    description = f"{score.title} over generations{_from_to(lines)}."
    return Figure(score.title, line_figure(score.key, score.title, description, lines, dots, score.unit), score.caption)


def _advantage_figure(lineage: Records, names: Sequence[str], window: int) -> Figure:
    colours = objective_colours(names)
    x, gained = advantages(lineage)
    lines = [Series(words(name), *thin(x, smooth(gained[name], window)), colours[name]) for name in names]
    overall = {
        name: float(np.nanmean(gained[name])) if np.isfinite(gained[name]).any() else float("nan") for name in names
    }
    means = ", ".join(f"{words(name)} {signed(overall[name])}" for name in names)
    averaged = ", as a running mean" if window > 1 else ""
    caption = f"A child's fitness less the mean of its generation{averaged}. Over the whole run: {means}."
    svg = line_figure("advantage", "Ahead of siblings", caption, lines, unit="F less generation's mean", baseline=0.0)
    return Figure("Ahead of siblings", svg, caption)


def _survival_figure(lineage: Records) -> Figure:
    edges, shares = survival_shares(lineage)
    colours = objective_colours(list(shares))
    survivors = [str(child.get("objective")) for child in lineage if child.get("survived")]
    overall = ", ".join(f"{words(name)} {percent(survivors.count(name) / max(len(survivors), 1))}" for name in shares)
    step = int(edges[1] - edges[0])
    every = "generation" if step == 1 else f"{step} generations"
    caption = f"Share of survivors that each mutation made, per {every}. Over the whole run: {overall}."
    stack = [(words(name), colours[name], share) for name, share in shares.items()]
    svg = share_figure("survival", "Who survived", caption, edges, stack, "of survivors")
    return Figure("Who survived", svg, caption)


def _outputs_figure(metrics: Records, window: int) -> list[Figure]:
    real = _lines(metrics, "d_real", "real images", "real", window)
    generated = _lines(metrics, "d_generated", "survivors' images", "fake", window, dashed=True)
    if not real and not generated:
        return []
    title = "Discriminator"
    text = (
        "Mean probability of being real that it gives to real images and to the survivors': the gap is what children "
        "still have to close."
    )
    return [Figure(title, line_figure("outputs", title, text, [*real, *generated], unit="probability"), text)]


def _loss_figure(metrics: Records, window: int) -> list[Figure]:
    loss = _lines(metrics, "d_loss", "loss", "ink", window)
    if not loss:
        return []
    title, text = "Discriminator loss", "Near zero it has won, and children learn little from it."
    return [
        Figure(title, line_figure("loss", title, f"{text} Over generations{_from_to(loss)}.", loss, unit="loss"), text)
    ]


def _from_to(lines: Sequence[Series]) -> str:
    finite = [y for y in lines[-1].y if np.isfinite(y)] if lines else []
    return f", from {tick_text(finite[0])} to {tick_text(finite[-1])}" if finite else ""
