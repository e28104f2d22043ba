"""The page of a comparison of arms: verdicts, courses, samples, scores, and links to the runs."""

import os
from dataclasses import dataclass
from pathlib import Path

from ganatomy.compare.plan import Plan, PlannedRun
from ganatomy.compare.results import MetricResult, Results
from ganatomy.compare.table import ANSWERS, NOTES, advantages, budget, difference_table, score_table
from ganatomy.draw.canvas import Figure
from ganatomy.draw.text import count, tick_text
from ganatomy.report.compared.courses import metric_figures
from ganatomy.report.compared.samples import draw_samples
from ganatomy.report.contents import Part
from ganatomy.report.facts import Fact
from ganatomy.report.images import Picture, embed
from ganatomy.report.sections.findings import Finding, FindingsView
from ganatomy.runs.layout import REPORT

SAMPLES_BYTES = 600_000


@dataclass(frozen=True)
class Link:
    """A run: what is said of it, and where its report or, where it has none, its folder lies."""

    text: str
    href: str


@dataclass(frozen=True)
class ComparedTable:
    """A table of text under its title."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class LinkTable:
    """Runs by row and column."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Link, ...]], ...]
    note: str


@dataclass(frozen=True)
class Course:
    """One metric: how it went, and where it ended."""

    name: str
    how: str
    """Which way it is better."""
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class ArmsPage:
    """Everything that the page of a comparison shows."""

    name: str
    facts: tuple[Fact, ...]
    budget: str
    verdicts: FindingsView
    notes: tuple[str, ...]
    courses: tuple[Course, ...]
    samples: Picture | None
    tables: tuple[ComparedTable, ...]
    runs: LinkTable

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that there are."""
        samples = (Part("samples", "Samples", "Samples", ("arms_samples",)),) if self.samples else ()
        return (
            Part("verdict", "Verdict", "Did evolution help?", ("arms_verdict",)),
            Part("courses", "Courses", "Course of each metric", ("arms_courses",)),
            *samples,
            Part("scores", "Scores", "Scores", ("tables",)),
            Part("runs", "Runs", "Runs", ("links",)),
        )

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Those of all metrics."""
        return tuple(figure for course in self.courses for figure in course.figures)


def arms_page(plan: Plan, results: Results, place: Path) -> ArmsPage:
    """Return the page of a comparison.

    Args:
        plan: the comparison, all runs of it finished.
        results: what they say.
        place: the folder in which the page is to lie, which links start from.

    Raises:
        DataError: a file of samples is damaged.
    """
    samples = draw_samples(plan)
    return ArmsPage(
        name=plan.path.resolve().name,
        facts=_facts(plan),
        budget=budget(plan),
        verdicts=FindingsView(tuple(map(_verdict, results.metrics))),
        notes=tuple(NOTES.replace("*", "").split("\n\n")),
        courses=tuple(_course(plan, metric) for metric in results.metrics),
        samples=embed(samples, SAMPLES_BYTES, longest=1600) if samples else None,
        tables=_tables(plan, results),
        runs=_links(plan, results.metrics[0], place),
    )


def _facts(plan: Plan) -> tuple[Fact, ...]:
    names = ", ".join(arm.name for arm in plan.arms)
    seeds = plan.config.seed_list
    between = f"from {seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else f"seed {seeds[0]}"
    return (
        Fact("data", Path(plan.config.base.data.data).name),
        Fact("arms", str(len(plan.arms)), names),
        Fact("seeds", str(len(seeds)), between),
        Fact("equal", plan.config.equal, budget(plan)),
    )


def _verdict(metric: MetricResult) -> Finding:
    if metric.verdict is None:
        return Finding(
            "courses", f"{metric.name}:", "no verdict", "since it takes an arm egan and a control beside it."
        )
    answer = ANSWERS[metric.verdict.answer]
    return Finding("courses", f"{metric.name}:", f"{answer}.", advantages(metric.verdict))


def _course(plan: Plan, metric: MetricResult) -> Course:
    better = f"{'Lower' if metric.is_lower_better else 'Higher'} is better."
    return Course(metric.name, better, metric_figures(plan, metric))


def _tables(plan: Plan, results: Results) -> tuple[ComparedTable, ...]:
    found = [("Last scores", score_table(plan, results))]
    found += [(f"Differences to {plan.arms[0].name}", difference_table(results))] if len(plan.arms) > 1 else []
    found += (
        [("Diverged, and left out with their seed", (["run", "why"], [[*pair] for pair in results.failures.items()]))]
        if results.failures
        else []
    )
    return tuple(ComparedTable(title, tuple(head), tuple(map(tuple, rows))) for title, (head, rows) in found)


def _links(plan: Plan, metric: MetricResult, place: Path) -> LinkTable:
    """Return a link to each run, by arm and seed, called by its last score."""
    scores = {arm.arm: arm.values for arm in metric.arms}
    rows = tuple(
        (arm.name, tuple(_link(run, value, place) for run, value in zip(plan.of(arm), scores[arm.name], strict=True)))
        for arm in plan.arms
    )
    head = ("arm", *(f"seed {seed}" for seed in plan.config.seed_list))
    return LinkTable(head, rows, f"{count(len(plan.runs), 'run')}, each by its last {metric.name}.")


def _link(run: PlannedRun, score: float, place: Path) -> Link:
    said = "diverged" if run.failure is not None else tick_text(float(f"{score:.3g}"))
    return Link(said, link_to(run.run.path, place))


def link_to(run: Path, place: Path) -> str:
    """Return the relative path of a run's report from a folder; of its own folder, where it has no report."""
    target = run / REPORT if (run / REPORT).is_file() else run
    return Path(os.path.relpath(target.resolve(), place.resolve())).as_posix()
