"""Figures of the evolution: what survivors and children scored, and what the discriminator made of them.

Sources are `metrics.jsonl`, a line per logged generation, `lineage.jsonl`, a line per child, and `warnings.jsonl`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganatomy.draw.canvas import Figure
from ganatomy.draw.charts import Dots, Series, averaged, line_figure
from ganatomy.draw.palette import objective_colours
from ganatomy.draw.scales import tick_text
from ganatomy.draw.series import Records, column, spread
from ganatomy.draw.text import words
from ganatomy.report.sections.evolution_objectives import shape_figures
from ganatomy.report.sections.evolution_selection import (
    WINDOWS,
    advantage_figure,
    objectives_of,
    survival_figure,
    term_figures,
)

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
    """A score of children: its key in the logs, how to explain it, and what its axis says."""

    key: str
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
class Training:
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


def training_view(
    metrics: Records, lineage: Records, warnings: Records = (), config: Mapping[str, Any] | None = None
) -> Training | None:
    """Return the evolution section, or None when nothing was logged.

    Left out are figures that would say nothing: diversity where it was not measured (all 0), and fitness, which is
    then the quality; who survived, where there is one objective. There, the discriminator's loss is shown instead.

    Args:
        metrics: lines of metrics.jsonl.
        lineage: lines of lineage.jsonl.
        warnings: lines of warnings.jsonl.
        config: settings of the run, as far as they are known: gamma, selection, diversity, objectives.
    """
    if not metrics and not lineage:
        return None
    config = config or {}
    selection = str(config.get("selection", "comma"))
    window = max(1, len(metrics) // WINDOWS) | 1
    per_value = float(np.nanmedian(np.diff(column(metrics, "generation")))) if len(metrics) > 1 else 1.0
    generations = max(1, round(window * per_value))
    kept, names = spread(lineage, MOST_DOTS), objectives_of(lineage)
    figures = []
    if has_diversity := _measured("diversity", metrics, lineage):
        figures.append(_score_figure(_fitness(selection), metrics, kept, window))
        if len(names) > 1 and isinstance(config.get("gamma"), int | float):
            figures += term_figures(lineage, float(config["gamma"]), generations)
    if len(names) > 1:
        figures += [advantage_figure(lineage, generations)] if selection != "random" else []
        figures.append(survival_figure(lineage))
    figures.append(_score_figure(_quality(config), metrics, kept, window))
    if has_diversity:
        figures.append(_score_figure(_diversity(config), metrics, kept, window))
    figures += (
        _accuracy_figure(metrics, window) + _outputs_figure(config, metrics, window) + _distance_figure(metrics, window)
    )
    if len(names) <= 1:
        figures += _loss_figure(metrics, window)
    return Training(
        figures=(*figures, *shape_figures(config.get("objectives", ()))),
        objectives=len(names),
        children=len(lineage),
        dots=len(kept),
        window=generations,
        warnings=tuple(Warned(int(w["generation"]), float(w["seconds"]), str(w["warning"])) for w in _dicts(warnings)),
        selection=selection,
    )


def _dicts(records: Records) -> Sequence[Mapping[str, Any]]:
    return records


def _fitness(selection: str) -> Measure:
    survival = SURVIVAL.get(selection, "survivors are drawn at random")
    return Measure("fitness", "Fitness", f"F = quality + γ · diversity (E-GAN eq. 8): {survival}.", "F")


def _output(config: Mapping[str, Any]) -> tuple[str, str]:
    """Return what the discriminator gives a sample, and its unit: a probability only under cross-entropy."""
    if config.get("discriminator_loss", "bce") == "bce":
        return "probability of being real", "probability"
    return "sigmoid of the logit", "sigmoid"


def _quality(config: Mapping[str, Any]) -> Measure:
    output, unit = _output(config)
    caption = f"Mean {output} that the discriminator gives a child's samples (E-GAN eq. 6)."
    return Measure("quality", "Quality", caption, unit)


def _diversity(config: Mapping[str, Any]) -> Measure:
    if config.get("diversity") == "pairwise":
        caption = "Mean distance |x \N{MINUS SIGN} y| between a child's samples (IE-GAN): high where they spread out."
        return Measure("diversity", "Diversity", caption, "mean distance")
    squared = "squared " if config.get("squared_norm") else ""
    unit = f"\N{MINUS SIGN}log {squared}gradient norm"
    return Measure("diversity", "Diversity", GRADIENT.format(squared), unit)


def _lines(metrics: Records, key: str, name: str, colour: str, window: int, dashed: bool = False) -> list[Series]:
    x, y = column(metrics, "generation"), column(metrics, key)
    return averaged(name, x, y, colour, window, dashed) if np.isfinite(y).any() else []


def _measured(key: str, metrics: Records, lineage: Records) -> bool:
    values = np.concatenate([column(metrics, key), column(lineage, key)])
    return bool(np.any(np.isfinite(values) & (values != 0.0)))


def _score_figure(score: Measure, metrics: Records, children: Records, window: int) -> Figure:
    names = objectives_of(children)
    colours = objective_colours(names)
    dots = []
    for name in names:
        own = [child for child in children if str(child.get("objective")) == name]
        dots.append(Dots(words(name), column(own, "generation"), column(own, score.key), colours[name]))
    lines = _lines(metrics, score.key, "fittest survivor", "ink", window)
    description = f"{score.title} over generations{_from_to(lines)}."
    svg = line_figure(score.key, score.title, description, lines, dots, score.unit)
    return Figure(score.key, score.title, svg, score.caption)


def _accuracy_figure(metrics: Records, window: int) -> list[Figure]:
    logs = [{**line, "log_accuracy": _log(line.get("d_accuracy"))} for line in metrics]
    lines = _lines(logs, "log_accuracy", "log accuracy", "fake", window)
    if not lines:
        return []
    title = "Discriminator's accuracy"
    text = (
        "Log of the share of samples, real and generated, that it tells rightly: \N{MINUS SIGN}0.69 is guessing, 0 all "
        "of them. Near 0 it is saturated, its gradient vanishes, and that alone raises diversity F_d."
    )
    svg = line_figure("accuracy", title, text, lines, unit="log accuracy", baseline=0.0)
    return [Figure("accuracy", title, svg, text)]


def _log(value: object) -> float | None:
    return float(np.log(value)) if isinstance(value, int | float) and value > 0 else None


def _outputs_figure(config: Mapping[str, Any], metrics: Records, window: int) -> list[Figure]:
    real = _lines(metrics, "d_real", "real samples", "real", window)
    generated = _lines(metrics, "d_generated", "survivors' samples", "fake", window, dashed=True)
    if not real and not generated:
        return []
    title = "Discriminator"
    output, unit = _output(config)
    text = (
        f"Mean {output} that it gives to real samples and to the survivors': the gap is what children still have to "
        "close."
    )
    svg = line_figure("outputs", title, text, [*real, *generated], unit=unit)
    return [Figure("outputs", title, svg, text)]


def _distance_figure(metrics: Records, window: int) -> list[Figure]:
    lines = _lines(metrics, "sample_distance", "fittest survivor", "ink", window)
    if not lines:
        return []
    title = "Distance between samples"
    text = (
        "How far two samples are apart, as a share of the distance between two real ones: 1 is as varied as the data, "
        "0 always the same sample."
    )
    svg = line_figure("distance", title, text, lines, unit="of that between real ones", baseline=1.0)
    return [Figure("distance", title, svg, text)]


def _loss_figure(metrics: Records, window: int) -> list[Figure]:
    loss = _lines(metrics, "d_loss", "loss", "ink", window)
    if not loss:
        return []
    title, text = "Discriminator loss", "Near zero it has won, and children learn little from it."
    svg = line_figure("loss", title, f"{text} Over generations{_from_to(loss)}.", loss, unit="loss")
    return [Figure("loss", title, svg, text)]


def _from_to(lines: Sequence[Series]) -> str:
    finite = [y for y in lines[-1].y if np.isfinite(y)] if lines else []
    return f", from {tick_text(finite[0])} to {tick_text(finite[-1])}" if finite else ""
