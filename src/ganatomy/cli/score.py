"""`ganatomy score`: how good the images of one or several runs are, and how sure that is."""

from ganatomy.cli.classes import class_row
from ganatomy.cli.results import not_written
from ganatomy.config.score import ScoreConfig
from ganatomy.metrics.session import score_runs
from ganatomy.progress import Progress


def score(config: ScoreConfig, progress: Progress) -> dict[str, object]:
    """Score every run, write the scores into it, and return the table.

    Raises:
        GanatomyError: as for `ganatomy.metrics.session.score_runs`.
    """
    scored = score_runs(config, progress)
    first = scored.runs[0].scores[0]
    warnings = [text for of_run in scored.runs for text in of_run.warnings]
    return {
        "extractor": scored.protocol.extractor,
        "data": scored.protocol.data,
        "num_real": scored.protocol.num_real,
        "num_generated": first.protocol.num_generated,
        "weights": first.protocol.weights,
        **class_row(first.protocol.of_class),
        "level": first.level,
        "scores": scored.rows(),
        "files": [str(of_run.file) for of_run in scored.runs if of_run.file is not None],
        **not_written([of_run.failure for of_run in scored.runs]),
        **({"warnings": warnings} if warnings else {}),
    }
