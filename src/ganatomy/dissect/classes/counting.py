"""The counts of every class: one pass over the same latents for each of them, at thresholds that are known.

A class is told from another by its samples alone: same latents, same thresholds, same blocks. So their scores compare,
and the counts of classes add up to those of all their samples, exactly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ganatomy.dissect.counting.contingency import Floats
from ganatomy.dissect.counting.counts import AtThreshold, Concepts
from ganatomy.dissect.counting.masks import LabelledPixels, MaskSource, category_groups, to_grid
from ganatomy.dissect.counting.passes import split_blocks
from ganatomy.dissect.counting.stream import segmented
from ganatomy.dissect.counting.tally import Tally
from ganatomy.dissect.latents import LatentSet
from ganatomy.dissect.layers import Dissection
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.samples import TEST
from ganatomy.models.at_once import PIXELS_AT_ONCE
from ganatomy.models.protocol import device_of
from ganatomy.progress import SILENT, Progress
from ganatomy.segment.areas import areas_of
from ganatomy.segment.protocol import Segmenter

HIGHEST = float(np.finfo(np.float32).max)
"""The threshold of a unit that has none."""


@dataclass(frozen=True)
class ClassCounts:
    """What was counted of one class."""

    number: int
    blocks: dict[str, AtThreshold]
    """By layer, at the one threshold of each unit, block by block."""
    areas: Floats
    """(num_images, k) part of the pixels of each sample that shows each concept."""


def count_classes(
    generator: nn.Module,
    segmenter: Segmenter,
    dissection: Dissection,
    numbers: Sequence[int],
    protocol: DissectionProtocol,
    progress: Progress = SILENT,
) -> Iterator[ClassCounts]:
    """Yield the counts of classes, one after another.

    Args:
        generator: in evaluation mode; latents are (n, z_dim + 1), the last entry being the class.
        segmenter: tells the concepts of each pixel.
        dissection: of layers of that generator, whose thresholds are kept.
        numbers: of the classes.
        protocol: `num_images` are samples of each class; the grid is that of the dissection.
        progress: told of every sample.
    """
    sides = 1 if protocol.grid is None else protocol.grid[0] * protocol.grid[1]
    at_once = max(1, min(protocol.batch_size, PIXELS_AT_ONCE // max(sides, _pixels(generator))))
    parts = _parts(numbers, protocol, at_once)
    device = device_of(generator)
    latents = LatentSet(generator, protocol.seed, TEST, protocol.num_images, device)
    sets = {number: _OfClass(latents, number) for number in numbers}
    layers = [layer.report.layer for layer in dissection.layers]
    batches = segmented(generator, segmenter, layers, ((sets[part.number], part.samples) for part in parts))
    with progress.task("dissecting classes", len(numbers) * protocol.num_images, unit="img") as task:
        for part, batch in zip(parts, batches, strict=True):
            if part.block == 0 and part.is_first:
                counter = _Counter(dissection, segmenter)
            if part.is_first:
                source = MaskSource(segmenter.categories, dissection.grid, protocol.seed, TEST)
            pixels = source.label(to_grid(batch.labels, dissection.grid), batch.samples)
            counter.add(batch.featuremaps, pixels, batch.samples, areas_of(batch.labels, len(segmenter.concepts)))
            task.advance(len(batch.samples))
            if part.is_last:
                counter.end_block()
            if part.ends_class:
                yield counter.counts(part.number)


def vocabulary(segmenter: Segmenter) -> Concepts:
    """Return a segmenter's concepts, and where their counts are."""
    return Concepts(segmenter.concepts, segmenter.categories, category_groups(segmenter.categories))


class _OfClass:
    """The latents of a set, each with one class in place of its own."""

    def __init__(self, latents: LatentSet, number: int) -> None:
        self._latents, self._number = latents, number
        self.size = latents.size

    def take(self, samples: Tensor) -> Tensor:
        """Return the latents (n, z_dim + 1) of sample numbers (n,) int64."""
        z = self._latents.take(samples)
        return torch.cat([z[:, :-1], torch.full_like(z[:, -1:], float(self._number))], 1)

    def images(self, inputs: Tensor, output: Tensor) -> Tensor:
        """Return the images that the generator showed."""
        return output


class _Counter:
    """Counts one class: of each layer a tally with the one threshold of each unit."""

    def __init__(self, dissection: Dissection, segmenter: Segmenter) -> None:
        self._concepts = vocabulary(segmenter)
        groups = MaskSource(segmenter.categories, dissection.grid, 0, TEST).num_groups
        self._tallies: dict[str, Tally] = {}
        for layer in dissection.layers:
            thresholds = torch.tensor([unit.threshold for unit in layer.report.units]).clamp(max=HIGHEST)
            edges = thresholds[:, None].float().to(layer.counts.test.edges.device)
            self._tallies[layer.report.layer] = Tally(edges, dissection.grid, groups, 1, dissection.upsampling)
        self._sums: dict[str, list[AtThreshold]] = {name: [] for name in self._tallies}
        self._areas: list[Floats] = []

    def add(self, featuremaps: Mapping[str, Tensor], pixels: LabelledPixels, samples: Tensor, areas: Floats) -> None:
        """Count a batch of samples of the class, with their (n, k) areas of concepts."""
        for name, tally in self._tallies.items():
            tally.add(featuremaps[name], pixels, samples)
        self._areas.append(areas)

    def end_block(self) -> None:
        """Note what the samples add up to so far."""
        for name, tally in self._tallies.items():
            only = np.zeros(len(tally.edges), np.int64)
            self._sums[name].append(AtThreshold.of(tally, self._concepts, only))

    def counts(self, number: int) -> ClassCounts:
        """Return everything, once all samples of the class have been counted."""
        blocks = {name: AtThreshold.from_running(sums) for name, sums in self._sums.items()}
        return ClassCounts(number, blocks, np.concatenate(self._areas))


@dataclass(frozen=True)
class _Part:
    """A batch to be counted."""

    number: int
    """Of its class."""
    block: int
    """The number of its block within the class."""
    samples: Tensor
    """(n,) int64, the numbers of its samples."""
    is_first: bool
    is_last: bool
    """Whether it is the first, or the last, of its block."""
    ends_class: bool


def _parts(numbers: Sequence[int], protocol: DissectionProtocol, at_once: int) -> list[_Part]:
    """Return all batches, class by class and block by block; no batch reaches over a block."""
    blocks = split_blocks(protocol.num_images, protocol.blocks)
    return [
        _Part(
            number,
            place,
            samples,
            bool(samples[0] == block[0]),
            bool(samples[-1] == block[-1]),
            bool(samples[-1] == protocol.num_images - 1),
        )
        for number in numbers
        for place, block in enumerate(blocks)
        for samples in torch.split(block, at_once)
    ]


def _pixels(generator: nn.Module) -> int:
    return int(getattr(generator, "image_size", 1)) ** 2
