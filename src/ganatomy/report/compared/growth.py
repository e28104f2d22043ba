"""The figure of a comparison as one SVG file: for each metric its course, twice, and the last scores of all arms."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from markupsafe import Markup

from ganatomy.compare.plan import Plan, PlannedArm
from ganatomy.compare.results import ArmScores, MetricResult, Results, curve
from ganatomy.compare.table import ANSWERS, budget
from ganatomy.draw.canvas import FONT
from ganatomy.draw.scales import Floats, Scale, tick_text, ticks
from ganatomy.metrics.names import METRICS

WIDTH, ROW, HEAD, FOOT = 1240.0, 262.0, 58.0, 50.0
PANELS = ((66.0, 390.0), (420.0, 744.0))
"""Where the courses begin and end: along what is equal, and along generations or, where these are equal, seconds."""
NAMES, RIGHT = 990.0, 1220.0
"""Where the last scores begin and end; the names of the arms lie before."""
COLOURS = ("#332288", "#cc6677", "#117733", "#999933", "#882255", "#88ccee", "#aa4499", "#44aa99", "#ddcc77", "#666666")
"""Of the arms in their order, again from the first after the last: Paul Tol's colour-blind safe 'muted' scheme."""
LONGEST_NAME = 30
LOG_FROM = 30.0
"""The ratio of the largest to the smallest score from which on a metric is drawn on a logarithmic axis."""
STYLE = """
text { font-size: 12px; fill: #333; } .title { font-size: 15px; font-weight: 600; fill: #111; }
.mid { text-anchor: middle; } .end { text-anchor: end; } .soft { fill: #666; }
.grid { stroke: #e2e2e2; fill: none; } .axis { stroke: #777; fill: none; }
.band { opacity: .13; } .line { fill: none; stroke-width: 2; stroke-linejoin: round; } .lone { stroke-width: 7; }
.line, .interval { stroke-linecap: round; } .interval { stroke-width: 2.4; fill: none; } .seed { opacity: .45; }
"""


@dataclass(frozen=True)
class Axis:
    """A linear or logarithmic map from scores to SVG units; what lies outside is held at the ends."""

    scale: Scale
    is_log: bool
    least_step: float = 0.0
    """Between ticks."""

    @classmethod
    def over(cls, metric: str, values: Floats, start: float, end: float, beside: Sequence[float] = ()) -> "Axis":
        """Return the axis on which all finite `values` have room, within the range of the metric.

        Args:
            metric: a key of `names.METRICS`.
            values: scores.
            start: SVG coordinate of its lower end.
            end: of its upper end.
            beside: ends of intervals; they have room too, up to the range of the values beyond it on either side.
        """
        known = METRICS[metric]
        least_step = float(known.is_count)
        finite = values[np.isfinite(values)]
        is_log = bool(len(finite) and finite.min() > 0 and finite.max() > LOG_FROM * finite.min())
        along = _log10 if is_log else float
        low, high = (along(float(finite.min())), along(float(finite.max()))) if len(finite) else (0.0, 1.0)
        lowest, highest = 2 * low - high, 2 * high - low
        near = [min(max(end, lowest), highest) for end in map(along, beside) if math.isfinite(end)]
        low, high = min([low, *near]), max([high, *near])
        air = 0.06 * (high - low) or least_step or abs(high) * 0.1 or 0.5
        low = max(low - air, min(low, along(known.least)))
        high = min(high + air, max(high, along(known.most)))
        return cls(Scale(low, high, start, end), is_log, least_step)

    def along(self, value: float) -> float:
        """Return what of a score the axis is linear in."""
        return _log10(value) if self.is_log else value

    def __call__(self, value: float) -> float:
        """Return the SVG coordinate of a score."""
        return self.scale(self.along(value))

    def ticks(self, count: int) -> list[float]:
        """Return about `count` round scores within the axis, two at least."""
        if not self.is_log:
            found = ticks(self.scale.low, self.scale.high, count, self.least_step)
            return found if len(found) > 1 else ticks(self.scale.low, self.scale.high, 2 * count, self.least_step)
        low, high = 10**self.scale.low, 10**self.scale.high
        decades = range(math.floor(self.scale.low), math.ceil(self.scale.high))
        factors = (1, 2, 5) if self.scale.high - self.scale.low < 2 else (1,)
        return [factor * 10.0**power for power in decades for factor in factors if low <= factor * 10.0**power <= high]


def _log10(value: float) -> float:
    return math.log10(value) if value > 0 else -math.inf


@dataclass(frozen=True)
class Course:
    """How an arm's scores went: means over seeds, and the lowest and highest seed."""

    arm: str
    colour: str
    generations: Floats
    mean: Floats
    low: Floats
    high: Floats


def draw_comparison(plan: Plan, results: Results) -> str:
    """Return the figure as an SVG file that needs nothing else.

    Args:
        plan: the comparison, all runs of it finished.
        results: what they say.
    """
    height = HEAD + ROW * len(results.metrics)
    units = _units(plan)
    rows = [_row(plan, metric, HEAD + ROW * index, units) for index, metric in enumerate(results.metrics)]
    words = "; ".join(f"{metric.name}: {_answer(metric)}" for metric in results.metrics)
    figure = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w:g} {h:g}" width="{w:g}" height="{h:g}" role="img" '
        'font-family="{font}" '
        'aria-labelledby="t d"><title id="t">{title}</title><desc id="d">{words}</desc><style>{style}</style>'
        '<rect width="100%" height="100%" fill="#fff"/>'
        '<text x="12" y="24" class="title">{title}</text><text x="12" y="42" class="soft">{how}</text>{rows}</svg>'
    ).format(
        w=WIDTH,
        h=height,
        font=FONT,
        title=f"{plan.path.name}: {Path(plan.config.base.data).name}, {budget(plan)}",
        words=words,
        style=Markup(STYLE),
        how="Courses: mean over seeds, band from lowest to highest; seconds are the timed ones. "
        "Right: last scores, each seed a dot, mean with 95 % interval.",
        rows=Markup("").join(rows),
    )
    return f"{figure}\n"


@dataclass(frozen=True)
class Unit:
    """What a course is drawn along, and how much of it a generation of each arm is."""

    name: str
    of_generation: dict[str, float]


def _units(plan: Plan) -> tuple[Unit, Unit]:
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


def _row(plan: Plan, metric: MetricResult, top: float, units: tuple[Unit, Unit]) -> Markup:
    colours = {arm.name: COLOURS[index % len(COLOURS)] for index, arm in enumerate(plan.arms)}
    courses = [_course(plan, arm, metric, colours[arm.name]) for arm in plan.arms]
    floor = top + ROW - FOOT
    values = np.concatenate([part for course in courses for part in (course.low, course.high)])
    y = Axis.over(metric.metric, values, floor, top + 26)
    better = f"{'lower' if metric.is_lower_better else 'higher'} is better{'; courses on a log axis' * y.is_log}"
    head = Markup(
        '<text x="12" y="{y:g}" class="title">{name}<tspan class="soft" dx="4" font-size="12" font-weight="400"> '
        '{better}</tspan></text><text x="{right:g}" y="{y:g}" class="end strong">{answer}</text>'
    ).format(y=top + 14, name=metric.name, better=better, right=RIGHT, answer=_answer(metric))
    drawn = [_courses(courses, y, *panel, unit) for panel, unit in zip(PANELS, units, strict=True)]
    return head + Markup("").join(drawn) + _last_scores(metric, colours, top + 26, floor)


def _answer(metric: MetricResult) -> str:
    return "no verdict" if metric.verdict is None else ANSWERS[metric.verdict.answer]


def _course(plan: Plan, arm: PlannedArm, metric: MetricResult, colour: str) -> Course:
    generations, seeds = curve(plan, arm, metric.metric)
    values = np.array(seeds, dtype=np.float64).reshape(len(seeds), len(generations))
    there = np.isfinite(values).any(0)
    values, x = values[:, there], np.array(generations, dtype=np.float64)[there]
    return Course(arm.name, colour, x, np.nanmean(values, 0), np.nanmin(values, 0), np.nanmax(values, 0))


def _courses(courses: Sequence[Course], y: Axis, left: float, right: float, unit: Unit) -> Markup:
    along = {course.arm: course.generations * unit.of_generation[course.arm] for course in courses}
    furthest = max((float(values.max()) for values in along.values() if len(values)), default=1.0)
    x, floor = Scale(0.0, furthest, left, right), y.scale.start
    parts = [
        Markup('<path class="grid" d="M{:g} {:.1f}H{:g}"/><text x="{:g}" y="{:.1f}" class="end">{}</text>').format(
            left, y(value), right, left - 6, y(value) + 4, tick_text(value) if left == PANELS[0][0] else ""
        )
        for value in y.ticks(5)
    ]
    parts += [_along(x(value), floor, tick_text(value)) for value in ticks(0.0, furthest, 5)]
    parts.append(_floor(left, right, floor, unit.name))
    for course in courses:
        there = along[course.arm]
        band = [*zip(there, course.low, strict=True), *reversed([*zip(there, course.high, strict=True)])]
        path = '<path class="band" fill="{}" d="M{}z"/>'
        parts += [Markup(path).format(course.colour, _points(band, x, y))] if len(band) > 2 else []
    for course in reversed(courses):  # the first arm lies above the others
        line = [*zip(along[course.arm], course.mean, strict=True)]
        path = '<path class="line{}" stroke="{}" d="M{}"/>'
        points = _points(line, x, y) + " h0" * (len(line) == 1)
        parts += [Markup(path).format(" lone" * (len(line) == 1), course.colour, points)] if line else []
    return Markup("").join(parts)


def _points(pairs: Sequence[tuple[float, float]], x: Scale, y: Axis) -> str:
    return " ".join(f"{x(a):.1f} {y(b):.1f}" for a, b in pairs)


def _last_scores(metric: MetricResult, colours: dict[str, str], top: float, floor: float) -> Markup:
    values = np.array([value for arm in metric.arms for value in arm.values], dtype=np.float64)
    ends = [end for arm in metric.arms for end in (arm.mean.low, arm.mean.high)]
    x = Axis.over(metric.metric, values, NAMES, RIGHT, ends)
    parts = [
        Markup('<path class="grid" d="M{:.1f} {:g}V{:g}"/>').format(x(value), top, floor)
        + _along(x(value), floor, tick_text(value))
        for value in x.ticks(4)
    ]
    parts.append(_floor(NAMES, RIGHT, floor, "last score, log" if x.is_log else "last score"))
    step = (floor - top) / len(metric.arms)
    parts += [_arm(arm, colours[arm.arm], x, top + step * (i + 0.5)) for i, arm in enumerate(metric.arms)]
    return Markup("").join(parts)


def _arm(arm: ArmScores, colour: str, x: Axis, middle: float) -> Markup:
    name = Markup('<text x="{:g}" y="{:.1f}" class="end">{}</text>').format(NAMES - 10, middle + 4, _short(arm.arm))
    seeds = [
        Markup('<circle class="seed" fill="{}" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(colour, x(value), middle + 5)
        for value in arm.values
        if math.isfinite(value)
    ]
    parts = [name, *seeds]
    if math.isfinite(arm.mean.low):
        path = '<path class="interval" stroke="{}" d="M{:.1f} {:.1f}H{:.1f}{}"/>'
        parts.append(Markup(path).format(colour, *_span(arm, x, middle - 3)))
    if math.isfinite(arm.mean.mean):
        circle = '<circle fill="{}" cx="{:.1f}" cy="{:.1f}" r="4.5"/>'
        parts.append(Markup(circle).format(colour, x(arm.mean.mean), middle - 3))
    return Markup("").join(parts)


def _short(name: str) -> str:
    """Return a name that fits: a long one without its middle, since arms often differ by their last settings."""
    end = 2 * LONGEST_NAME // 3
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - end - 1]}…{name[-end:]}"


def _span(arm: ArmScores, x: Axis, y: float) -> tuple[float, float, float, str]:
    """Return where an interval lies, and arrowheads where it goes on beyond the axis."""
    low, high = x(arm.mean.low), x(arm.mean.high)
    beyond = f"M{low + 5:.1f} {y - 4:.1f}l-5 4l5 4" * (x.along(arm.mean.low) < x.scale.low)
    beyond += f"M{high - 5:.1f} {y - 4:.1f}l5 4l-5 4" * (x.along(arm.mean.high) > x.scale.high)
    return low, y, high, beyond


def _along(x: float, floor: float, text: str) -> Markup:
    return Markup('<path class="axis" d="M{:.1f} {:g}v4"/><text x="{:.1f}" y="{:g}" class="mid">{}</text>').format(
        x, floor, x, floor + 17, text
    )


def _floor(start: float, end: float, floor: float, label: str) -> Markup:
    return Markup('<path class="axis" d="M{:g} {:g}H{:g}"/><text x="{:g}" y="{:g}" class="mid soft">{}</text>').format(
        start, floor, end, (start + end) / 2, floor + 32, label
    )
