"""Figures of rows: a name, a filled interval beside a hollow one on a shared axis, and maybe a word behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ganatomy.draw import marks
from ganatomy.draw.axes import Write, columns, label
from ganatomy.draw.canvas import BOTTOM, LONGEST_NAME, NAMES, TOP, WIDTH, Figure, Key, figure
from ganatomy.draw.marks import Bounded
from ganatomy.draw.scales import Scale
from ganatomy.draw.text import percent_text, shortened

ROW = 24


@dataclass(frozen=True)
class Row:
    """A named row with two intervals."""

    name: str
    colour: str
    filled: Bounded
    hollow: Bounded
    strong: bool = False
    word: str = ""
    """What stands behind the intervals."""


def row_figure(
    key: str,
    title: str,
    caption: str,
    rows: Sequence[Row],
    x: Scale,
    *,
    names: tuple[str, str],
    unit: str,
    description: str = "",
    unity: float | None = None,
    write: Write = percent_text,
) -> Figure:
    """Return a row each with two intervals on a shared axis.

    Args:
        key: unique in the page.
        title: what the figure shows.
        caption: how to read it.
        rows: from top to bottom.
        x: the axis, between the names and the words; values beyond it are arrowheads at its edge.
        names: legend of the filled and of the hollow intervals.
        unit: label of the axis.
        description: its message in words, for readers who cannot see it.
        unity: a value whose line is dashed.
        write: how values of the axis are written.
    """
    floor = TOP + ROW * len(rows)
    body = columns(x, TOP, floor, 4, write=write, unity=unity)
    for index, row in enumerate(rows):
        body.append(_row(row, x, TOP + ROW * (index + 0.5), names, write))
    body.append(label(x, floor, unit))
    keys = [Key(names[0], "dot-filled"), Key(names[1], "dot-hollow")]
    height = floor + BOTTOM
    return figure(key, title, caption, body, description=description, keys=keys, width=WIDTH, height=height)


def _row(row: Row, x: Scale, middle: float, names: tuple[str, str], write: Write) -> Markup:
    strong = " strong" * row.strong
    told = (
        f"{name} {words}"
        for name, one in zip(names, (row.filled, row.hollow), strict=True)
        if (words := bounds_said(one, write))
    )
    parts = [
        marks.text(NAMES - 8, middle + 4, shortened(row.name, LONGEST_NAME), f"end{strong}"),
        *([marks.text(x.end + 8, middle + 4, row.word, f"verdict{strong}")] if row.word else []),
        marks.interval("hollow", row.hollow, x, middle + 4.5),
        marks.interval(f"filled {row.colour}", row.filled, x, middle - 3.5),
    ]
    return marks.said(
        f"{row.name}: {'; '.join(told)}", parts, marks.block(0, WIDTH, middle - ROW / 2, middle + ROW / 2)
    )


def bounds_said(found: Bounded, write: Write) -> str:
    """Return a value with its interval in words; nothing where it is not known.

    >>> bounds_said(Bounded(0.5, 0.25, 0.75), percent_text)
    '50 % (25 % to 75 %)'
    """
    if found.value is None:
        return ""
    between = (
        f" ({write(found.low)} to {write(found.high)})" if found.low is not None and found.high is not None else ""
    )
    return f"{write(found.value)}{between}"
