"""What every result of the face owes: to show itself on one screen, in a terminal and in a notebook."""

from typing import Any

LINES, COLUMNS = 24, 160


def requires_one_screen(result: Any) -> None:
    """Assert that the result fits a screen, as text and as HTML, and shows nothing of a tensor."""
    lines = repr(result).splitlines()
    assert 0 < len(lines) <= LINES
    assert max(map(len, lines)) <= COLUMNS
    assert "tensor(" not in repr(result)
    assert result._repr_html_().count("<tr>") <= LINES
