"""Findings about what was repaired, and about whether evolution helped."""

import math
from collections.abc import Iterable

from ganatomy.compare.results import MetricResult
from ganatomy.compare.table import ANSWERS
from ganatomy.compare.verdict import Advantage
from ganatomy.draw.text import count, signed
from ganatomy.report.sections.findings import Finding
from ganatomy.runs.records.repairs import RepairRecord


def repaired(records: Iterable[RepairRecord]) -> Finding | None:
    """Return how far an accepted repair brought held-out samples towards real ones; where there is none, one refused.

    Args:
        records: of all repairs; those that did not try random units beside their own tell nothing.
    """
    tried = [record for record in records if record.trial is not None and record.random]
    if not tried:
        return None
    record = next((one for one in tried if one.baked), tried[0])
    assert record.trial is not None  # of those that were tried
    gain = record.trial.plain
    low, high = (-end for end in reversed(gain.interval))
    random = [trial.plain.after - trial.plain.before for trial in record.random]
    off = f"with {count(len(record.units), 'unit')} of {record.layer} off, {record.figure} to held-out real images"
    is_nearer = gain.interval[0] > 0
    return Finding(
        "repairs",
        f"{'It was repaired' if record.baked else 'Nothing was repaired'}: {off}, {gain.before:.3g} before, changes by",
        signed(gain.after - gain.before),
        f"(95 % interval {signed(low)} to {signed(high)}), with as many random ones off by "
        f"{signed(sum(random) / len(random))}{f', but {record.refusal}' if record.refusal and is_nearer else ''}.",
    )


def evolved(result: MetricResult | None, has_rivals: bool) -> Finding | None:
    """Return whether evolution helped, by the comparison that a run is of; of any other run that it was not compared.

    Args:
        result: what the first metric of the comparison says; None where the run is of none that is finished.
        has_rivals: whether children of several objectives competed in the run.
    """
    if result is None and has_rivals:
        return Finding(
            "evolution",
            "Whether evolution helped was",
            "not compared",
            "with random mutation and single objectives under the same seeds, which is what ganatomy compare does.",
        )
    if result is None or result.verdict is None:
        return None
    least = min(result.verdict.advantages, key=lambda one: (one.estimate.sign, one.estimate.mean))
    said = ANSWERS[result.verdict.answer]
    return Finding(
        "evolution",
        f"{said[0].upper()}{said[1:]}: the advantage of {result.verdict.arm} over {least.control}, {least.role}, in "
        f"{result.name} is",
        signed(least.estimate.mean),
        f"({_interval(least)}).",
    )


def _interval(advantage: Advantage) -> str:
    found = advantage.estimate
    if found.num_seeds < 2:
        return "no interval of one seed"
    seeds = f"better under {found.num_above} of {count(found.num_seeds, 'seed')}"
    if not math.isfinite(found.low):
        return f"no interval, since all differences are equal; {seeds}"
    return f"95 % interval {signed(found.low)} to {signed(found.high)}; {seeds}"
