"""Progress shows where somebody looks on, and only there, unless something else is asked for."""

import io
import sys
from types import SimpleNamespace

import pytest

from ganatomy.progress import SILENT, Silent
from ganatomy.progress.bars import Bars
from ganatomy.progress.choice import in_notebook, shown_progress
from ganatomy.progress.console import PlainLines
from ganatomy.progress.notebook import NotebookBars


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return what stands for the shell that IPython runs, none at first."""
    IPython = pytest.importorskip("IPython")
    standing_for = SimpleNamespace(get_ipython=lambda: None)
    monkeypatch.setattr(IPython, "get_ipython", lambda: standing_for.get_ipython())
    return standing_for


def test_elsewhere_it_is_silent(shell: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert shown_progress(None) is SILENT
    assert isinstance(shown_progress(True), PlainLines)


def test_a_terminal_has_bars_unless_they_are_silenced(shell: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert isinstance(shown_progress(None), Bars)
    assert shown_progress(False) is SILENT


def test_a_notebook_shows_it_and_a_shell_of_ipython_is_none(
    shell: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    shell.get_ipython = lambda: SimpleNamespace()
    assert not in_notebook()
    shell.get_ipython = lambda: SimpleNamespace(kernel=object())
    assert in_notebook()
    assert isinstance(shown_progress(None), NotebookBars)
    assert isinstance(shown_progress(True), NotebookBars)
    assert shown_progress(False) is SILENT


def test_progress_of_ones_own_is_taken_as_it_is() -> None:
    own = Silent()
    assert shown_progress(own) is own


def test_without_ipython_there_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not in_notebook()
