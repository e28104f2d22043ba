"""What a generator shows unedited, computed once a sample and kept for all arms and concepts; and what an arm changes.

What lies below the edited layer runs once, the part above it and the segmenter once more for each arm
(GAN Dissection, arXiv 1811.10597, runs the whole generator each time).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.data.images import to_uint8
from ganatomy.errors import ConfigError, LayerError
from ganatomy.hooks import Kept, edit
from ganatomy.intervene.changes import Change
from ganatomy.intervene.halves import Halves
from ganatomy.models.at_once import at_once
from ganatomy.progress import SILENT, Progress
from ganatomy.segment.areas import areas_of
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.protocol import NOTHING, Segmenter
from ganatomy.stats.resampling import Floats

CHANGED = 8
"""Levels of 255 by which a colour of a pixel has to differ for the pixel to count as changed."""

AREAS_AT_ONCE = 256
"""Images whose areas are counted at a time, unless they are large."""

Advance = Callable[[int], None]
"""Told how many more images were generated and segmented."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """Samples unedited: their featuremaps, images and concepts."""

    halves: Halves
    segmenter: Segmenter
    kept: Kept
    """What the part above the layer needs beside the featuremaps: the latents, and what goes around the layer."""
    featuremaps: Tensor
    """(n, u, h, w) of the layer."""
    images: Tensor
    """(n, s, s, 3) uint8, as files have them."""
    labels: Tensor
    """(n, heads, s, s) int16, indices into the segmenter's concepts, or `NOTHING`."""
    seconds: tuple[float, float] = (0.0, 0.0)
    """What all samples took below the layer, and above it with the segmenter."""

    def __len__(self) -> int:
        return len(self.z)

    @property
    def z(self) -> Tensor:
        """(n, z_dim) latents."""
        latents: Tensor = self.kept.inputs[0]
        return latents

    @property
    def cells(self) -> tuple[int, int]:
        """Rows and columns of the layer.

        Raises:
            LayerError: its output has none.
        """
        if self.featuremaps.ndim != 4:
            raise LayerError(
                f"layer '{self.halves.layer}' returns shape {tuple(self.featuremaps.shape)}, which has no cells; "
                "choose one that keeps height and width"
            )
        height, width = self.featuremaps.shape[2:]
        return height, width

    @cached_property
    def areas(self) -> Floats:
        """The part (n, k) of each image's pixels that shows each concept."""
        return self._areas_by_batch(lambda samples: self.labels[samples].long())

    def inside(self, region: Tensor) -> Floats:
        """Return the part (n, k) of each image's pixels that shows each concept and lies in a region.

        Args:
            region: (s, s), or (n, s, s) where each sample has its own, bool.
        """
        others = ~region.expand(len(self), *region.shape[-2:])[:, None]
        return self._areas_by_batch(lambda samples: self.labels[samples].long().masked_fill(others[samples], NOTHING))

    def shows(self, concept: str) -> Tensor:
        """Return where each image shows a concept, (n, s, s) bool.

        Raises:
            ConfigError: the segmenter has no such concept.
        """
        known_concept(concept, self.segmenter.concepts)
        return (self.labels == self.segmenter.concepts.index(concept)).any(1)

    def shares(self, concept: str) -> Tensor:
        """Return the part (n, h, w) of each cell's pixels that shows a concept, S_c of GAN Dissection.

        Raises:
            ConfigError: the segmenter has no such concept.
            LayerError: the layer has no cells.
        """
        return F.adaptive_avg_pool2d(self.shows(concept).float(), self.cells)

    def take(self, samples: Tensor) -> "Baseline":
        """Return some of the samples, by their places (m,)."""
        return Baseline(
            self.halves,
            self.segmenter,
            self.kept[samples],
            self.featuremaps[samples],
            self.images[samples],
            self.labels[samples],
        )

    def batches(self, batch_size: int) -> Iterator[Tensor]:
        """Yield the places of all samples, in order; fewer at a time where images are large."""
        size = at_once(batch_size, *self.images.shape[1:3])
        yield from torch.split(torch.arange(len(self), device=self.z.device), size)

    def _areas_by_batch(self, labels: Callable[[Tensor], Tensor]) -> Floats:
        # Labels of all samples as int64 would take four times the memory that is kept of them.
        batches = self.batches(AREAS_AT_ONCE)
        return np.concatenate([areas_of(labels(samples), len(self.segmenter.concepts)) for samples in batches])


@torch.no_grad()
def observe(
    generator: nn.Module,
    segmenter: Segmenter,
    layer: str,
    z: Tensor,
    batch_size: int = 32,
    progress: Progress = SILENT,
) -> Baseline:
    """Return what a generator shows unedited.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode.
        segmenter: tells the concepts of each pixel.
        layer: dotted module name; the lowest that is to be changed.
        z: (n, z_dim) latents.
        batch_size: samples at a time; the figures do not depend on it.
        progress: told of every image segmented.

    Raises:
        ConfigError: the segmenter has more concepts than an int16 can number.
        LayerNotFound: no such layer.
        LayerNotRun: the layer takes no part in generating images.
    """
    if len(segmenter.concepts) > torch.iinfo(torch.int16).max:
        raise ConfigError(f"the segmenter has {len(segmenter.concepts)} concepts; give one of at most 32767")
    return observe_at(Halves(generator, layer), segmenter, z, batch_size, progress)


@torch.no_grad()
def observe_at(
    halves: Halves, segmenter: Segmenter, z: Tensor, batch_size: int = 32, progress: Progress = SILENT
) -> Baseline:
    """Return what a generator shows unedited, that is in two at a layer already.

    Args:
        halves: the generator.
        segmenter: tells the concepts of each pixel, no more than an int16 can number.
        z: (n, z_dim) latents.
        batch_size: samples at a time; the figures do not depend on it.
        progress: told of every image segmented.
    """
    shown: list[tuple[Tensor, Tensor, Tensor]] = []
    beside: list[Kept] = []
    below = above = 0.0
    with progress.task("observing", len(z), unit="img") as task:
        for batch in _fitting(z, batch_size, halves.generator):
            start = _now(z)
            featuremaps, kept = halves.keep(batch)
            middle = _now(z)
            images = halves.above(featuremaps, kept)
            beside.append(kept)
            shown.append((featuremaps, to_uint8(images), segmenter.segment(images).short()))
            below, above = below + middle - start, above + _now(z) - middle
            task.advance(len(batch))
    featuremaps, images, labels = (torch.cat(part) for part in zip(*shown, strict=True))
    return Baseline(halves, segmenter, Kept.cat(beside), featuremaps, images, labels, (below, above))


@dataclass(frozen=True)
class Outcome:
    """What the images of an arm show; `inside` and `outside` are of the region that is watched."""

    areas: Floats
    """(n, k) part of each image's pixels that shows each concept."""
    inside: Floats
    """(n, k) the same counted in the region alone, still as a part of all pixels; equal to `areas` without a region."""
    changed_inside: Floats
    """(n,) part of the region's pixels that changed."""
    changed_outside: Floats
    """(n,) part of the pixels outside of it that changed; NaN where there is none outside."""

    @property
    def outside(self) -> Floats:
        """(n, k) the areas outside of the region."""
        return self.areas - self.inside


@torch.no_grad()
def measure(
    baseline: Baseline,
    changes: Sequence[Change],
    region: Tensor | None = None,
    batch_size: int = 32,
    advance: Advance = lambda _: None,
) -> Outcome:
    """Return what an arm shows: the part above the layer and the segmenter run once for each sample.

    Args:
        baseline: the samples unedited.
        changes: one after another, in the layer of the baseline or after it; none measures the baseline itself.
        region: (s, s) or (n, s, s) bool, the pixels that are watched; None watches all.
        batch_size: samples at a time; the figures do not depend on it.
        advance: told of every image.

    Raises:
        ConfigError: a layer has no such unit.
        LayerError: a layer does not run after the baseline's, or has no units to change.
    """
    size, concepts = baseline.images.shape[1:3], len(baseline.segmenter.concepts)
    watched = torch.ones(size, dtype=torch.bool) if region is None else region.bool()
    watched = watched.to(baseline.images.device).expand(len(baseline), *size)
    parts: list[tuple[Floats, ...]] = []
    for samples in baseline.batches(batch_size):
        images = baseline.halves.above(
            baseline.featuremaps[samples], baseline.kept[samples], [change.take(samples) for change in changes]
        )
        labels, mask = baseline.segmenter.segment(images), watched[samples]
        areas, inside = _areas(labels, concepts, None if region is None else mask)
        changed = _changed(baseline.images[samples], to_uint8(images))
        parts.append((areas, inside, _part(changed, mask), _part(changed, ~mask)))
        advance(len(samples))
    return Outcome(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def lowest(generator: nn.Module, layers: Sequence[str], z: Tensor) -> str:
    """Return which of the layers runs first.

    Args:
        generator: any network.
        layers: dotted module names, one or more.
        z: latents to run it on.

    Raises:
        LayerNotFound: no such layer.
        LayerNotRun: a layer takes no part in generating images.
    """
    order: list[str] = []

    def note(name: str) -> Callable[[Tensor], Tensor]:
        def seen(featuremaps: Tensor) -> Tensor:
            order.append(name)
            return featuremaps

        return seen

    with torch.no_grad(), edit(generator, {layer: note(layer) for layer in layers}):
        generator(z)
    return order[0]


def _fitting(z: Tensor, batch_size: int, generator: nn.Module) -> Sequence[Tensor]:
    """Return latents in batches, smaller ones where a generator says that its images are large."""
    side = getattr(generator, "image_size", 1)
    return torch.split(z, at_once(batch_size, side, side))


def _now(z: Tensor) -> float:
    """Return the time in seconds, when all that was asked of the latents' device is done."""
    if z.is_cuda:
        torch.cuda.synchronize(z.device)
    return time.perf_counter()


def _areas(labels: Tensor, concepts: int, mask: Tensor | None) -> tuple[Floats, Floats]:
    """Return the area (n, k) of each label in all of the image, and in a mask (n, s, s), by one count."""
    if mask is None:
        areas = areas_of(labels, concepts)
        return areas, areas
    counted = areas_of(torch.where(mask[:, None] | (labels == NOTHING), labels, labels + concepts), 2 * concepts)
    inside, outside = counted[:, :concepts], counted[:, concepts:]
    return inside + outside, inside


def _changed(before: Tensor, after: Tensor) -> Tensor:
    """Return which pixels (n, s, s) differ visibly, of images (n, s, s, 3) uint8."""
    differences = torch.maximum(before, after) - torch.minimum(before, after)  # which uint8 can hold
    return differences.amax(3) > CHANGED


def _part(changed: Tensor, where: Tensor) -> Floats:
    """Return the part (n,) of the pixels in a mask (n, s, s) that changed; NaN for none."""
    counts = where.sum((1, 2)).double()
    part: Floats = ((changed & where).sum((1, 2)).double() / counts).cpu().numpy()
    return part
