"""Rows of results as tables: lines of text, HTML for a notebook, Markdown for a page."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

Row = Mapping[str, object]


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown.

    >>> print(markdown_table(["layer", "units"], [["layer2", "64"]]))
    | layer | units |
    | --- | --- |
    | layer2 | 64 |
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def text_lines(rows: Sequence[Row]) -> list[str]:
    r"""Return rows under the names of their columns, numbers to the right.

    >>> print("\n".join(text_lines([{"unit": 3, "best_iou": 0.25}, {"unit": 12, "best_iou": None}])))
    unit  best iou
       3      0.25
      12      none
    """
    lines = [""] * (len(rows) + 1)
    for name, column in _columns(rows):
        cells = [words(name), *map(cell, column)]
        width = max(map(len, cells))
        is_numeric = _is_numeric(column)
        lines = [
            f"{line}  {text.rjust(width) if is_numeric else text.ljust(width)}"
            for line, text in zip(lines, cells, strict=True)
        ]
    return [line[2:].rstrip() for line in lines]


def html_table(rows: Sequence[Row]) -> str:
    """Return rows as an HTML table, numbers to the right.

    >>> html_table([{"unit": 3}]).partition("<tbody>")[2]
    '<tr><td style="text-align:right">3</td></tr></tbody></table>'
    """
    columns = _columns(rows)
    styles = [f' style="text-align:{"right" if _is_numeric(column) else "left"}"' for _, column in columns]
    head = "".join(f"<th{style}>{escape(words(name))}</th>" for (name, _), style in zip(columns, styles, strict=True))
    body = "".join(
        f"<tr>{''.join(f'<td{s}>{escape(cell(v))}</td>' for s, v in zip(styles, values, strict=True))}</tr>"
        for values in zip(*(column for _, column in columns), strict=True)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def cell(value: object) -> str:
    """Return a value as a table shows it: floats to three digits, what is missing as `none`.

    >>> cell([{"concept": "roof", "units": 7}, {"concept": "door", "units": 2}])
    'roof 7, door 2'
    """
    if isinstance(value, Mapping):
        return " ".join(map(cell, value.values()))
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(cell(item) for item in value) or "none"
    return "none" if value is None else str(value)


def words(key: str) -> str:
    """Return the name of a field as words."""
    return key.replace("_", " ")


def _columns(rows: Sequence[Row]) -> list[tuple[str, list[object]]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return [(name, [row.get(name) for row in rows]) for name in names]


def _is_numeric(column: Sequence[object]) -> bool:
    return all(value is None or isinstance(value, int | float) for value in column)
