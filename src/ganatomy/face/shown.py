"""How results show themselves: as a table of at most one screen, of text in a terminal and of HTML in a notebook."""

import base64
import io
import math
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Generic, TypeVar, overload

from PIL import Image

from ganatomy.tables import Row, html_table, text_lines

T = TypeVar("T")

SCREEN = 20
"""Rows shown of a longer table."""


class Rows(Sequence[T], Generic[T]):
    """Rows of results, any of which can be taken out by number or as a slice.

    Args:
        rows: the rows.
        as_row: what a table shows of one.
        title: what they are.
    """

    def __init__(self, rows: Sequence[T], as_row: Callable[[T], Row], title: str) -> None:
        self._rows, self._as_row, self._title = tuple(rows), as_row, title

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> "Rows[T]": ...
    def __getitem__(self, index: int | slice) -> "T | Rows[T]":
        """Return one row, or some of them as rows again."""
        return Rows(self._rows[index], self._as_row, self._title) if isinstance(index, slice) else self._rows[index]

    def __iter__(self) -> Iterator[T]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return as_text(self._title, self._shown(), len(self))

    def _repr_html_(self) -> str:
        return as_html(self._title, self._shown(), len(self))

    def _shown(self) -> list[Row]:
        return [self._as_row(row) for row in self._rows[:SCREEN]]


def as_text(title: str, rows: Sequence[Row], total: int | None = None) -> str:
    """Return a title and a table of `rows`; `total` tells how many there are in all."""
    more = [] if total is None or total <= len(rows) else [f"... and {total - len(rows)} more"]
    return "\n".join([title, *(text_lines(rows) if rows else []), *more])


def as_html(title: str, rows: Sequence[Row], total: int | None = None, picture: Image.Image | None = None) -> str:
    """Return the same as HTML, and a picture below."""
    more = "" if total is None or total <= len(rows) else f"<p>... and {total - len(rows)} more</p>"
    table = html_table(rows) if rows else ""
    return f"<p><b>{escape(title)}</b></p>{table}{more}{as_img(picture) if picture else ''}"


def as_img(picture: Image.Image) -> str:
    """Return a picture as an HTML element that holds it."""
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, format="JPEG", quality=92)
    return f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode("ascii")}">'


def rounded(interval: tuple[float, float]) -> str | None:
    """Return an interval as two numbers of three digits; None where nothing can be told."""
    if not all(map(math.isfinite, interval)):
        return None
    return f"{interval[0]:.3g} to {interval[1]:.3g}"
