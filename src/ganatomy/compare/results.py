"""What a comparison found: the last score of every run, means, paired differences and verdicts, as compare.json."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from ganatomy.compare.plan import Plan, PlannedArm, PlannedRun, arms_as_json
from ganatomy.compare.verdict import Difference, SeedMean, Values, Verdict, difference, judge, mean
from ganatomy.data.mixtures import centres
from ganatomy.errors import IncompatibleRun
from ganatomy.evolve.scores import metric_of
from ganatomy.metrics.names import METRICS, Metric, printed_name
from ganatomy.runs import schemas
from ganatomy.runs.records.lines import ScoreLine

_OF_THE_RUN = ("seed", "data_fingerprint", "data")
"""What may differ between the protocols of two runs: folders are renamed; fingerprints are looked at by themselves."""


@dataclass(frozen=True)
class ArmScores:
    """An arm's last scores by one metric."""

    arm: str
    values: tuple[float, ...]
    """One for each seed; NaN where training diverged."""
    mean: SeedMean
    """Its interval is cut off where the metric's range ends."""
    difference: Difference
    """To the first arm: this one less that one, of the same seeds."""


@dataclass(frozen=True)
class MetricResult:
    """What one metric says of all arms."""

    metric: str
    name: str
    """As printed."""
    is_lower_better: bool
    arms: tuple[ArmScores, ...]
    verdict: Verdict | None


@dataclass(frozen=True)
class Results:
    """What all metrics say: the one that the comparison was set up with first."""

    metrics: tuple[MetricResult, ...]
    failures: dict[str, str]
    """Why trainings diverged, by run."""


def summarise(plan: Plan) -> Results:
    """Return what the finished runs of a plan say.

    Raises:
        IncompatibleRun: scores of two runs were measured by different protocols or against different real samples, or
            no run has any.
    """
    runs = plan.runs
    last = {planned.label: _last_score(planned) for planned in runs}
    protocol = _protocol(last)
    _require_same_samples(plan, last)
    first = metric_of(plan.config.base)
    names = dict.fromkeys([first, *(name for line in last.values() if line for name in line.values)])
    kinds = {arm.name: arm.kind for arm in plan.arms}
    found = []
    for metric in names:
        scores = {
            arm.name: tuple(_value(last[planned.label], metric) for planned in runs if planned.arm == arm)
            for arm in plan.arms
        }
        printed = printed_name(metric, protocol["extractor"], protocol["fingerprint"])
        known = _metric_on(metric, plan.config.base.data.data)
        verdict = judge(scores, kinds, known.is_lower_better)
        found.append(MetricResult(metric, printed, known.is_lower_better, _arm_scores(plan, scores, known), verdict))
    return Results(tuple(found), {planned.label: planned.failure for planned in runs if planned.failure is not None})


def curve(plan: Plan, arm: PlannedArm, metric: str) -> tuple[list[int], list[list[float]]]:
    """Return the generations at which an arm was scored, and for each seed the scores, NaN where there is none.

    Args:
        plan: the comparison.
        arm: one of its arms.
        metric: a key of `names.METRICS`.
    """
    seeds = [{line.generation: line for line in planned.run.scores()} for planned in plan.of(arm)]
    generations = sorted({generation for lines in seeds for generation in lines})
    return generations, [[_value(lines.get(generation), metric) for generation in generations] for lines in seeds]


def as_json(plan: Plan, results: Results | None) -> dict[str, Any]:
    """Return what compare.json holds: the arms and, once all runs are finished, what they say."""
    found: dict[str, Any] = {
        "schema": schemas.COMPARISON,
        "equal": plan.config.equal,
        "budget": plan.config.budget,
        "seeds": list(plan.config.seed_list),
        "arms": arms_as_json(plan),
    }
    if results is not None:
        found["metrics"] = [_without_nan(asdict(metric)) for metric in results.metrics]
        found["failures"] = results.failures
    return found


def _arm_scores(plan: Plan, scores: Mapping[str, Values], metric: Metric) -> tuple[ArmScores, ...]:
    reference = scores[plan.arms[0].name]
    return tuple(
        ArmScores(name, tuple(values), _within(metric, mean(values)), difference(reference, values))
        for name, values in scores.items()
    )


def _metric_on(name: str, data: str) -> Metric:
    """Return the metric, its range that on `data`: of a mixture no more modes can be covered than it has."""
    known = METRICS[name]
    return replace(known, most=float(len(centres(data)))) if known.is_count else known


def _within(metric: Metric, found: SeedMean) -> SeedMean:
    return replace(found, low=metric.within(found.low), high=metric.within(found.high))


def _last_score(planned: PlannedRun) -> ScoreLine | None:
    return None if planned.failure is not None else planned.run.scores()[-1]


def _value(line: ScoreLine | None, metric: str) -> float:
    value = line.values.get(metric) if line else None
    return math.nan if value is None else value


def _protocol(last: Mapping[str, ScoreLine | None]) -> dict[str, Any]:
    """Return the protocol that all scores share."""
    protocols = {label: line.protocol for label, line in last.items() if line}
    if not protocols:
        raise IncompatibleRun("every training has diverged, so there is nothing to compare; lower --learning-rate")
    (first, shared), *others = protocols.items()
    for label, protocol in others:
        for key in sorted(shared.keys() | protocol.keys()):
            if key not in _OF_THE_RUN and shared.get(key) != protocol.get(key):
                raise IncompatibleRun(
                    f"{first} was scored with {key} {shared.get(key)} and {label} with {protocol.get(key)}; "
                    "compare anew with one version"
                )
    return dict(shared)


def _require_same_samples(plan: Plan, last: Mapping[str, ScoreLine | None]) -> None:
    """Return if all runs were scored against the same real samples; of scenes, which each seed renders, all of a seed.

    Raises:
        IncompatibleRun: two were not.
    """
    known: dict[int | None, tuple[str, str]] = {}
    for planned in plan.runs:
        line = last[planned.label]
        fingerprint = line.protocol.get("data_fingerprint") if line else None
        if fingerprint is None:  # diverged, or of a version that did not note it
            continue
        seed = planned.seed if plan.config.base.data.is_scenes else None
        label, expected = known.setdefault(seed, (planned.label, fingerprint))
        if fingerprint != expected:
            raise IncompatibleRun(
                f"{label} was scored against real samples of fingerprint {expected} and {planned.label} against "
                f"{fingerprint}; compare anew on one data set"
            )


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
