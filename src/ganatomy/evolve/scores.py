"""Scores taken during a training, by which the best generator is kept."""

import math
from dataclasses import asdict
from pathlib import Path

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.score import MetricOptions
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.evolve.state import TrainingState
from ganatomy.metrics.estimates import enough, require_enough, require_possible
from ganatomy.metrics.extractor import Extractor
from ganatomy.metrics.extractors import load_extractor
from ganatomy.metrics.names import METRICS, flattery
from ganatomy.metrics.protocol import Score
from ganatomy.metrics.scoring import Scorer, image_scorer, point_scorer
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run
from ganatomy.runs.weights import save_generator

ALONGSIDE = ("fd", "is", "precision", "recall")
"""What images are scored by, beside the metric that decides, where extractor and samples allow: the quicker ones."""
NO_INTERVAL = 1
"""Scores during a training go without intervals, which would take longer than the scores."""


class Scores:
    """Scores the average every so many generations, and keeps the best one as weights `best`.

    Args:
        config: how often, by which metric, through which extractor.
        data: the real images, or the mixture.
    """

    def __init__(self, config: EvolveConfig, data: ImageSet | Mixture):
        self._config, self._data = config, data
        self._scorer: Scorer | None = None

    def are_due(self, state: TrainingState) -> bool:
        """Return whether a score is to be taken at the generation at hand."""
        every = self._config.scoring.score_every_generations
        return every is not None and state.generation % every == 0

    def look(self, run: Run, state: TrainingState, progress: Progress = SILENT) -> tuple[bool, list[str]]:
        """Score the average, log it, and return whether it is the best so far, and what to warn of.

        The best one is kept as weights `best`.

        Raises:
            ConfigError: the metric or the extractor is unknown, or cannot be had of these data.
            DataError: too few images.
        """
        config = self._config
        is_first_look = self._scorer is None and not config.data.is_points
        warnings = flattery(config.networks.discriminator, config.scoring.extractor) if is_first_look else []
        scorer = self._scorer = self._scorer or self._look_at_real(progress)
        name, num_images = metric_of(config), config.scoring.score_images
        quick = [m for m in scorer.metrics if scorer.extractor is None or m in ALONGSIDE]
        beside = enough(quick, scorer.protocol.options, scorer.protocol.num_real, num_images)
        scores = scorer.score(state.full_size, (*beside, name), num_images, config.seed, "ema")
        run.append_score(_line(state, scores))
        warnings += [text for s in scores if s.metric == "modes" for text in state.watchdogs.look_at_modes(s.value)]
        return self._is_best(run, state, next(score for score in scores if score.metric == name)), warnings

    def _is_best(self, run: Run, state: TrainingState, score: Score) -> bool:
        sign = -1 if METRICS[score.metric].is_lower_better else 1
        if not math.isnan(state.best_score) and not sign * score.value > sign * state.best_score:
            state.scores_without_gain += 1
            return False
        state.best_score, state.scores_without_gain = score.value, 0
        save_generator(run, "best", state.ema)
        return True

    def _look_at_real(self, progress: Progress) -> Scorer:
        config, options = self._config, MetricOptions(resamples=NO_INTERVAL)
        if isinstance(self._data, Mixture):
            return point_scorer(self._data.name, config.scoring.score_images, options)
        extractor = _extractor(config)
        return image_scorer(
            extractor,
            self._data,
            data=Path(config.data.data).name,
            split=config.data.split,
            num_real=_num_real(config, self._data),
            options=options,
            progress=progress,
        )


def require_scores(config: EvolveConfig) -> list[str]:
    """Return what to warn of before a training that is to be scored; refuse now what its first score would refuse.

    Raises:
        GanatomyError: the metric cannot be had of these data or by that extractor, there are too few images for it, or
            the extractor's weights are not there.
    """
    metrics = (metric_of(config),)
    require_enough(metrics, MetricOptions(), *2 * (config.scoring.score_images,))
    if config.data.is_points:
        require_possible(metrics, config.data.data, False, "a plane of points")
        return []
    extractor = _extractor(config)
    require_possible(metrics, None, extractor.num_classes is not None, f"extractor {extractor.name!r}")
    return flattery(config.networks.discriminator, extractor.name)


def _extractor(config: EvolveConfig) -> Extractor:
    scoring = config.scoring
    return load_extractor(scoring.extractor, scoring.extractor_weights, config.bookkeeping.device)


def require_real_samples(config: EvolveConfig, data: ImageSet | Mixture) -> None:
    """Return if there are as many real samples as the metric needs by which the best weights are kept.

    Raises:
        ConfigError: there are too few.
    """
    require_enough((metric_of(config),), MetricOptions(), _num_real(config, data), config.scoring.score_images)


def _num_real(config: EvolveConfig, data: ImageSet | Mixture) -> int:
    num_images = config.scoring.score_images
    return min(num_images, len(data)) if isinstance(data, ImageSet) else num_images


def metric_of(config: EvolveConfig) -> str:
    """Return the metric that decides which weights are the best: FD of images, MMD of points unless told otherwise."""
    return config.scoring.score_metric or ("mmd" if config.data.is_points else "fd")


def _line(state: TrainingState, scores: list[Score]) -> dict[str, object]:
    return {
        "generation": state.generation,
        "kimg": round(state.kimg, 3),
        "seconds": round(state.seconds, 2),
        "values": {score.metric: score.value for score in scores},
        "protocol": asdict(scores[0].protocol),
    }
