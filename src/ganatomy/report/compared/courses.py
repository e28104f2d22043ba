"""Figures of a comparison for its page: for each metric its course, twice, and the last scores of all arms."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ganatomy.compare.plan import Plan
from ganatomy.compare.results import MetricResult
from ganatomy.draw.axes import Axis, Frame, axes
from ganatomy.draw.canvas import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Figure, Key, figure
from ganatomy.draw.charts import Series, curves
from ganatomy.draw.palette import arm_colours
from ganatomy.draw.scales import Scale
from ganatomy.report.compared.growth import Unit, course, last_scores, rescaled, score_scale, units_of

ARMS_LEFT, LONGEST_NAME = 176.0, 22
"""Left margin of the last scores, for the names of the arms, and letters that fit there."""
ROW = 26.0


def metric_figures(plan: Plan, metric: MetricResult) -> tuple[Figure, Figure, Figure]:
    """Return the course of a metric along what is equal, along what is seen beside it, and the last scores.

    Args:
        plan: the comparison, all runs of it finished.
        metric: what it says of all arms.
    """
    colours = arm_colours([arm.name for arm in plan.arms])
    lines = [course(plan, arm, metric, colours[arm.name]) for arm in plan.arms]
    first, second = (_course(metric, lines, unit, number) for number, unit in enumerate(units_of(plan), 1))
    return first, second, _last(metric, colours)


def _course(metric: MetricResult, lines: Sequence[Series], unit: Unit, number: int) -> Figure:
    """Return the means over seeds, with bands from the lowest to the highest; the first arm lies above the others."""
    drawn = [rescaled(line, unit.of_generation[line.name]) for line in reversed(lines)]
    y = score_scale(metric.metric, np.concatenate(list(_bounds(lines))), HEIGHT - BOTTOM, TOP)
    furthest = max((float(line.x.max()) for line in drawn if len(line.x)), default=1.0)
    frame = Frame(Scale(0.0, furthest, LEFT, WIDTH - RIGHT), y)
    log = ", log" if y.by == "logarithm" else ""
    return figure(
        f"course-{metric.metric}-{number}",
        f"{metric.name} along {unit.name}",
        "Mean over seeds, the band from the lowest to the highest.",
        [*axes(frame, Axis(unit.name), f"{metric.name}{log}"), *curves(drawn, frame)],
        description="; ".join(_ends(lines)),
        keys=[Key(line.name, line.colour, line=True) for line in lines],
        moments=(frame, Axis(unit.name)),
    )


def _bounds(lines: Iterable[Series]) -> Iterator[np.ndarray]:
    for line in lines:
        yield from (bound for bound in (line.low, line.high) if bound is not None)


def _ends(lines: Iterable[Series]) -> Iterator[str]:
    for line in lines:
        if len(line.y):
            yield f"{line.name} ends at {line.y[-1]:.3g}"


def _last(metric: MetricResult, colours: dict[str, str]) -> Figure:
    floor = TOP + ROW * len(metric.arms)
    body = last_scores(metric, colours, TOP, floor, ARMS_LEFT, WIDTH - RIGHT, LONGEST_NAME)
    said = "; ".join(f"{arm.arm} {arm.mean.mean:.3g}" for arm in metric.arms)
    title = f"Last {metric.name}"
    how = "Each seed a dot; mean with 95 % interval."
    return figure(f"last-{metric.metric}", title, how, body, description=said, height=floor + BOTTOM)
