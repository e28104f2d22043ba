"""Figures of the evolution: what survivors and children scored, and what the discriminator made of them.

Sources are `metrics.jsonl`, a line per logged generation, `lineage.jsonl`, a line per child, and `warnings.jsonl`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganatomy.draw.canvas import Figure
from ganatomy.draw.charts import Dots, Series, averaged, line_figure
from ganatomy.draw.palette import objective_colours
from ganatomy.draw.series import Lines, column, floats, spread
from ganatomy.draw.text import tick_text, words
from ganatomy.report.sections.evolution_objectives import objective_figures
from ganatomy.report.sections.evolution_selection import (
    WINDOWS,
    Children,
    advantage_figure,
    objectives_of,
    survival_figure,
    term_figures,
)
from ganatomy.report.settings import RunSettings
from ganatomy.runs.records.lines import ChildLine

MOST_DOTS = 2400
SURVIVAL = {
    "comma": "the children of highest F survive",
    "plus": "those of highest F survive, children or parents",
    "pareto": "selection weighs the two apart (Pareto), and F decides between equals",
    "chain": "each child starts from the fittest before it, and the fittest of all survives",
}
GRADIENT = (
    "Minus the log of the discriminator's {}gradient norm (E-GAN eq. 7): high where children spread out, but also "
    "where the discriminator is so sure that its gradient vanishes: see its accuracy."
)


@dataclass(frozen=True)
class Measure:
    """A score of children: its key in metrics.jsonl, where a child has it, how to explain it, what its axis says."""

    key: str
    of: Callable[[ChildLine], float | None]
    title: str
    caption: str
    unit: str


@dataclass(frozen=True)
class Warned:
    """What a watchdog said, and when."""

    generation: int
    seconds: float
    text: str


@dataclass(frozen=True)
class EvolutionView:
    """The evolution section: its figures, and how many children the dots stand for."""

    figures: tuple[Figure, ...]
    objectives: int
    children: int
    dots: int
    window: int
    """Generations that one smoothed value averages."""
    warnings: tuple[Warned, ...]
    selection: str
    """How survivors are chosen: `comma`, `plus`, `pareto`, `random` or `chain`."""
    samples: str
    """What is made: images, or points."""

    @property
    def is_selected(self) -> bool:
        """Whether children of several objectives competed, by their fitness."""
        return self.objectives > 1 and self.selection != "random"


def evolution_view(
    metrics: Lines, lineage: Children, warnings: Lines = (), settings: RunSettings | None = None
) -> EvolutionView | None:
    """Return the evolution section, or None when nothing was logged.

    Args:
        metrics: lines of metrics.jsonl.
        lineage: lines of lineage.jsonl.
        warnings: lines of warnings.jsonl.
        settings: of the run, as far as they are known.
    """
    if not metrics and not lineage:
        return None
    settings = settings or RunSettings()
    window = max(1, len(metrics) // WINDOWS) | 1
    per_value = float(np.nanmedian(np.diff(column(metrics, "generation")))) if len(metrics) > 1 else 1.0
    generations = max(1, round(window * per_value))
    kept = spread(lineage, MOST_DOTS)
    figures = (
        *_competition(metrics, lineage, kept, settings, window, generations),
        *_discriminator(metrics, settings, window, has_rivals=len(objectives_of(lineage)) > 1),
        *objective_figures(settings.objectives),
    )
    return EvolutionView(
        figures=figures,
        objectives=len(objectives_of(lineage)),
        children=len(lineage),
        dots=len(kept),
        window=generations,
        warnings=tuple(_warned(line) for line in warnings),
        selection=settings.selection,
        samples=settings.samples,
    )


def _competition(
    metrics: Lines, lineage: Children, kept: Children, settings: RunSettings, window: int, generations: int
) -> list[Figure]:
    """Return how children compare; left out is what would say nothing.

    That is diversity where it was not measured (all 0), and fitness, which is then the quality; and who survived,
    where there is one objective.
    """
    figures, names = [], objectives_of(lineage)
    if has_diversity := _has_diversity(metrics, lineage):
        figures.append(_score_figure(_fitness(settings.selection), metrics, kept, window))
        if len(names) > 1 and settings.gamma is not None:
            figures += term_figures(lineage, settings.gamma, generations)
    if len(names) > 1:
        figures += [advantage_figure(lineage, generations)] if settings.selection != "random" else []
        figures.append(survival_figure(lineage))
    figures.append(_score_figure(_quality(settings), metrics, kept, window))
    if has_diversity:
        figures.append(_score_figure(_diversity(settings), metrics, kept, window))
    return figures


def _discriminator(metrics: Lines, settings: RunSettings, window: int, has_rivals: bool) -> list[Figure]:
    """Return what the discriminator made of samples; its loss too, where nothing else tells how training went."""
    return [
        *_accuracy_figure(metrics, window),
        *_outputs_figure(settings, metrics, window),
        *_distance_figure(metrics, window),
        *([] if has_rivals else _loss_figure(metrics, window)),
    ]


def _warned(line: Mapping[str, Any]) -> Warned:
    return Warned(int(line["generation"]), float(line["seconds"]), str(line["warning"]))


def _fitness(selection: str) -> Measure:
    survival = SURVIVAL.get(selection, "survivors are drawn at random")
    return Measure(
        "fitness",
        lambda child: child.fitness,
        "Fitness",
        f"F = quality + γ · diversity (E-GAN eq. 8): {survival}.",
        "F",
    )


def _output(settings: RunSettings) -> tuple[str, str]:
    """Return what the discriminator gives a sample, and its unit: a probability only under cross-entropy."""
    if settings.discriminator_loss == "bce":
        return "probability of being real", "probability"
    return "sigmoid of the logit", "sigmoid"


def _quality(settings: RunSettings) -> Measure:
    output, unit = _output(settings)
    caption = f"Mean {output} that the discriminator gives a child's samples (E-GAN eq. 6)."
    return Measure("quality", lambda child: child.quality, "Quality", caption, unit)


def _diversity(settings: RunSettings) -> Measure:
    if settings.diversity == "pairwise":
        caption = "Mean distance |x \N{MINUS SIGN} y| between a child's samples (IE-GAN): high where they spread out."
        return Measure("diversity", lambda child: child.diversity, "Diversity", caption, "mean distance")
    squared = "squared " if settings.squared_norm else ""
    unit = f"\N{MINUS SIGN}log {squared}gradient norm"
    return Measure("diversity", lambda child: child.diversity, "Diversity", GRADIENT.format(squared), unit)


def _lines(metrics: Lines, key: str, name: str, colour: str, window: int, dashed: bool = False) -> list[Series]:
    x, y = column(metrics, "generation"), column(metrics, key)
    return averaged(name, x, y, colour, window, dashed) if np.isfinite(y).any() else []


def _has_diversity(metrics: Lines, lineage: Children) -> bool:
    values = np.concatenate([column(metrics, "diversity"), floats(child.diversity for child in lineage)])
    return bool(np.any(np.isfinite(values) & (values != 0.0)))


def _score_figure(score: Measure, metrics: Lines, children: Children, window: int) -> Figure:
    names = objectives_of(children)
    colours = objective_colours(names)
    dots = []
    for name in names:
        own = [child for child in children if child.objective == name]
        x, y = floats(child.generation for child in own), floats(map(score.of, own))
        dots.append(Dots(words(name), x, y, colours[name]))
    lines = _lines(metrics, score.key, "fittest survivor", "ink", window)
    description = f"{score.title} over generations{_from_to(lines)}."
    return line_figure(score.key, score.title, score.caption, lines, dots, score.unit, description=description)


def _accuracy_figure(metrics: Lines, window: int) -> list[Figure]:
    logs = [{**line, "log_accuracy": _log(line.get("d_accuracy"))} for line in metrics]
    lines = _lines(logs, "log_accuracy", "log accuracy", "fake", window)
    if not lines:
        return []
    caption = (
        "Log of the share of samples, real and generated, that it tells rightly: \N{MINUS SIGN}0.69 is guessing, 0 all "
        "of them. Near 0 it is saturated, its gradient vanishes, and that alone raises diversity F_d."
    )
    title = "Discriminator's accuracy"
    return [line_figure("accuracy", title, caption, lines, unit="log accuracy", baseline=0.0)]


def _log(value: object) -> float | None:
    return float(np.log(value)) if isinstance(value, int | float) and value > 0 else None


def _outputs_figure(settings: RunSettings, metrics: Lines, window: int) -> list[Figure]:
    real = _lines(metrics, "d_real", "real samples", "real", window)
    generated = _lines(metrics, "d_generated", "survivors' samples", "fake", window, dashed=True)
    if not real and not generated:
        return []
    output, unit = _output(settings)
    caption = (
        f"Mean {output} that it gives to real samples and to the survivors': the gap is what children still have to "
        "close."
    )
    return [line_figure("outputs", "Discriminator", caption, [*real, *generated], unit=unit)]


def _distance_figure(metrics: Lines, window: int) -> list[Figure]:
    lines = _lines(metrics, "sample_distance", "fittest survivor", "ink", window)
    if not lines:
        return []
    caption = (
        "How far two samples are apart, as a share of the distance between two real ones: 1 is as varied as the data, "
        "0 always the same sample."
    )
    unit = "of that between real ones"
    return [line_figure("distance", "Distance between samples", caption, lines, unit=unit, baseline=1.0)]


def _loss_figure(metrics: Lines, window: int) -> list[Figure]:
    loss = _lines(metrics, "d_loss", "loss", "ink", window)
    if not loss:
        return []
    caption = "Near zero it has won, and children learn little from it."
    description = f"{caption} Over generations{_from_to(loss)}."
    return [line_figure("loss", "Discriminator loss", caption, loss, unit="loss", description=description)]


def _from_to(lines: Sequence[Series]) -> str:
    finite = [y for y in lines[-1].y if np.isfinite(y)] if lines else []
    return f", from {tick_text(finite[0])} to {tick_text(finite[-1])}" if finite else ""
