"""Whether a set of units is accepted: once, on latents and real images that took no part in choosing it.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 4.3: artifact units ablated, the FID of images chosen for
high activation of those units, beside as many random units.

Differs: plain random images decide, as they are what the generator is used for; images chosen for high activation
stand beside them. No concept may move beyond the budget.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from ganatomy.intervene.repair.bench import Bench, Look
from ganatomy.intervene.repair.choosing import Rules
from ganatomy.intervene.repair.gain import ConceptMove, Gain, concept_moves, gain
from ganatomy.progress import SILENT, Progress

HIGH_SHARE = 0.2
"""The part of the samples, those of the highest activation of the units, that the paper's protocol takes here."""


@dataclass(frozen=True)
class Trial:
    """A set of units ablated on the held-out half."""

    units: tuple[int, ...]
    plain: Gain
    """On all samples: plain random images."""
    high: Gain
    """On the samples of the highest activation of the chosen units, as in the paper; the same for every set."""
    moves: tuple[ConceptMove, ...]
    """What became of every concept, on all samples."""

    def beyond(self, budget: float) -> tuple[ConceptMove, ...]:
        """Return the concepts that are not shown to stay within the budget, that of the largest change first."""
        return tuple(
            sorted((move for move in self.moves if not move.keeps(budget)), key=lambda move: -abs(move.change))
        )

    def is_accepted(self, budget: float) -> bool:
        """Return whether the plain gain's interval is above 0 and every concept stays within the budget."""
        return self.plain.is_shown and not self.beyond(budget)


@dataclass(frozen=True)
class Acceptance:
    """The chosen set beside random ones, on the held-out half."""

    chosen: Trial
    random: tuple[Trial, ...]
    num_high: int
    """Samples of the highest activation."""


def accept(
    bench: Bench,
    real: Tensor,
    units: Sequence[int],
    random_sets: Sequence[Sequence[int]],
    rules: Rules,
    progress: Progress = SILENT,
) -> Acceptance:
    """Return what the chosen units, and random ones, do on the held-out half.

    Args:
        bench: samples that took no part in choosing.
        real: (r, f) features of real images that took no part.
        units: the chosen ones.
        random_sets: as many units each.
        rules: what is measured, and what is allowed.
        progress: told of every image.
    """
    high = highest(bench, units)
    with progress.task("held-out samples", len(bench) * (1 + len(random_sets)), unit="img") as task:
        trials = []
        for arm in (units, *random_sets):
            look = bench.under([rules.change(bench.baseline.halves.layer, arm)], task.advance)
            trials.append(_trial(bench, look, real, arm, high, rules))
    return Acceptance(trials[0], tuple(trials[1:]), len(high))


def highest(bench: Bench, units: Sequence[int]) -> Tensor:
    """Return the samples (m,) in which one of the units is as active as in few others: by the best of their ranks."""
    peaks = bench.peaks[:, list(units)].cpu()
    ranks = (-peaks).argsort(dim=0, stable=True).argsort(dim=0, stable=True).amin(1)
    count = max(2, round(HIGH_SHARE * len(bench)))
    return ranks.argsort(dim=0, stable=True)[:count].sort().values


def verdict(acceptance: Acceptance, rules: Rules) -> str | None:
    """Return why the chosen set is not accepted; None where it is."""
    chosen = acceptance.chosen
    if not chosen.plain.is_shown:
        low, high = chosen.plain.interval
        moves = "rises" if chosen.plain.value < 0 else "falls"
        return (
            f"on held-out images the distance {moves} by {abs(chosen.plain.value):.3g}, and the 95 % interval of its "
            f"fall, {low:.3g} to {high:.3g}, is not above 0"
        )
    if moved := chosen.beyond(rules.budget):
        worst = moved[0]
        return (
            f"'{worst.concept}' moves by {worst.change:+.1%} (95 % interval {worst.interval.low:+.1%} to "
            f"{worst.interval.high:+.1%}), beyond the budget of {rules.budget:.0%}"
        )
    return None


def _trial(bench: Bench, look: Look, real: Tensor, units: Sequence[int], high: Tensor, rules: Rules) -> Trial:
    before, after = bench.look.features, look.features
    concepts = bench.baseline.segmenter.concepts
    return Trial(
        tuple(units),
        gain(rules.metric, real, before, after, rules.rng("held-out")),
        gain(rules.metric, real, before[high], after[high], rules.rng("held-out/high")),
        concept_moves(concepts, bench.look.areas, look.areas, rules.rng("held-out/areas")),
    )
