"""`ganatomy report`."""

from typing import Any

from ganatomy.config.report import ReportConfig
from ganatomy.progress import Progress
from ganatomy.report import write_report


def run(config: ReportConfig, progress: Progress) -> dict[str, Any]:
    """Write the report of a run and return its path and size.

    Raises:
        IncompatibleRun: there is no run directory at `config.run`.
        DataError: a file of the run that cannot be read.
    """
    path = write_report(
        config.run,
        progress,
        output=config.output,
        units_per_layer=config.units_per_layer,
        snapshots=config.snapshots,
    )
    return {"megabytes": round(path.stat().st_size / 1e6, 2), "report": str(path)}
