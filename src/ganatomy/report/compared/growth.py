"""The figure of a comparison: for each metric its course, twice, and the last scores of all arms."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from markupsafe import Markup

from ganatomy.compare.plan import Plan, PlannedArm
from ganatomy.compare.results import ArmScores, MetricResult, Results, curve
from ganatomy.compare.table import ANSWERS, budget
from ganatomy.draw import marks
from ganatomy.draw.axes import Axis, Frame, along, columns, label, levels
from ganatomy.draw.canvas import Figure, Key, figure
from ganatomy.draw.charts import Series, curves
from ganatomy.draw.marks import Bounded
from ganatomy.draw.palette import arm_colours
from ganatomy.draw.rows import bounds_said
from ganatomy.draw.scales import Floats, Scale
from ganatomy.draw.text import text_width, tick_text, without_middle
from ganatomy.metrics.names import METRICS

WIDTH, ROW, HEAD, FOOT = 1220.0, 262.0, 8.0, 50.0
START, BETWEEN, AIR = 50.0, 30.0, 26.0
"""Where the courses begin; the space between both plots of them, and between them and the names of the arms."""
NAMES, RIGHT = 974.0, 1204.0
"""Where the last scores begin and end; the names of the arms lie before."""
LEFT = 4.0
LONGEST_NAME = 30
LOG_FROM = 30.0
"""The ratio of the largest to the smallest score from which on a metric is drawn on a logarithmic axis."""
HOW = (
    "Courses: mean over seeds, band from lowest to highest; seconds are the timed ones. "
    "Right: last scores, each seed a dot, mean with 95 % interval."
)


@dataclass(frozen=True)
class Unit:
    """What a course is drawn along, and how much of it a generation of each arm is."""

    name: str
    of_generation: dict[str, float]


def draw_comparison(plan: Plan, results: Results) -> Figure:
    """Return the figure of a comparison.

    Args:
        plan: the comparison, all runs of it finished.
        results: what they say.
    """
    units, colours = units_of(plan), arm_colours([arm.name for arm in plan.arms])
    body: list[Markup] = []
    for index, metric in enumerate(results.metrics):
        body += _row(plan, metric, HEAD + ROW * index, units)
    keys = [Key(name, colour, line=True) for name, colour in colours.items()]
    said = "; ".join(f"{metric.name}: {_answer(metric)}" for metric in results.metrics)
    title = f"{plan.path.name}: {Path(plan.config.base.data.data).name}, {budget(plan)}"
    height = HEAD + ROW * len(results.metrics)
    return figure("compare", title, HOW, body, description=said, lead=HOW, keys=keys, width=WIDTH, height=height)


def panels(names: Sequence[str]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where both plots of courses begin and end, along what is equal and along what is seen beside it.

    Args:
        names: of the arms, which stand between the courses and the last scores.
    """
    widest = max(text_width(without_middle(name, LONGEST_NAME)) for name in names)
    end = NAMES - 10 - widest - AIR
    half = (end - START - BETWEEN) / 2
    return (START, START + half), (end - half, end)


def score_scale(metric: str, values: Floats, start: float, end: float, beside: Sequence[float] = ()) -> Scale:
    """Return the scale on which all finite `values` have room, within the range of the metric.

    Args:
        metric: a key of `names.METRICS`.
        values: scores.
        start: SVG coordinate of its lower end.
        end: of its upper end.
        beside: ends of intervals; they have room too, up to the range of the values beyond it on either side.
    """
    known = METRICS[metric]
    finite = values[np.isfinite(values)]
    is_log = bool(len(finite) and finite.min() > 0 and finite.max() > LOG_FROM * finite.min())
    into, back = (_log10, lambda value: 10.0**value) if is_log else (float, float)
    low, high = (into(float(finite.min())), into(float(finite.max()))) if len(finite) else (0.0, 1.0)
    lowest, highest = 2 * low - high, 2 * high - low
    near = [min(max(end, lowest), highest) for end in map(into, beside) if math.isfinite(end)]
    low, high = min([low, *near]), max([high, *near])
    air = 0.06 * (high - low) or float(known.is_count) or abs(high) * 0.1 or 0.5
    low = max(low - air, min(low, into(known.least)))
    high = min(high + air, max(high, into(known.most)))
    return Scale(back(low), back(high), start, end, "logarithm" if is_log else "value")


def _log10(value: float) -> float:
    return math.log10(value) if value > 0 else -math.inf


def units_of(plan: Plan) -> tuple[Unit, Unit]:
    """Return what is equal, and what to see beside it."""
    generations = Unit("generations", {arm.name: 1.0 for arm in plan.arms})
    seconds = Unit("seconds of training", {arm.name: arm.cost.seconds for arm in plan.arms})
    if plan.config.equal == "steps":
        return generations, seconds
    if plan.config.equal == "seconds":
        return seconds, generations
    most = max(arm.cost.macs * arm.generations for arm in plan.arms)
    size, name = next((s, n) for s, n in ((1e15, "peta"), (1e12, "tera"), (1e9, "giga"), (1.0, "")) if most >= s)
    macs = Unit(f"{name} multiply-accumulates".strip(), {arm.name: arm.cost.macs / size for arm in plan.arms})
    return macs, generations


def _row(plan: Plan, metric: MetricResult, top: float, units: tuple[Unit, Unit]) -> Iterator[Markup]:
    """Yield a metric: its name and verdict, its courses along both units, the last scores of all arms."""
    colours = arm_colours([arm.name for arm in plan.arms])
    lines = [course(plan, arm, metric, colours[arm.name]) for arm in plan.arms]
    ends = [bound for line in lines for bound in (line.low, line.high) if bound is not None]
    y = score_scale(metric.metric, np.concatenate(ends), top + ROW - FOOT, top + 26)
    yield marks.text(LEFT, top + 14, metric.name, "strong heading")
    yield marks.text(LEFT + 1.3 * text_width(metric.name) + 10, top + 14, _how(metric, y))
    yield marks.text(RIGHT, top + 14, _answer(metric), "end strong")
    for (left, right), unit in zip(panels(list(colours)), units, strict=True):
        yield from _courses(lines, y, left, right, unit, METRICS[metric.metric].is_count)
    yield from last_scores(metric, colours, top + 26, y.start, NAMES, RIGHT)


def _how(metric: MetricResult, y: Scale) -> str:
    better = "lower" if metric.is_lower_better else "higher"
    return f"{better} is better{'; courses on a log axis' * (y.by == 'logarithm')}"


def _answer(metric: MetricResult) -> str:
    return "no verdict" if metric.verdict is None else ANSWERS[metric.verdict.answer]


def course(plan: Plan, arm: PlannedArm, metric: MetricResult, colour: str) -> Series:
    """Return the mean score over seeds by generation, between the lowest and the highest seed.

    Args:
        plan: the comparison.
        arm: one of its arms.
        metric: what is scored.
        colour: of the arm, a CSS class.
    """
    generations, seeds = curve(plan, arm, metric.metric)
    values = np.array(seeds, dtype=np.float64).reshape(len(seeds), len(generations))
    there = np.isfinite(values).any(0)
    values, x = values[:, there], np.array(generations, dtype=np.float64)[there]
    low, high = np.nanmin(values, 0), np.nanmax(values, 0)
    return Series(arm.name, x, np.nanmean(values, 0), colour, low=low, high=high)


def _courses(
    lines: Sequence[Series], y: Scale, left: float, right: float, unit: Unit, is_count: bool
) -> Iterator[Markup]:
    """Yield a plot of the courses along a unit; the first arm lies above the others."""
    drawn = [rescaled(line, unit.of_generation[line.name]) for line in reversed(lines)]
    furthest = max((float(line.x.max()) for line in drawn if len(line.x)), default=1.0)
    frame = Frame(Scale(0.0, furthest, left, right), y)
    yield from levels(y, left, right, 5, float(is_count), tick_text if left == START else None)
    yield from along(frame, Axis(unit.name), 5)
    yield from curves(drawn, frame)


def rescaled(line: Series, factor: float) -> Series:
    """Return a course along another unit, of which a generation is `factor`."""
    return Series(line.name, line.x * factor, line.y, line.colour, low=line.low, high=line.high)


def last_scores(
    metric: MetricResult,
    colours: dict[str, str],
    top: float,
    floor: float,
    start: float,
    end: float,
    longest: int = LONGEST_NAME,
) -> Iterator[Markup]:
    """Yield a row for each arm: its seeds as dots, its mean with the interval.

    Args:
        metric: what is scored.
        colours: a CSS class per arm.
        top: where the rows begin.
        floor: where the axis lies.
        start: where the axis begins; the names of the arms lie before.
        end: where it ends.
        longest: letters of a name that fit there.
    """
    values = np.array([value for arm in metric.arms for value in arm.values], dtype=np.float64)
    ends = [end for arm in metric.arms for end in (arm.mean.low, arm.mean.high)]
    x = score_scale(metric.metric, values, start, end, ends)
    yield from columns(x, top, floor, 4, float(METRICS[metric.metric].is_count))
    yield marks.across("axis", floor, start, end)
    yield label(x, floor, "last score, log" if x.by == "logarithm" else "last score")
    step = (floor - top) / len(metric.arms)
    for index, arm in enumerate(metric.arms):
        drawn = _arm(arm, colours[arm.arm], x, top + step * (index + 0.5), longest)
        place = marks.block(start - 10, end, top + step * index, top + step * (index + 1))
        mean = Bounded(arm.mean.mean, *(None if math.isnan(v) else v for v in (arm.mean.low, arm.mean.high)))
        yield marks.said(f"{arm.arm}: {bounds_said(mean, '{:.3g}'.format)}", drawn, place)


def _arm(arm: ArmScores, colour: str, x: Scale, middle: float, longest: int) -> Iterator[Markup]:
    yield marks.text(x.start - 10, middle + 4, without_middle(arm.arm, longest), "end")
    for value in arm.values:
        if math.isfinite(value):
            yield marks.dot(f"seed {colour}", x(value), middle + 5, 3)
    yield marks.interval(f"filled {colour}", Bounded(arm.mean.mean, arm.mean.low, arm.mean.high), x, middle - 3)
