"""A comparison as a page of Markdown: the verdict of each metric in words, all scores, all differences."""

import math
from pathlib import Path

from ganatomy.compare.plan import Plan, PlannedArm
from ganatomy.compare.results import MetricResult, Results
from ganatomy.compare.verdict import Advantage, Answer, Difference, SeedMean, Verdict
from ganatomy.runs.records.estimates import finite
from ganatomy.tables import markdown_table

ANSWERS: dict[Answer, str] = {
    "helped": "evolution helped",
    "did not help": "evolution did not help",
    "undecided": "it is undecided whether evolution helped",
}
COSTS = ("generations", "GMAC a generation", "seconds a generation")

NOTES = """Intervals are 95 % t intervals over seeds, differences paired by seed; a star marks those that leave out 0.
There is none of one seed, or where all are equal; those of scores end where the metric's range does.
After a difference stands under how many seeds the arm is the better one: a single seed that collapses moves the mean
and widens the interval of all.
They are not corrected for the number of arms or metrics: of twenty differences that are none, one has a star by chance.

Verdict: evolution *helped* where the first E-GAN arm is better than random mutation and than the best single
objective, and both intervals leave out 0; it *did not help* where one of them is better and its interval leaves out 0;
else it is *undecided*. An advantage is positive where E-GAN is better, whichever way the metric goes."""


def write_page(plan: Plan, results: Results) -> str:
    """Return the page.

    Args:
        plan: the comparison, all runs of it finished.
        results: what they say.
    """
    seeds = plan.config.seed_list
    parts = [
        f"# Comparison {plan.path.name}",
        f"`{Path(plan.config.base.data.data).name}`, {budget(plan)}, {len(seeds)} "
        + (f"seeds from {seeds[0]} to {seeds[-1]}." if len(seeds) > 1 else f"seed: {seeds[0]}."),
        "\n".join(f"- {sentence(metric)}" for metric in results.metrics),
        "## Scores",
        markdown_table(*score_table(plan, results)),
        f"## Differences to {plan.arms[0].name}",
        markdown_table(*difference_table(results)),
        NOTES,
        *_failures(results),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def budget(plan: Plan) -> str:
    """Return what all runs have the same of, in words."""
    amount = plan.config.budget
    if plan.config.equal == "seconds":
        return f"{amount:g} seconds a run at the timed cost of a generation"
    generations = f"{math.floor(amount)} generations"
    if plan.config.equal == "steps":
        return f"{generations} a run"
    return f"a run the multiply-accumulates of {generations} of {plan.arms[0].name}"


def sentence(metric: MetricResult) -> str:
    """Return the verdict of a metric in words, with its numbers."""
    if metric.verdict is None:
        return f"{metric.name}: no verdict; it takes an arm egan, and random or a single objective beside it."
    return f"{metric.name}: **{ANSWERS[metric.verdict.answer]}**. {advantages(metric.verdict)}"


def advantages(verdict: Verdict) -> str:
    """Return in a sentence how much better the E-GAN arm is than each control."""
    return f"Advantage of {verdict.arm} {', '.join(map(_advantage, verdict.advantages))}."


def score_table(plan: Plan, results: Results) -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows of a table of what each arm costs and scores, means with their intervals."""
    head = ["arm", *COSTS, *map(_title, results.metrics)]
    return head, [_score_row(plan, results, index) for index in range(len(plan.arms))]


def difference_table(results: Results) -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows of a table of how the other arms differ from the first one."""
    head = ["arm", *(metric.name for metric in results.metrics)]
    return head, [_difference_row(results, index) for index in range(1, len(results.metrics[0].arms))]


def verdicts(results: Results) -> list[dict[str, object]]:
    """Return a row for each metric and control: what the verdict is, and how much better than the control E-GAN is."""
    rows: list[dict[str, object]] = []
    for answer in answers(results):
        of = [row for row in advantage_rows(results) if row["metric"] == answer["metric"]]
        rows += [answer | row for row in of] or [answer]
    return rows


def answers(results: Results) -> list[dict[str, object]]:
    """Return a row for each metric: what the verdict is."""
    return [
        {"metric": metric.name, "verdict": "none" if metric.verdict is None else ANSWERS[metric.verdict.answer]}
        for metric in results.metrics
    ]


def advantage_rows(results: Results) -> list[dict[str, object]]:
    """Return a row for each metric and control: how much better than it E-GAN is; no interval where there is none."""
    return [
        {
            "metric": metric.name,
            "over": one.control,
            "advantage": finite(one.estimate.mean),
            "interval": (one.estimate.low, one.estimate.high) if math.isfinite(one.estimate.low) else None,
            "better_under": one.estimate.num_above,
            "seeds": one.estimate.num_seeds,
        }
        for metric in results.metrics
        if metric.verdict is not None
        for one in metric.verdict.advantages
    ]


def _advantage(advantage: Advantage) -> str:
    found = advantage.estimate
    without = "no interval: all differences are equal" if found.num_seeds > 1 else "no interval of one seed"
    between = f"{found.low:+.3g} to {found.high:+.3g}" if math.isfinite(found.low) else without
    seeds = f"; better under {found.num_above} of {found.num_seeds} seeds" if found.num_seeds > 1 else ""
    return f"over {advantage.control} ({advantage.role}): {found.mean:+.3g} ({between}{seeds})"


def number(found: SeedMean, form: str = ".3g") -> str:
    """Return a mean with its interval."""
    if not math.isfinite(found.mean):
        return "none"
    between = f" ({found.low:{form}} to {found.high:{form}})" if math.isfinite(found.low) else ""
    return f"{found.mean:{form}}{between}"


def signed(found: Difference, is_lower_better: bool) -> str:
    """Return a mean difference with its interval, a star where that leaves out 0, and how many seeds are better."""
    better = found.num_below if is_lower_better else found.num_above
    seeds = f", {better} of {found.num_seeds}" if found.num_seeds > 1 else ""
    return f"{number(found, '+.3g')}{'*' if found.sign else ''}{seeds}"


def _title(metric: MetricResult) -> str:
    return f"{metric.name} ({'lower' if metric.is_lower_better else 'higher'} is better)"


def _score_row(plan: Plan, results: Results, index: int) -> list[str]:
    arm: PlannedArm = plan.arms[index]
    cost = [f"{arm.generations}", f"{arm.cost.macs / 1e9:.3g}", f"{arm.cost.seconds:.3g}"]
    return [arm.name, *cost, *(number(metric.arms[index].mean) for metric in results.metrics)]


def _difference_row(results: Results, index: int) -> list[str]:
    name = results.metrics[0].arms[index].arm
    found = [signed(metric.arms[index].difference, metric.is_lower_better) for metric in results.metrics]
    return [name, *found]


def _failures(results: Results) -> list[str]:
    if not results.failures:
        return []
    lines = "\n".join(f"- {label}: {reason}" for label, reason in results.failures.items())
    return [f"Diverged, and left out with their seed, which favours their arm:\n\n{lines}"]
