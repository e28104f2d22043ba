"""`ganatomy report`."""

from typing import Any

from ganatomy.config.report import ReportConfig
from ganatomy.progress import Progress
from ganatomy.report import write_report
from ganatomy.report.tensorboard import write_events
from ganatomy.runs.directory import open_run


def report(config: ReportConfig, progress: Progress) -> dict[str, Any]:
    """Write the report of a run and return its path and size.

    Raises:
        IncompatibleRun: there is no run directory at `config.run`.
        DataError: a file of the run that cannot be read.
        MissingExtra: event files are asked for and TensorBoard is not installed.
    """
    results: dict[str, Any] = {}
    if config.tensorboard:
        results["events"] = str(write_events(open_run(config.run), config.tensorboard, progress))
    path = write_report(
        config.run,
        progress,
        output=config.output,
        units_per_layer=config.units_per_layer,
        snapshots=config.snapshots,
        figures=config.figures,
    )
    if config.figures:
        results["figures"] = str(config.figures)
    return {"megabytes": round(path.stat().st_size / 1e6, 2), **results, "report": str(path)}
