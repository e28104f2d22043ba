"""Scores of generators against one set of real samples, whose features are computed once.

Generated images are rounded to 8 bits before the extractor sees them, as images in files are: the published recipe.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from ganatomy.config.score import MetricOptions
from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import to_float, to_uint8
from ganatomy.data.mixtures import SWISS_ROLL, sample
from ganatomy.errors import DataError
from ganatomy.metrics.estimates import (
    GeneratedSamples,
    RealSamples,
    enough,
    estimate,
    require_enough,
    require_possible,
)
from ganatomy.metrics.extractor import Extractor
from ganatomy.metrics.names import IMAGE_METRICS, MODE_METRICS, POINT_METRICS, POINTS
from ganatomy.metrics.protocol import Protocol, Score
from ganatomy.models.at_once import at_once
from ganatomy.models.classes import class_of
from ganatomy.models.protocol import device_of, evaluating, sample_latents
from ganatomy.pixels import require_pixels
from ganatomy.progress import SILENT, Progress
from ganatomy.seeds import stream

BATCH_SIZE = 64
PIXELS_AT_ONCE = BATCH_SIZE * 128 * 128


class Scorer:
    """Scores generators of images, looked at through an extractor, or generators of points, looked at as they are.

    Args:
        real: the real samples' features.
        protocol: how scores are measured; `num_generated`, `weights` and `seed` are those of each score.
        extractor: what images are looked at through; None for points.
        batch_size: images generated and looked at at a time; scores do not depend on it beyond rounding.
    """

    def __init__(
        self, real: RealSamples, protocol: Protocol, extractor: Extractor | None, batch_size: int = BATCH_SIZE
    ) -> None:
        self.real, self.protocol, self.extractor, self.batch_size = real, protocol, extractor, batch_size

    @property
    def metrics(self) -> tuple[str, ...]:
        """Return what is measured unless asked otherwise."""
        if self.extractor is None:
            return tuple(m for m in POINT_METRICS if self.real.mixture != SWISS_ROLL or m not in MODE_METRICS)
        return tuple(m for m in IMAGE_METRICS if m != "is" or self.extractor.num_classes is not None)

    def enough(self, num_images: int) -> tuple[str, ...]:
        """Return those of `metrics` for which so many generated images and the real ones are enough."""
        return enough(self.metrics, self.protocol.options, self.protocol.num_real, num_images)

    def require(self, metrics: Sequence[str], num_images: int) -> None:
        """Return if `metrics` can be measured on so many generated images, before anything is computed.

        Raises:
            ConfigError: one of them is unknown, cannot be had, or needs more images.
        """
        has_logits = self.extractor is not None and self.extractor.num_classes is not None
        require_possible(metrics, self.real.mixture, has_logits, f"extractor {self.protocol.extractor!r}")
        require_enough(metrics, self.protocol.options, self.protocol.num_real, num_images)

    @torch.no_grad()
    def score(
        self,
        generator: nn.Module,
        metrics: Sequence[str] | None,
        num_images: int,
        seed: int = 0,
        weights: str = "ema",
        progress: Progress = SILENT,
    ) -> list[Score]:
        """Return the scores of a generator, in the order of `metrics`.

        Args:
            generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], or to (n, 2) points.
            metrics: keys of `names.METRICS`, each once; None takes those of `self.metrics` that there are enough for.
            num_images: images or points to generate.
            seed: of latents, subsets, directions and resamples.
            weights: what to call the generator's weights in the protocol.
            progress: is told of every image generated.

        Raises:
            ConfigError: a metric cannot be had, or an option does not fit the number of samples.
            DataError: the generator does not make what the real samples are, or too few samples.
        """
        metrics = self.enough(num_images) if metrics is None else tuple(dict.fromkeys(metrics))
        self.require(metrics, num_images)
        name = class_of(generator)
        protocol = replace(self.protocol, num_generated=num_images, weights=weights, seed=seed, of_class=name)
        generated = self._generate(generator, num_images, seed, progress)
        size = protocol.options.subset_size(min(protocol.num_real, num_images))
        protocol = replace(protocol, options=replace(protocol.options, kd_subset_size=size))
        estimates = estimate(metrics, self.real, generated, protocol.options, seed)
        level = protocol.options.level
        return [
            Score(name, found.value, *interval, level, protocol, found.spread)
            for name, (found, interval) in estimates.items()
        ]

    def _generate(self, generator: nn.Module, num_images: int, seed: int, progress: Progress) -> GeneratedSamples:
        latents = sample_latents(generator, num_images, stream(seed, "score/latents"))
        device = device_of(generator)
        collected = _Collected()
        with evaluating(generator), progress.task("scoring generated samples", num_images, unit="img") as task:
            for z in torch.split(latents, self._at_once()):
                collected.add(*self._look(generator(z.to(device))))
                task.advance(len(z))
        return GeneratedSamples(*collected.together())

    def _at_once(self) -> int:
        side = self.protocol.image_size or 1
        return at_once(self.batch_size, side, side, PIXELS_AT_ONCE)

    def _look(self, samples: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return features and logits of generated samples."""
        if self.extractor is None:
            if samples.shape[1:] != self.real.features.shape[1:]:
                raise DataError(f"the generator makes samples {tuple(samples.shape)}; give one of points (n, 2)")
            return samples, None
        size = self.protocol.image_size
        if samples.shape[1:] != (3, size, size):
            raise DataError(
                f"the generator makes samples {tuple(samples.shape)}; the real ones are images of {size} px"
            )
        if not torch.isfinite(samples).all():
            raise DataError("generated images hold NaN or infinity; the generator has diverged")
        require_pixels(samples, "generated images", "say which range they have by ganatomy.adapt(module, value_range=)")
        return self.extractor.extract(to_float(to_uint8(samples)))


def image_scorer(
    extractor: Extractor,
    images: ImageSet,
    *,
    data: str = "images",
    split: str = "train",
    num_real: int | None = None,
    options: MetricOptions | None = None,
    batch_size: int = BATCH_SIZE,
    progress: Progress = SILENT,
) -> Scorer:
    """Return a scorer against real images, after looking at them once.

    Args:
        extractor: what images are looked at through.
        images: the real images.
        data: what to call them in the protocol.
        split: the split they are from.
        num_real: how many to use, the same ones for every seed; None uses all.
        options: what the metrics leave open; the defaults where None.
        batch_size: images looked at at a time.
        progress: is told of every image looked at.

    Raises:
        DataError: there are not so many images, or fewer than two.
    """
    chosen = choose(images, num_real)
    collected = _Collected()
    with torch.no_grad(), progress.task("looking at real images", len(chosen), unit="img") as task:
        size = at_once(batch_size, images.image_size, images.image_size, PIXELS_AT_ONCE)
        for index in np.array_split(chosen, -(-len(chosen) // size)):
            collected.add(extractor.extract(to_float(images.images[index]))[0], None)
            task.advance(len(index))
    features, _ = collected.together()
    return Scorer(
        RealSamples(features),
        image_protocol(extractor, images, chosen, data=data, split=split, options=options),
        extractor,
        batch_size,
    )


def point_scorer(mixture: str, num_real: int = 512, options: MetricOptions | None = None) -> Scorer:
    """Return a scorer of points in the plane against fresh points of a mixture.

    Args:
        mixture: a name that `data.mixtures` knows.
        num_real: points of the mixture, the same ones for every seed.
        options: what the metrics leave open; the defaults where None.

    Raises:
        ConfigError: no mixture of that name.
        DataError: fewer than two points.
    """
    if num_real < 2:
        raise DataError(f"there are {num_real} real samples; scores need 2 or more")
    points = sample(mixture, num_real, stream(0, "score/real"))
    protocol = Protocol(
        extractor=POINTS,
        fingerprint="",
        resize="none",
        data=mixture,
        data_fingerprint=_digest(points.numpy().tobytes()),
        split="all",
        image_size=None,
        num_real=num_real,
        num_generated=0,
        options=options or MetricOptions(),
    )
    return Scorer(RealSamples(points, mixture), protocol, None, batch_size=num_real)


def choose(images: ImageSet, num_real: int | None) -> np.ndarray:
    """Return which images are looked at, in their order: the same ones for every seed.

    Args:
        images: the real images.
        num_real: how many; None chooses all.

    Raises:
        DataError: there are not so many images, or fewer than two.
    """
    count = len(images) if num_real is None else num_real
    if len(images) < 2:
        raise DataError(f"there is {len(images) or 'no'} real image, and scores need 2 or more; give more images")
    if not 2 <= count <= len(images):
        raise DataError(f"there are {len(images)} real images and {count} are asked for; give 2 to {len(images)}")
    order = torch.randperm(len(images), generator=stream(0, "score/real"))
    return order[:count].sort().values.numpy()


def image_protocol(
    extractor: Extractor,
    images: ImageSet,
    chosen: np.ndarray,
    *,
    data: str,
    split: str,
    options: MetricOptions | None = None,
) -> Protocol:
    """Return the protocol of scores against real images, before they are looked at; of no generated ones yet.

    Args:
        extractor: what images are looked at through.
        images: the real images.
        chosen: which of them are looked at.
        data: what to call them.
        split: the split they are from.
        options: what the metrics leave open; the defaults where None.
    """
    return Protocol(
        extractor=extractor.name,
        fingerprint=extractor.fingerprint,
        resize=extractor.resize,
        data=data,
        data_fingerprint=_digest(*(images.images[index].tobytes() for index in chosen)),
        split=split,
        image_size=images.image_size,
        num_real=len(chosen),
        num_generated=0,
        options=options or MetricOptions(),
    )


class _Collected:
    """Features and logits, batch by batch."""

    def __init__(self) -> None:
        self._features: list[Tensor] = []
        self._logits: list[Tensor] = []

    def add(self, features: Tensor, logits: Tensor | None) -> None:
        self._features.append(features.detach().cpu())
        if logits is not None:
            self._logits.append(logits.detach().cpu())

    def together(self) -> tuple[Tensor, Tensor | None]:
        return torch.cat(self._features), torch.cat(self._logits) if self._logits else None


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:16]
