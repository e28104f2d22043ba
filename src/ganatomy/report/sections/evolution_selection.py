"""Figures of selection: which term of the fitness decided, who was ahead, and which objective survived.

Children of one generation are scored on the same latents by the same discriminator: only they compare. Source is
`lineage.jsonl`, a line per child.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from ganatomy.draw.canvas import Figure
from ganatomy.draw.charts import Series, averaged, line_figure, share_figure
from ganatomy.draw.palette import objective_colours
from ganatomy.draw.scales import Floats
from ganatomy.draw.series import floats, smooth, thin
from ganatomy.draw.text import percent, signed, words
from ganatomy.runs.records.lines import ChildLine

Children = Sequence[ChildLine]
WINDOWS = 40


@dataclass(frozen=True)
class Terms:
    """The two terms of the fitness over generations in which children competed, arrays of (g,)."""

    generation: Floats
    quality: Floats
    """F_q of the fittest survivor, in [0, 1]."""
    diversity: Floats
    """gamma * F_d of the fittest survivor."""
    fitness: Floats
    quality_spread: Floats
    """Largest less smallest F_q of the children: by how much it can move them past each other."""
    diversity_spread: Floats
    """The same of gamma * F_d."""
    by_quality: float
    """Share of generations whose fittest survivor was also the best in quality."""
    by_diversity: float
    """Share of those whose fittest survivor was also the best in diversity."""


def survival_shares(lineage: Children, windows: int = WINDOWS) -> tuple[Floats, dict[str, Floats]]:
    """Return which share of the survivors each objective made, per window of generations.

    Args:
        lineage: every child, with `generation`, `objective` and `survived`.
        windows: at most this many, all of as many generations but for the last.

    Returns:
        (w + 1,) window bounds and per objective (w,) shares that sum to 1 over objectives, or 0 in a
        window without survivors.
    """
    survivors = [child for child in lineage if child.survived]
    generations = floats(child.generation for child in survivors)
    objectives = np.array([child.objective for child in survivors])
    every = [child.generation for child in lineage]
    low, high = min(every), max(every) + 1
    edges = np.array([*range(low, high, -(-(high - low) // windows)), high], dtype=np.float64)
    total = np.histogram(generations, edges)[0].astype(np.float64)
    shares = {}
    for name in objectives_of(lineage):
        count = np.histogram(generations[objectives == name], edges)[0]
        shares[name] = np.divide(count, total, out=np.zeros(len(total)), where=total > 0)
    return edges, shares


def advantages(lineage: Children) -> tuple[Floats, dict[str, Floats]]:
    """Return by how much each objective's children are fitter than the mean child of their generation.

    Returns:
        (g,) generations and per objective (g,) mean advantages, NaN where it has no finite child.
    """
    groups = _generations(lineage)
    result = {name: np.full(len(groups), np.nan) for name in objectives_of(lineage)}
    for index, children in enumerate(groups):
        fitness = floats(child.fitness for child in children)
        for name in objectives_of(children):
            own = [value for child, value in zip(children, fitness, strict=True) if child.objective == name]
            result[name][index] = np.mean(own) - fitness.mean()
    return _numbers(groups), result


def terms(lineage: Children, gamma: float) -> Terms | None:
    """Return the terms of the fitness, or None where no two children ever competed.

    Args:
        lineage: every child, with `quality`, `diversity`, `fitness` and `survived`.
        gamma: weight of diversity.
    """
    groups = [children for children in _generations(lineage) if _competed(children)]
    if not groups:
        return None
    rows, by_quality, by_diversity = [], 0, 0
    for children in groups:
        quality = floats(child.quality for child in children)
        diversity = gamma * floats(child.diversity for child in children)
        fitness = floats(child.fitness for child in children)
        survived = np.array([child.survived for child in children])
        best = int(np.argmax(np.where(survived, fitness, -np.inf)))
        by_quality += bool(quality[best] == quality.max())
        by_diversity += bool(diversity[best] == diversity.max())
        rows.append([quality[best], diversity[best], fitness[best], np.ptp(quality), np.ptp(diversity)])
    best_quality, best_diversity, best_fitness, quality_spread, diversity_spread = np.array(rows).T
    return Terms(
        generation=_numbers(groups),
        quality=best_quality,
        diversity=best_diversity,
        fitness=best_fitness,
        quality_spread=quality_spread,
        diversity_spread=diversity_spread,
        by_quality=by_quality / len(groups),
        by_diversity=by_diversity / len(groups),
    )


def objectives_of(children: Children) -> list[str]:
    """Return how the children came about, each once, in the order in which they come."""
    return list(dict.fromkeys(child.objective for child in children))


def _generations(lineage: Children) -> list[Children]:
    """Return the children of known fitness of each generation, in order, without generations that have none."""
    in_order = sorted((child for child in lineage if child.fitness is not None), key=_generation)
    return [list(children) for _, children in groupby(in_order, key=_generation)]


def _generation(child: ChildLine) -> int:
    return child.generation


def _numbers(groups: Sequence[Children]) -> Floats:
    return np.array([_generation(children[0]) for children in groups], dtype=np.float64)


def _competed(children: Children) -> bool:
    return len(children) > 1 and any(child.survived for child in children)


def term_figures(lineage: Children, gamma: float, window: int) -> list[Figure]:
    """Return what the fitness is made of, and which of its terms decides; nothing where no two children competed.

    Args:
        lineage: every child.
        gamma: weight of diversity.
        window: generations that one smoothed value averages.
    """
    found = terms(lineage, gamma)
    if found is None:
        return []
    made = [
        *averaged("fitness F", found.generation, found.fitness, "ink", window),
        *averaged("quality", found.generation, found.quality, "o0", window),
        *averaged("γ · diversity", found.generation, found.diversity, "o1", window, dashed=True),
    ]
    caption = (
        f"What the fittest survivor's fitness is made of, γ being {gamma:g}. The levels decide nothing, since "
        "siblings share them; their differences do."
    )
    return [line_figure("terms", "Terms of the fitness", caption, made), _decision_figure(found, window)]


def _decision_figure(found: Terms, window: int) -> Figure:
    lines = [
        *averaged("quality", found.generation, found.quality_spread, "o0", window),
        *averaged("γ · diversity", found.generation, found.diversity_spread, "o1", window, dashed=True),
    ]
    caption = (
        "Largest less smallest value among the children of a generation: the term that spreads them further decides "
        f"who lives on. The fittest survivor was the best in quality in {percent(found.by_quality)} of generations, "
        f"the best in diversity in {percent(found.by_diversity)}."
    )
    unit = "spread among siblings"
    return line_figure("decision", "Which term decides", caption, lines, unit=unit, baseline=0.0)


def advantage_figure(lineage: Children, window: int) -> Figure:
    """Return each objective's lead over its siblings.

    Args:
        lineage: every child, of two objectives or more.
        window: generations that one smoothed value averages.
    """
    names = objectives_of(lineage)
    colours = objective_colours(names)
    x, gained = advantages(lineage)
    lines = [Series(words(name), *thin(x, smooth(gained[name], window)), colours[name]) for name in names]
    overall = {
        name: float(np.nanmean(gained[name])) if np.isfinite(gained[name]).any() else float("nan") for name in names
    }
    means = ", ".join(f"{words(name)} {signed(overall[name])}" for name in names)
    averaged = ", as a running mean" if window > 1 else ""
    caption = f"A child's fitness less the mean of its generation{averaged}. Over the whole run: {means}."
    unit = "F less generation's mean"
    return line_figure("advantage", "Ahead of siblings", caption, lines, unit=unit, baseline=0.0)


def survival_figure(lineage: Children) -> Figure:
    """Return the share of survivors that each objective made, per window of generations (as E-GAN's Fig. 4, right)."""
    edges, shares = survival_shares(lineage)
    colours = objective_colours(list(shares))
    survivors = [child.objective for child in lineage if child.survived]
    overall = ", ".join(f"{words(name)} {percent(survivors.count(name) / max(len(survivors), 1))}" for name in shares)
    step = int(edges[1] - edges[0])
    every = "generation" if step == 1 else f"{step} generations"
    caption = f"Share of survivors that each mutation made, per {every}. Over the whole run: {overall}."
    stack = [(words(name), colours[name], share) for name, share in shares.items()]
    return share_figure("survival", "Who survived", caption, edges, stack, "of survivors")
