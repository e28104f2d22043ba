"""Scores of runs, and of generators in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from ganatomy.config.score import MetricName, ScoreConfig
from ganatomy.face.shown import as_html, as_text
from ganatomy.metrics.protocol import Score
from ganatomy.metrics.session import score_generator, score_runs
from ganatomy.models.given import as_generator
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.tables import Row


@dataclass(frozen=True, repr=False)
class Scored:
    """Scores by one protocol; shows itself as a table of metrics."""

    rows: tuple[Row, ...]
    """For each metric the value and its interval, of each run."""
    scores: tuple[tuple[Score, ...], ...]
    """Of each run or generator, in the order in which they were given."""
    warnings: tuple[str, ...] = ()
    """Whether scores flatter, or say less than they seem to."""

    def __repr__(self) -> str:
        return "\n".join([as_text(self._title(), self.rows), *self.warnings])

    def _repr_html_(self) -> str:
        return as_html(self._title(), [*self.rows, *({"metric": text} for text in self.warnings)])

    def _title(self) -> str:
        protocol = self.scores[0][0].protocol
        return (
            f"{protocol.num_generated} generated and {protocol.num_real} real images of {protocol.data}, "
            f"features by {protocol.extractor}"
        )


def score(
    generator: nn.Module | Path | str | Sequence[Path | str],
    data: Path | str | None = None,
    *,
    metrics: Sequence[MetricName] = (),
    extractor: str = "efficientnet",
    extractor_weights: Path | str | None = None,
    num_images: int = 10_000,
    num_real: int = 10_000,
    seed: int = 0,
    progress: Progress | bool | None = None,
) -> Scored:
    """Return how good generated images are, each metric with its interval.

    Args:
        generator: a run directory or several, which the scores are written into; or a generator in memory, with `data`.
        data: folder or zip of the real images, `scenes` or a preset of theirs; None takes what the run was trained on.
        metrics: what to measure; none given measures all that data and extractor allow.
        extractor: network whose features are compared, as for `ganatomy score`.
        extractor_weights: its weights, where it comes without.
        num_images: images to generate.
        num_real: real ones to compare with, or all where there are fewer.
        seed: of the latents and the resampling.
        progress: told of every image.

    Raises:
        ConfigError: a generator in memory without data, or a number or name that cannot be used.
        GanatomyError: a run, its data or the extractor is not what was asked for.
    """
    config = ScoreConfig(
        runs=_paths(generator),
        metrics=tuple(metrics),
        extractor=extractor,
        extractor_weights=None if extractor_weights is None else Path(extractor_weights),
        num_images=num_images,
        num_real=num_real,
        data=None if data is None else str(data),
        seed=seed,
    )
    told = shown_progress(progress)
    if isinstance(generator, nn.Module):
        scores, told_of = score_generator(as_generator(generator, told), config, told)
        rows = tuple({"metric": one.name, "value": one.value, "low": one.low, "high": one.high} for one in scores)
        return Scored(rows, (scores,), told_of)
    scored = score_runs(config, told)
    warnings = tuple(text for of_run in scored.runs for text in of_run.warnings)
    return Scored(tuple(scored.rows()), tuple(of_run.scores for of_run in scored.runs), warnings)


def _paths(generator: nn.Module | Path | str | Sequence[Path | str]) -> tuple[Path, ...]:
    if isinstance(generator, nn.Module):
        return (Path(type(generator).__name__),)
    return (Path(generator),) if isinstance(generator, str | Path) else tuple(map(Path, generator))
