"""Which progress a function of the Python face shows: what was asked for, else what suits where it runs."""

import sys

from ganatomy.progress import SILENT, Progress
from ganatomy.progress.console import stderr_progress


def shown_progress(progress: "Progress | bool | None") -> Progress:
    """Return the progress to tell.

    Args:
        progress: one of your own; True shows bars or lines, False nothing; None shows them in a terminal and
            in a notebook, and nothing elsewhere.
    """
    if in_notebook() and progress in (None, True):
        from ganatomy.progress.notebook import NotebookBars

        return NotebookBars()
    if progress is None:
        progress = sys.stderr.isatty()
    if isinstance(progress, bool):
        return stderr_progress() if progress else SILENT
    return progress


def in_notebook() -> bool:
    """Return whether the interpreter is the kernel of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and hasattr(shell, "kernel")
