"""Lines over named stages, such as the layers of a network, with bands."""

from collections.abc import Sequence

from ganatomy.draw import marks
from ganatomy.draw.axes import levels
from ganatomy.draw.canvas import Figure, Key, figure, plot
from ganatomy.draw.charts import Series, curves
from ganatomy.draw.text import fitted

INSET = 0.3
"""Between the ends of the axis and the first and last stage, in stages."""


def stage_figure(
    key: str,
    title: str,
    caption: str,
    stages: Sequence[str],
    lines: Sequence[Series],
    *,
    unit: str,
    label: str,
    highest: float,
    description: str = "",
) -> Figure:
    """Return lines from 0 up, whose x counts stages from 0.

    Args:
        key: unique in the page.
        title: what the figure shows.
        caption: how to read it.
        stages: names from left to right.
        lines: later ones lie above earlier ones.
        unit: label of the vertical axis.
        label: what the stages are.
        highest: where the vertical axis ends.
        description: its message in words, for readers who cannot see it.
    """
    frame = plot((-INSET, len(stages) - 1 + INSET), (0.0, highest or 1.0))
    x, y = frame.x, frame.y
    room = (x.end - x.start) / len(stages) - 4
    body = [
        *levels(y, x.start, x.end),
        *(
            marks.text(x(place), frame.floor + 16, fitted(stage, room, keep_end=True), "mid")
            for place, stage in enumerate(stages)
        ),
        marks.across("axis", frame.floor, x.start, x.end),
        marks.text((x.start + x.end) / 2, frame.floor + 34, label, "mid label"),
        marks.turned(x.start - 54, (y.start + y.end) / 2, unit, "mid label", -90),
        *curves(lines, frame),
    ]
    keys = [Key(line.name, line.colour, True, line.dashed) for line in lines]
    return figure(key, title, caption, body, description=description, keys=keys)
