"""What to call runs that stand side by side."""

from collections.abc import Sequence
from pathlib import Path

from ganatomy.errors import ConfigError
from ganatomy.runs.layout import COMPARISON


def names_of(paths: Sequence[Path]) -> tuple[str, ...]:
    """Return what to call each run: its directory, with as many of those above it as tell all apart.

    >>> names_of([Path("runs/egan/seed-0"), Path("runs/random/seed-0")])
    ('egan/seed-0', 'random/seed-0')

    Raises:
        ConfigError: a run is given twice.
    """
    parts = [path.resolve().parts for path in paths]
    for depth in range(1, max(map(len, parts)) + 1):
        names = tuple("/".join(those[-depth:]) for those in parts)
        if len(set(names)) == len(names):
            return names
    raise ConfigError(f"runs are {', '.join(map(str, paths))}; give each once")


def title_of(run: Path) -> str:
    """Return what to call a run: its directory's name, or of a run of a comparison its arm, seed and comparison."""
    path = run.resolve()
    arm, comparison = path.parent, path.parent.parent
    if not (comparison / COMPARISON).is_file():
        return path.name
    return f"{arm.name}, {path.name.replace('-', ' ', 1)} of {comparison.name}"
