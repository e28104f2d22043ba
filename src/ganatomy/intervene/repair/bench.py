"""Samples unedited with their features, and what they look like under an edit.

Only what an edit has changed is looked at again: an artifact unit that is off in most samples costs little.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import to_float, to_uint8
from ganatomy.errors import ConfigError, DataError
from ganatomy.intervene.baseline import Advance, Baseline, observe
from ganatomy.intervene.changes import Change
from ganatomy.metrics.extractor import Extractor
from ganatomy.metrics.scoring import choose
from ganatomy.progress import SILENT, Progress
from ganatomy.segment.areas import areas_of
from ganatomy.segment.protocol import Segmenter
from ganatomy.stats.resampling import Floats

LEAST_REAL = 8
"""Real images, halved: one half chooses, the other accepts."""


@dataclass(frozen=True, eq=False)
class Look:
    """What the samples of a bench show, unedited or under an edit."""

    features: Tensor
    """(n, f) float32."""
    areas: Floats
    """(n, k) part of each image's pixels that shows each concept."""

    def joined(self, other: "Look") -> "Look":
        """Return what these samples and others show."""
        return Look(torch.cat([self.features, other.features]), np.concatenate([self.areas, other.areas]))


@dataclass(frozen=True, eq=False)
class Bench:
    """Samples observed once, on which edits are tried."""

    baseline: Baseline
    extractor: Extractor
    look: Look
    """Of the samples unedited."""
    batch_size: int = 32

    def __len__(self) -> int:
        return len(self.baseline)

    @property
    def peaks(self) -> Tensor:
        """The highest activation (n, u) of each unit in each sample."""
        return self.baseline.featuremaps.flatten(2).amax(2)

    def halved(self, first: int) -> tuple["Bench", "Bench"]:
        """Return the first samples, and the others."""
        places = torch.split(torch.arange(len(self)), [first, len(self) - first])
        return self._take(places[0]), self._take(places[1])

    def _take(self, places: Tensor) -> "Bench":
        look = Look(self.look.features[places], self.look.areas[places.numpy()])
        return replace(self, baseline=self.baseline.take(places.to(self.baseline.z.device)), look=look)

    @torch.no_grad()
    def under(self, changes: Sequence[Change], advance: Advance = lambda _: None) -> Look:
        """Return what the samples show under an edit.

        Args:
            changes: one after another, in the layer of the baseline or after it.
            advance: told of every image.

        Raises:
            ConfigError: a layer has no such unit.
            LayerError: a layer does not run after the baseline's, or has no units to change.
        """
        features, areas = self.look.features.clone(), self.look.areas.copy()
        for samples in self.baseline.batches(self.batch_size):
            those = [change.take(samples) for change in changes]
            images = self.baseline.halves.above(self.baseline.featuremaps[samples], self.baseline.kept[samples], those)
            pixels = to_uint8(images)
            moved = (pixels != self.baseline.images[samples]).flatten(1).any(1)
            if moved.any():
                places = samples[moved].cpu()
                features[places] = self.extractor.extract(to_float(pixels[moved]))[0].cpu()
                labels = self.baseline.segmenter.segment(images[moved])
                areas[places.numpy()] = areas_of(labels, areas.shape[1])
            advance(len(samples))
        return Look(features, areas)


@torch.no_grad()
def prepare(
    generator: nn.Module,
    segmenter: Segmenter,
    extractor: Extractor,
    layer: str,
    z: Tensor,
    batch_size: int = 32,
    progress: Progress = SILENT,
) -> Bench:
    """Return samples of a generator, observed.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode.
        segmenter: tells the concepts of each pixel.
        extractor: what images are looked at through.
        layer: dotted module name; the lowest that is to be changed.
        z: (n, z_dim) latents.
        batch_size: samples at a time; the figures do not depend on it.
        progress: told of every image.

    Raises:
        LayerError: there is no such layer, it does not run, or its output has no cells.
        DataError: generated images hold NaN or infinity.
    """
    baseline = observe(generator, segmenter, layer, z, batch_size, progress)
    baseline.cells  # noqa: B018  (refuses a layer without)
    if not baseline.featuremaps.isfinite().all():
        raise DataError(f"layer '{layer}' gives NaN or infinity; the generator has diverged")
    features = features_of(extractor, baseline.images.cpu().numpy(), batch_size, "looking at samples", progress)
    return Bench(baseline, extractor, Look(features, baseline.areas), batch_size)


@torch.no_grad()
def features_of(
    extractor: Extractor, pixels: np.ndarray, batch_size: int, what: str, progress: Progress = SILENT
) -> Tensor:
    """Return the features (n, f) of images (n, s, s, 3) uint8, on the CPU.

    Args:
        extractor: what they are looked at through.
        pixels: the images, possibly on disk.
        batch_size: images at a time.
        what: what to call this in the progress.
        progress: told of every image.
    """
    parts = []
    with progress.task(what, len(pixels), unit="img") as task:
        for start in range(0, len(pixels), batch_size):
            batch = np.ascontiguousarray(pixels[start : start + batch_size])
            parts.append(extractor.extract(to_float(batch))[0].cpu())
            task.advance(len(batch))
    return torch.cat(parts)


def real_halves(
    extractor: Extractor, images: ImageSet, num_real: int, batch_size: int, progress: Progress = SILENT
) -> tuple[Tensor, Tensor]:
    """Return the features of two halves of the real images: those that choose, and those that accept.

    Args:
        extractor: what they are looked at through.
        images: the real images.
        num_real: how many to take, or all where there are fewer; the same ones for every seed.
        batch_size: images at a time.
        progress: told of every image.

    Raises:
        ConfigError: there are too few.
    """
    count = min(num_real, len(images))
    if count < LEAST_REAL:
        raise ConfigError(
            f"{count} real images are too few to halve, one half to choose by and one to accept by; give {LEAST_REAL} "
            "or more"
        )
    chosen = choose(images, count)
    features = features_of(extractor, images.images[chosen], batch_size, "looking at real images", progress)
    return features[::2], features[1::2]
