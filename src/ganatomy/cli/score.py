"""`ganatomy score`: how good the images of one or several runs are, and how sure that is."""

from ganatomy.config.score import ScoreConfig
from ganatomy.metrics.session import ScoredRuns, score_runs
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
        "level": first.level,
        "scores": _table(scored),
        "files": [str(of_run.file) for of_run in scored.runs],
        **({"warnings": warnings} if warnings else {}),
    }


def _table(scored: ScoredRuns) -> list[dict[str, object]]:
    """Return a row for each metric, with the value and its interval of every run."""
    table: list[dict[str, object]] = []
    for scores in zip(*(of_run.scores for of_run in scored.runs), strict=True):
        row: dict[str, object] = {"metric": scores[0].name}
        for of_run, score in zip(scored.runs, scores, strict=True):
            name, low, high = ("value", "low", "high")
            if len(scored.runs) > 1:
                name, low, high = of_run.name, f"{of_run.name} low", f"{of_run.name} high"
            row |= {name: score.value, low: score.low, high: score.high}
        table.append(row)
    return table
