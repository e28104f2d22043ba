"""The options that every command understands."""

from dataclasses import dataclass
from pathlib import Path

from tyro.conf import FlagCreatePairsOff


@dataclass(frozen=True)
class CommonOptions:
    """What to print and where the settings come from."""

    config: Path | None = None
    """JSON file of settings to start from, such as a run's config.json; flags override it."""
    json: FlagCreatePairsOff[bool] = False
    """Print the results as one JSON object on stdout."""
    dry_run: FlagCreatePairsOff[bool] = False
    """Print the resolved settings as JSON and do nothing."""
    debug: FlagCreatePairsOff[bool] = False
    """Show the traceback of an error."""
