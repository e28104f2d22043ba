"""A process that grows one run, as a comparison with several jobs starts it.

It tells what happens on stdout, one JSON object a line. It stops, and saves where it stands, when its stdin is closed:
when the comparison asks it to, or is no longer there.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path

from ganatomy.compare.growth import grow
from ganatomy.errors import GanatomyError
from ganatomy.memory import keep_freed_memory
from ganatomy.runs.directory import Run

START = "import sys; from ganatomy.compare.worker import main; sys.exit(main(*sys.argv[1:]))"
"""What Python is to run, with the arguments of `main`."""
STOPPED, REFUSED = 130, 2


def main(path: str, threads: str, keep_state: str, given: str, stdin: int = 0) -> int:
    """Grow the run at `path` and return the exit code.

    Args:
        path: the run directory.
        threads: CPU threads.
        keep_state: `1` keeps its snapshot when it is finished.
        given: the extractor that was given for the whole comparison.
        stdin: the file descriptor to listen to.
    """
    keep_freed_memory()
    threading.Thread(target=_listen, args=(stdin,), name="stdin", daemon=True).start()
    try:
        grow(Run(Path(path)), int(threads), keep_state == "1", lambda share: _tell(share=share), (given,))
    except KeyboardInterrupt:
        return STOPPED
    except GanatomyError as error:
        _tell(error=type(error).__name__, message=str(error))
        return REFUSED
    return 0


def _tell(**message: object) -> None:
    try:
        print(json.dumps(message), flush=True)  # noqa: T201  stdout is a pipe to the comparison
    except BrokenPipeError:  # which is gone; the run still saves where it stands
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  the flush at exit must not fail again


def _listen(stdin: int) -> None:
    # The bare descriptor: a thread that waits in sys.stdin would hold its lock while Python ends.
    if not os.read(stdin, 1):
        os.kill(os.getpid(), signal.SIGTERM)
