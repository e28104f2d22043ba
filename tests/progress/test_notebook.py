"""A bar in a notebook: what it shows, when it is shown anew, and that it is gone in the end."""

import pytest

pytest.importorskip("IPython")

from ganatomy.progress import notebook


class Handle:
    def __init__(self, shown: list[str]) -> None:
        self._shown = shown

    def update(self, html: notebook.HTML) -> None:
        self._shown.append(html.data)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what a notebook is given to show, in order."""
    texts: list[str] = []

    def display(html: notebook.HTML, display_id: bool = False) -> Handle:
        texts.append(html.data)
        return Handle(texts)

    monkeypatch.setattr(notebook, "display", display)
    return texts


def test_a_bar_tells_how_far_it_is_and_leaves_nothing(shown: list[str]) -> None:
    times = iter([0.0, 0.0, 0.2, 2.0, 2.0, 2.0])
    bars = notebook.NotebookBars(every_s=0.5, clock=lambda: next(times))
    with bars.task("counting <", 10, "img") as task:
        task.advance(2)  # after .2 s: too soon to show
        task.advance(2, "soon")
    assert len(shown) == 3
    assert shown[1] == (
        '<div>counting &lt; <progress max="10" value="4"></progress> 4 of 10 img, 2 img/s, 3 s left soon</div>'
    )
    assert shown[2] == ""


def test_a_task_of_unknown_length_has_a_bar_without_end(shown: list[str]) -> None:
    with notebook.NotebookBars(every_s=0.0).task("reading", None) as task:
        task.update(3)
    assert "<progress></progress> 3 it" in shown[1]


def test_a_line_is_text(shown: list[str]) -> None:
    notebook.NotebookBars().line("a < b")
    assert shown == ["<div>a &lt; b</div>"]
