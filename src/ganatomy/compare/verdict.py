"""Whether evolution helped, by a rule that is stated before the runs are.

The first E-GAN arm is held against two controls that cost less: random mutation, and the best single objective, by the
mean of the same scores. An advantage is a paired difference over seeds, positive where E-GAN is better.

- Evolution helped: it is better than both, and both 95 % intervals leave out 0.
- It did not: a control is better, and the interval leaves out 0.
- Undecided: anything else; more seeds may tell.

Differences that are all equal have a deviation of 0, by which two seeds would decide anything: they have no interval,
and decide nothing.

The intervals are not corrected for their number. Where nothing differs in truth, both have to agree on `helped`, so it
is said at most once in forty times; for `did not help` one of 1 + m is enough, with m single objectives of which the
best is picked, so it is said at most 1 + m times in forty. The rule thus leans against evolution, which has more to
prove: it costs more. Between metrics nothing is corrected either; the one that the comparison was set up with is the
first, and the others tell more about it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from ganatomy.config.compare import Kind
from ganatomy.metrics.paired import paired_difference

Answer = Literal["helped", "did not help", "undecided"]
Values = Sequence[float]
"""A score for each seed, NaN where there is none."""
ROUNDING = 1e-12
"""By which part of the scores differences may differ and still be equal."""


@dataclass(frozen=True)
class SeedMean:
    """A mean over seeds with its 95 % t interval; `low` and `high` are NaN of one seed, or where all are equal."""

    mean: float
    low: float
    high: float
    num_seeds: int

    @property
    def sign(self) -> int:
        """1 or -1 where the interval leaves out 0, else 0."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True)
class Difference(SeedMean):
    """A mean difference, and what it hides where one seed collapses: under how many seeds it is on which side of 0."""

    num_above: int
    num_below: int


@dataclass(frozen=True)
class Advantage:
    """How much better the E-GAN arm is than a control, in units of the metric; negative if it is worse."""

    control: str
    role: str
    """What kind of control it is, in words."""
    estimate: Difference


@dataclass(frozen=True)
class Verdict:
    """What one metric says."""

    answer: Answer
    arm: str
    advantages: tuple[Advantage, ...]


def difference(a: Values, b: Values) -> Difference:
    """Return the mean of b - a over the seeds that have both.

    Args:
        a: a score for each seed.
        b: the scores of the same seeds.
    """
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if math.isfinite(x) and math.isfinite(y)]
    if not pairs:
        return Difference(math.nan, math.nan, math.nan, 0, 0, 0)
    differences = [y - x for x, y in pairs]
    rounding = ROUNDING * max(abs(value) for pair in pairs for value in pair)
    counts = len(pairs), sum(d > rounding for d in differences), sum(d < -rounding for d in differences)
    if max(differences) - min(differences) <= rounding:
        return Difference(fmean(differences), math.nan, math.nan, *counts)
    found = paired_difference([x for x, _ in pairs], [y for _, y in pairs])
    return Difference(found.mean, *found.interval, *counts)


def mean(values: Values) -> SeedMean:
    """Return the mean of an arm's scores over the seeds that have one."""
    found = difference([0.0] * len(values), values)
    return SeedMean(found.mean, found.low, found.high, found.num_seeds)


def judge(scores: Mapping[str, Values], kinds: Mapping[str, Kind], is_lower_better: bool) -> Verdict | None:
    """Return what one metric says; None where there is no E-GAN arm or no control.

    Args:
        scores: of each arm, by seed; in the order of the arms.
        kinds: what each arm is.
        is_lower_better: which way the metric is better.
    """
    arm = next((name for name in scores if kinds[name] == "egan"), None)
    controls = _controls(scores, kinds, is_lower_better)
    if arm is None or not controls:
        return None
    advantages = []
    for name, role in controls.items():
        pair = (scores[arm], scores[name]) if is_lower_better else (scores[name], scores[arm])
        advantages.append(Advantage(name, role, difference(*pair)))
    signs = [advantage.estimate.sign for advantage in advantages]
    answer: Answer = "helped" if min(signs) > 0 else "did not help" if min(signs) < 0 else "undecided"
    return Verdict(answer, arm, tuple(advantages))


def _controls(scores: Mapping[str, Values], kinds: Mapping[str, Kind], is_lower_better: bool) -> dict[str, str]:
    """Return the controls by name, each with its role."""
    random = next((name for name in scores if kinds[name] == "random"), None)
    means = {name: mean(values).mean for name, values in scores.items() if kinds[name] == "objective"}
    of_seeds = {name: value for name, value in means.items() if math.isfinite(value)}
    controls = {} if random is None else {random: "random mutation"}
    if of_seeds:
        best = (min if is_lower_better else max)(of_seeds, key=lambda name: of_seeds[name])
        role = "the best single objective" if len(means) > 1 else "the single objective"
        controls[best] = role
    return controls
