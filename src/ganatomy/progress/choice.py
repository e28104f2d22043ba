"""Which progress a function of the Python face shows: what was asked for, else what suits where it runs."""

import sys

from ganatomy.progress import SILENT, Progress


def shown_progress(progress: "Progress | bool | None") -> Progress:
    """Return the progress to tell.

    Args:
        progress: one of your own; True shows bars or lines on stderr, False nothing; None shows them in a terminal and
            in a notebook, and nothing elsewhere.
    """
    if progress is None:
        progress = sys.stderr.isatty() or in_notebook()
    if isinstance(progress, bool):
        if not progress:
            return SILENT
        from ganatomy.progress.console import stderr_progress

        return stderr_progress()
    return progress


def in_notebook() -> bool:
    """Return whether the interpreter is the kernel of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and hasattr(shell, "kernel")
