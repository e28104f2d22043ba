"""Samples run, recorded and segmented once, for all layers; the next batch is under way while one is counted."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.dissect.samples import SampleSet
from ganatomy.hooks import record
from ganatomy.segment.protocol import Segmenter


@dataclass(frozen=True)
class SegmentedBatch:
    """Samples with all that is counted of them."""

    samples: Tensor
    """(n,) int64, their numbers."""
    labels: Tensor
    """(n, heads, h, w) int64, at the size of the images."""
    featuremaps: dict[str, Tensor]
    """(n, u, h, w) float32 by layer."""


def segmented(
    network: nn.Module,
    segmenter: Segmenter,
    layers: Sequence[str],
    batches: Iterable[tuple[SampleSet, Tensor]],
) -> Iterator[SegmentedBatch]:
    """Yield batches of samples in order, each of a set and of numbers (n,) int64 in it."""

    @torch.no_grad()
    def make(source: SampleSet, numbers: Tensor) -> SegmentedBatch:
        inputs = source.take(numbers)
        with record(network, layers) as recorded:
            output = network(inputs)
        return SegmentedBatch(numbers, segmenter.segment(source.images(inputs, output)), dict(recorded))

    with ThreadPoolExecutor(1, "ganatomy-samples") as worker:
        under_way: Future[SegmentedBatch] | None = None
        for source, numbers in batches:
            following = worker.submit(make, source, numbers)
            if under_way:
                yield under_way.result()
            under_way = following
        if under_way:
            yield under_way.result()
