"""Where the package keeps what it can make again: decoded images, rendered scenes, converted weights."""

import os
from pathlib import Path


def default_cache_dir() -> Path:
    """Return `$GANATOMY_CACHE`, else `$XDG_CACHE_HOME/ganatomy`, else `~/.cache/ganatomy`."""
    if chosen := os.environ.get("GANATOMY_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ganatomy"
