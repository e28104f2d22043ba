"""`ganatomy report`."""

from typing import Any

from ganatomy.config.report import ReportConfig
from ganatomy.errors import ConfigError
from ganatomy.progress import Progress
from ganatomy.report.live import write_live
from ganatomy.report.targets import is_comparison, write_page
from ganatomy.report.tensorboard import write_events
from ganatomy.runs.directory import open_run


def report(config: ReportConfig, progress: Progress) -> dict[str, Any]:
    """Write the report of a run or a comparison, or of two runs side by side, and return its path and size.

    Raises:
        IncompatibleRun: there is no run or comparison in a folder, or it is not finished.
        ConfigError: event files of a comparison are asked for, or both runs are the same.
        DataError: a file of the run that cannot be read.
        MissingExtra: event files are asked for and TensorBoard is not installed.
    """
    results: dict[str, Any] = {}
    if config.tensorboard:
        (path,) = config.runs
        if is_comparison(path):
            raise ConfigError(f"{path} is a comparison, and event files are those of a run; give one of its runs")
        results["events"] = str(write_events(open_run(path), config.tensorboard, progress))
    if config.live:
        path = write_live(config.runs[0], progress, **_shared(config))
    else:
        path = write_page(config.runs, progress, **_shared(config), figures=config.figures)
    if config.figures:
        results["figures"] = str(config.figures)
    return {"megabytes": round(path.stat().st_size / 1e6, 2), **results, "report": str(path)}


def _shared(config: ReportConfig) -> dict[str, Any]:
    """Return what every page of a run can be asked for."""
    names = ("output", "units_per_layer", "snapshots")
    return {name: getattr(config, name) for name in names}
