"""The run that the package brings along: a generator of houses, grown by evolution on procedural scenes."""

import shutil
from pathlib import Path

import ganatomy
from ganatomy.runs.directory import Run, create_numbered, open_run

PACKAGED_RUN = Path(ganatomy.__file__).parent / "models" / "weights" / "houses-64"
"""Where it stands in the wheel; not to be written to."""


def packaged_run() -> Run:
    """Return the packaged run, to be read only.

    >>> from ganatomy.runs.weights import load_generator
    >>> load_generator(packaged_run()).image_size
    64
    """
    return open_run(PACKAGED_RUN)


def unpack_run(out: Path, name: str = "demo", packaged: Path = PACKAGED_RUN) -> Run:
    """Return a new run under `out` that is a copy of the packaged one.

    Args:
        out: where runs are kept.
        name: what to call the copy; the number before it is the first one free.
        packaged: the run to copy.
    """
    path = create_numbered(out, name)
    shutil.copytree(packaged, path, dirs_exist_ok=True)
    return Run(path)
