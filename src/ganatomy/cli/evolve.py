"""`ganatomy evolve`."""

from typing import Any

from ganatomy.cli.report import report
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.report import ReportConfig
from ganatomy.errors import DivergedTraining
from ganatomy.evolve import session
from ganatomy.evolve.train import summary
from ganatomy.progress import Progress


def evolve(config: EvolveConfig, progress: Progress) -> dict[str, Any]:
    """Train as `config` says and return the run's path and where it stands.

    Raises:
        DivergedTraining: every child died once too often; a report is written.
        GanatomyError: as for `ganatomy.evolve.session.evolve`.
    """
    evolution = session.evolve(config, progress)
    path, error = evolution.run.path, evolution.failure
    if error is not None:
        written = report(ReportConfig((path,)), progress)
        raise DivergedTraining(f"{error}; {written['report']} shows how it came to that") from error
    return {"run": str(path), **summary(evolution.state)}
