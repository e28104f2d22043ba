"""Units ablated one after another, each kept off if that brings samples nearer to the real ones.

All this looks at the choosing half alone, as often as it likes: what is chosen is then accepted, or not, once, on
latents and real images that took no part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from torch import Tensor

from ganatomy.intervene.changes import Change
from ganatomy.intervene.repair.bench import Bench, Look
from ganatomy.intervene.repair.gain import Gain, concept_moves, gain
from ganatomy.intervene.repair.scores import Method
from ganatomy.metrics.subsets import SubsetMetric
from ganatomy.progress import SILENT, Progress
from ganatomy.seeds import stream_seed

FIRST_LOOK = 1 / 3
"""The part of the samples that a candidate is tried on first."""


@dataclass(frozen=True)
class Rules:
    """What is measured, and what is allowed."""

    metric: SubsetMetric
    budget: float
    """By which part of itself a concept's area may move."""
    values: Tensor
    """(u,) what each unit of the layer is set to."""
    seed: int = 0
    """Of the resampling."""

    def change(self, layer: str, units: Sequence[int]) -> Change:
        """Return the ablation of some units."""
        return Change(layer, tuple(units), [float(self.values[unit]) for unit in units])

    def rng(self, what: str) -> np.random.Generator:
        """Return the stream of one resampling."""
        return np.random.default_rng(stream_seed(self.seed, f"repair/{what}"))


@dataclass(frozen=True)
class Step:
    """One candidate tried after those kept before it."""

    unit: int
    gain: Gain
    """From the units kept before to those and this one."""
    num_images: int
    """Samples that told: the first part of them alone where they tell of harm."""
    is_kept: bool
    moved: str | None = None
    """The concept that would have moved too far, where that alone spoke against it."""


@dataclass(frozen=True)
class ChosenSet:
    """What one method ends with, on the choosing half."""

    method: Method
    units: tuple[int, ...]
    """In the order in which they were kept; none where no candidate helped."""
    steps: tuple[Step, ...]
    """Of every candidate; none where the units were marked by hand, which are taken as they are."""
    gain: float
    """By how much all of them bring the samples nearer; biased upwards, since they were chosen by it."""


class Chooser:
    """Tries sets of units on one bench, none of them twice.

    Args:
        bench: the samples that choose.
        real: (r, f) features of the real images that choose.
        rules: what is measured, and what is allowed.
        progress: told of every candidate.
    """

    def __init__(self, bench: Bench, real: Tensor, rules: Rules, progress: Progress = SILENT) -> None:
        self.bench, self.real, self.rules, self.progress = bench, real, rules, progress
        self._parts = bench.halved(max(2, round(FIRST_LOOK * len(bench))))
        self._looks = {frozenset[int](): [part.look for part in self._parts]}

    def choose(self, method: Method, candidates: Sequence[int]) -> ChosenSet:
        """Return which candidates are kept off, tried in their order.

        A candidate is kept if the interval of what it adds is above 0 and no concept moves beyond the budget, as far as
        these samples tell. One that does harm in the first part of them is not looked at in the others.

        Args:
            method: who nominated them.
            candidates: units, most suspicious first.
        """
        kept: tuple[int, ...] = ()
        steps: list[Step] = []
        with self.progress.task(f"choosing by {method}", len(candidates), unit="units") as task:
            for unit in candidates:
                step = self._step(kept, unit)
                steps.append(step)
                kept = (*kept, unit) if step.is_kept else kept
                task.advance(note=f"{len(kept)} kept")
        return ChosenSet(method, kept, tuple(steps), self._gain((), kept).value)

    def marked(self, units: Sequence[int]) -> ChosenSet:
        """Return units that were marked by hand: all of them, whatever they do here."""
        return ChosenSet("given", tuple(units), (), self._gain((), units).value)

    def _step(self, kept: tuple[int, ...], unit: int) -> Step:
        first = self._gain(kept, (*kept, unit), parts=1)
        if first.interval.high < 0:
            return Step(unit, first, len(self._parts[0]), False)
        added = self._gain(kept, (*kept, unit))
        moved = self._moved((*kept, unit)) if added.is_shown else None
        return Step(unit, added, len(self.bench), added.is_shown and moved is None, moved)

    def _gain(self, units: Sequence[int], more: Sequence[int], parts: int = 2) -> Gain:
        before, after = self._look(units, parts).features, self._look(more, parts).features
        return gain(self.rules.metric, self.real, before, after, self.rules.rng("choosing"))

    def _moved(self, units: Sequence[int]) -> str | None:
        """Return the concept that moves most beyond the budget, if one does."""
        before, after = self.bench.look.areas, self._look(units).areas
        moves = concept_moves(self.bench.baseline.segmenter.concepts, before, after, self.rules.rng("areas"))
        worst = max((move for move in moves if move.is_measured), key=lambda move: abs(move.change), default=None)
        return worst.concept if worst and abs(worst.change) > self.rules.budget else None

    def _look(self, units: Sequence[int], parts: int = 2) -> Look:
        """Return what the first part of the samples, or both, show without the units."""
        looks = self._looks.setdefault(frozenset(units), [])
        for part in self._parts[len(looks) : parts]:
            looks.append(part.under([self.rules.change(part.baseline.halves.layer, sorted(units))]))
        return reduce(Look.joined, looks[:parts])


def best_set(sets: Sequence[ChosenSet]) -> ChosenSet | None:
    """Return the set that gains most on the choosing half; None where none holds a unit."""
    return max((one for one in sets if one.units), key=lambda one: one.gain, default=None)
