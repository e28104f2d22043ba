"""Runs scored: how good the images of one or several are, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torch import nn

from ganatomy.config.score import ScoreConfig
from ganatomy.data.mixtures import MIXTURES
from ganatomy.data.sources import open_images
from ganatomy.errors import ConfigError
from ganatomy.metrics.estimates import require_enough, require_possible
from ganatomy.metrics.extractor import Extractor
from ganatomy.metrics.extractors import load_extractor
from ganatomy.metrics.files import extractors_used, write_scores
from ganatomy.metrics.names import flattery
from ganatomy.metrics.protocol import Protocol, Score, require_no_differences
from ganatomy.metrics.scoring import Scorer, choose, image_protocol, image_scorer, point_scorer
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run, open_run_to_write
from ganatomy.runs.files import unwritten
from ganatomy.runs.layout import SCORES
from ganatomy.runs.manifest import Manifest, Origin, TrainingData, open_manifest
from ganatomy.runs.names import names_of
from ganatomy.runs.training_data import found, given_data
from ganatomy.runs.weights import load_generator, load_image_generator

SCENES_SEED = 2**31 - 1
"""Seed of the scenes that runs are scored against: the same for all of them, and none that a run is trained on."""
GIVEN = "as given"
"""What the protocol calls the weights of a generator in memory."""
FEW = 50
"""Samples below which an interval by resampling is known to be too narrow."""
HIGH, LOW = 0.5, 0.01
"""A fidelity above the first beside a variety below the second is one of images that are all alike."""


@dataclass(frozen=True)
class ScoredRun:
    """The scores of one run."""

    run: Run
    name: str
    """The shortest end of its path that tells it from the others."""
    scores: tuple[Score, ...]
    warnings: tuple[str, ...]
    """Whether the scores flatter it, or say less than they seem to."""
    file: Path | None
    """Where they were written; None where that failed."""
    failure: str | None = None
    """Why it did."""


@dataclass(frozen=True)
class ScoredRuns:
    """Runs scored by one protocol, so that their scores compare."""

    protocol: Protocol
    runs: tuple[ScoredRun, ...]

    def rows(self) -> list[dict[str, object]]:
        """Return a row for each metric, with the value and its interval of every run."""
        rows: list[dict[str, object]] = []
        for scores in zip(*(of_run.scores for of_run in self.runs), strict=True):
            row: dict[str, object] = {"metric": scores[0].name}
            for of_run, score in zip(self.runs, scores, strict=True):
                prefix = f"{of_run.name} " if len(self.runs) > 1 else ""
                value = prefix.strip() or "value"
                row |= {value: score.value, f"{prefix}low": score.low, f"{prefix}high": score.high}
            rows.append(row)
        return rows


def score_runs(config: ScoreConfig, progress: Progress) -> ScoredRuns:
    """Score every run, write the scores into it, and return them.

    Args:
        config: all settings.
        progress: told of every image and every warning.

    Raises:
        GanatomyError: a run, its data, the extractor or a metric is not what was asked for, or the scores of the
            runs could not be compared.
    """
    runs = [open_run_to_write(path) for path in config.runs]
    manifests = [open_manifest(run) for run in runs]
    generators = [_open(run, manifest, config) for run, manifest in zip(runs, manifests, strict=True)]
    names = names_of([run.path for run in runs])
    asked = [
        real_data(run, manifest, config.data, config.split, config.num_real, progress)
        for run, manifest in zip(runs, manifests, strict=True)
    ]
    scorer = _scorer(config, asked, progress)
    scored: list[ScoredRun] = []
    for run, manifest, name, generator in zip(runs, manifests, names, generators, strict=True):
        scores = scorer.score(
            generator, config.metrics or None, config.num_images, config.seed, config.weights, progress
        )
        warnings = _warnings(run, manifest.origin, name, scorer, scores)
        for text in warnings:
            progress.line(text)
        file, failure = None, None
        try:
            file = write_scores(run, fingerprint(generator), scores, warnings)
        except OSError as error:  # what took so long is returned all the same
            failure = unwritten(error, run.path / SCORES)
        scored.append(ScoredRun(run, name, tuple(scores), tuple(warnings), file, failure))
    return ScoredRuns(scorer.protocol, tuple(scored))


def score_generator(
    generator: GeneratorNetwork, config: ScoreConfig, progress: Progress
) -> tuple[tuple[Score, ...], tuple[str, ...]]:
    """Return the scores of a generator in memory, and whether they say less than they seem to; nothing is written.

    Args:
        generator: of images.
        config: all settings, `data` among them; runs and weights are passed over.
        progress: told of every image and every warning.

    Raises:
        GanatomyError: there are no data, they are points, or the extractor or a metric is not what was asked for.
    """
    if config.data is None:
        raise ConfigError("a generator in memory does not say what it was trained on; give data='photos.zip'")
    if config.data in MIXTURES:
        raise ConfigError(f"data {config.data!r} are points, and the generator makes images; give images")
    asked = TrainingData(config.data, image_size=generator.image_size, num_scenes=config.num_real)
    asked = asked if config.split is None else replace(asked, split=config.split)
    scorer = _scorer(config, [asked], progress)
    scores = scorer.score(generator, config.metrics or None, config.num_images, config.seed, GIVEN, progress)
    warnings = [*_alike(scores), *_few(scorer, scores)]
    for text in warnings:
        progress.line(text)
    return tuple(scores), tuple(warnings)


def _open(run: Run, manifest: Manifest, config: ScoreConfig) -> nn.Module:
    """Return a run's generator, of points or of images."""
    if not manifest.makes_points:
        return load_image_generator(run, config.weights, config.device, config.of_class)
    if config.of_class is not None:
        raise ConfigError(f"class is '{config.of_class}', but {run.path} makes points in the plane; leave it out")
    return load_generator(run, config.weights, config.device)


def _scorer(config: ScoreConfig, asked: list[TrainingData], progress: Progress) -> Scorer:
    """Return the one scorer of all runs, after all that can be refused early has been."""
    mixtures = {of_run.data for of_run in asked} & set(MIXTURES)
    if mixtures:
        if len({of_run.data for of_run in asked}) > 1:
            require_no_differences([f"data are {' and '.join(of_run.data for of_run in asked)}"])
        for name in ("extractor", "extractor_weights", "split"):
            if getattr(config, name) != getattr(ScoreConfig, name):
                raise ConfigError(
                    f"{name} is {str(getattr(config, name))!r}, but points of {asked[0].data} are scored as they are; "
                    "leave it out"
                )
        require_possible(config.metrics, asked[0].data, False, "a plane of points")
        return point_scorer(asked[0].data, config.num_real, config.options)
    extractor = load_extractor(config.extractor, config.extractor_weights, config.device)
    require_possible(config.metrics, None, extractor.num_classes is not None, f"extractor {extractor.name!r}")
    return _image_scorer(config, asked, extractor, progress)


def _image_scorer(config: ScoreConfig, asked: list[TrainingData], extractor: Extractor, progress: Progress) -> Scorer:
    protocols: list[Protocol] = []
    for of_run in reversed(asked):  # the first one last: its images are then at hand
        images = open_images(of_run, SCENES_SEED, progress)
        data, num_real = Path(of_run.data).name, min(config.num_real, len(images))
        chosen = choose(images, num_real)
        protocols.append(
            image_protocol(extractor, images, chosen, data=data, split=of_run.split, options=config.options)
        )
    for protocol in protocols[:-1]:
        require_no_differences(protocols[-1].differences(protocol))
    require_enough(config.metrics, config.options, num_real, config.num_images)
    return image_scorer(
        extractor,
        images,
        data=data,
        split=of_run.split,
        num_real=num_real,
        options=config.options,
        batch_size=config.batch_size,
        progress=progress,
    )


def real_data(
    run: Run,
    manifest: Manifest,
    data: str | None,
    split: str | None,
    num_real: int,
    progress: Progress = SILENT,
) -> TrainingData:
    """Return the real images that a run is to be held against: those asked for, or else its own.

    Args:
        run: the run, for messages.
        manifest: its manifest.
        data: folder or zip, `scenes`, or the mixture that the run makes points of; None takes the run's own.
        split: of the real images; None takes the run's.
        num_real: how many scenes, where they are rendered.
        progress: shows the run's own images where they have to be read, to see whether they are still the same.

    Raises:
        ConfigError: points are asked for where there are images, or the other way round, or nothing is known.
        DataError: the run's own images are no longer where they were.
    """
    own = manifest.data
    if data in MIXTURES and not (own and own.data == data):
        raise ConfigError(f"data {data!r} are points; a run is scored against points only if it makes them")
    if data is not None and own and own.is_points and own.data != data:
        raise ConfigError(f"a run of {own.data} makes points; leave out data {data!r}")
    if data is not None:
        own = given_data(manifest, data)
    if own is None:
        raise ConfigError(f"{run.path} does not say what it was trained on; give real images with --data")
    if own.is_points:
        return own
    own = found(own, str(run.path), progress) if data is None else own
    if own.is_scenes:
        own = replace(own, num_scenes=num_real)
    return own if split is None else replace(own, split=split)


def _warnings(run: Run, origin: Origin, run_name: str, scorer: Scorer, scores: list[Score]) -> list[str]:
    """Return what to tell of a run's scores: whether they flatter it, or say less than they seem to."""
    warnings, extractor = [*_alike(scores), *_few(scorer, scores)], scorer.extractor
    if extractor is not None and origin.discriminator and not extractors_used(run) - {extractor.name}:
        warnings = [*flattery(origin.discriminator, extractor.name), *warnings]
    return [f"{run_name}: {text}" for text in warnings]


def _few(scorer: Scorer, scores: Sequence[Score]) -> list[str]:
    """Return what to tell of scores from few samples: metrics that were left out, and what is not to be relied on."""
    protocol = scores[0].protocol
    count, width = min(protocol.num_real, protocol.num_generated), scorer.real.features.shape[1]
    warnings: list[str] = []
    asked = {score.metric for score in scores}
    if asked == set(scorer.enough(protocol.num_generated)) and asked < set(scorer.metrics):
        left = [name for name in scorer.metrics if name not in asked]
        are = "is" if len(left) == 1 else "are"
        warnings.append(f"{', '.join(left)} {are} left out: {count} samples are too few; give more")
    if "fd" in asked and scorer.extractor is not None and count < width:
        warnings.append(
            f"fd from {count} images is far too high, by an amount that depends on their number, which its interval "
            f"does not show: covariances of {width} features need more than {width} images, and comparisons 10,000"
        )
    if count < FEW:
        warnings.append(f"intervals from {count} samples are too narrow; {FEW} or more make them hold")
    return warnings


def _alike(scores: Sequence[Score]) -> list[str]:
    """Return what to tell of a fidelity that is high because all images are alike."""
    values = {score.metric: score.value for score in scores}
    return [
        f"{fidelity} is {values[fidelity]:.2f} while {variety} is {values[variety]:.3f}: nearly all generated "
        f"samples are alike, and {fidelity} is high for any single one that lies among the real ones"
        for fidelity, variety in (("precision", "recall"), ("density", "coverage"))
        if values.get(fidelity, 0) > HIGH and values.get(variety, 1) < LOW
    ]
