"""The dissection of layers: two passes over generated samples, whatever the number of layers.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.1. Differs: the authors' code generates and
segments every sample once per layer and twice beside; here each sample is generated and segmented once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganatomy.dissect.latents import LatentSet
from ganatomy.dissect.levels import FRACTIONS, measure_edges
from ganatomy.dissect.tally import Tally, check_featuremaps
from ganatomy.dissect.thresholds import choose_thresholds
from ganatomy.dissect.units import LayerReport, report_layer
from ganatomy.hooks import record
from ganatomy.progress import SILENT, Progress
from ganatomy.seeds import stream
from ganatomy.segment.protocol import Segmenter

PILOT = 256
"""Validation samples on which the thresholds of each unit are measured."""

TEST, VALIDATION = "dissect/test", "dissect/validation"
"""The latents that scores and thresholds come from."""


@dataclass(frozen=True)
class DissectionProtocol:
    """What a dissection is measured on."""

    num_images: int = 1000
    """Samples to score on; as many others choose the thresholds."""
    seed: int = 0
    """Seed of both sets of latents."""
    grid: tuple[int, int] | None = None
    """Rows and columns on which units and masks are compared; None takes the image's own pixels."""
    batch_size: int = 32
    """Samples generated and segmented at a time; scores do not depend on it."""
    top: int = 6
    """Samples of highest activation kept per unit."""


@dataclass(frozen=True)
class LayerDissection:
    """The unit table of one layer, and the counts behind it."""

    report: LayerReport
    validation: Tally
    test: Tally


def dissect_layers(
    generator: nn.Module,
    segmenter: Segmenter,
    layers: Sequence[str],
    protocol: DissectionProtocol,
    progress: Progress = SILENT,
) -> list[LayerDissection]:
    """Return the dissection of each layer of a generator.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode.
        segmenter: tells the concept of each pixel.
        layers: dotted module names.
        protocol: what to measure on.
        progress: told of every sample.

    Raises:
        LayerNotFound: no such layer.
        LayerNotRun: a layer takes no part in generating images.
        LayerError: a layer returns something other than featuremaps (n, u, h, w).
        DataError: the segmenter gives values beyond its concepts.
    """
    device = next(generator.parameters()).device
    pilot = LatentSet(generator, protocol.seed, VALIDATION, min(PILOT, protocol.num_images), device)
    grid, edges = _pilot(generator, layers, pilot, protocol)
    unknown = np.array([name == "other" for name in segmenter.concepts])

    def tally(name: str, chosen: dict[str, Tensor], description: str) -> dict[str, Tally]:
        latents = LatentSet(generator, protocol.seed, name, protocol.num_images, device)
        tallies = {
            layer: Tally(edges[layer], len(segmenter.concepts), grid, chosen[layer], protocol.top) for layer in layers
        }
        with progress.task(description, protocol.num_images, unit="img") as task:
            for samples, masks, recorded in _segmented(
                generator, segmenter, layers, latents, grid, protocol.batch_size
            ):
                for layer in layers:
                    tallies[layer].add(recorded[layer], masks, samples)
                task.advance(len(samples))
        return tallies

    nowhere = {layer: torch.full((len(edges[layer]),), len(FRACTIONS), device=device) for layer in layers}
    validation = tally(VALIDATION, nowhere, "choosing thresholds")
    choices = {layer: choose_thresholds(validation[layer].joint.counts, edges[layer], unknown) for layer in layers}
    chosen = {layer: torch.from_numpy(choices[layer].threshold).to(device) for layer in layers}
    test = tally(TEST, chosen, "scoring units")
    return [
        LayerDissection(
            report_layer(layer, test[layer], choices[layer], segmenter.concepts), validation[layer], test[layer]
        )
        for layer in layers
    ]


def to_grid(masks: Tensor, grid: tuple[int, int]) -> Tensor:
    """Return masks (n, h, w) int64 at the grid, each cell taking the concept at its centre."""
    if tuple(masks.shape[1:]) == grid:
        return masks
    return F.interpolate(masks[:, None].float(), size=grid, mode="nearest-exact")[:, 0].long()


@torch.no_grad()
def _pilot(
    generator: nn.Module, layers: Sequence[str], latents: LatentSet, protocol: DissectionProtocol
) -> tuple[tuple[int, int], dict[str, Tensor]]:
    """Return the grid and the thresholds of each layer's units."""
    parts: dict[str, list[Tensor]] = {layer: [] for layer in layers}
    for _, z in latents.batches(protocol.batch_size):
        with record(generator, layers) as recorded:
            height, width = generator(z).shape[2:]
        for layer in layers:
            check_featuremaps(layer, recorded[layer])
            parts[layer].append(recorded[layer])
    grid = protocol.grid or (int(height), int(width))
    rng = stream(protocol.seed, "dissect/pilot")
    return grid, {layer: measure_edges(torch.cat(parts.pop(layer)), grid, rng) for layer in layers}


@torch.no_grad()
def _segmented(
    generator: nn.Module,
    segmenter: Segmenter,
    layers: Sequence[str],
    latents: LatentSet,
    grid: tuple[int, int],
    batch_size: int,
) -> Iterator[tuple[Tensor, Tensor, dict[str, Tensor]]]:
    """Yield sample numbers (n,), masks (n, *grid) and the layers' featuremaps (n, u, h, w), batch by batch."""
    for samples, z in latents.batches(batch_size):
        with record(generator, layers) as recorded:
            images = generator(z)
        yield samples, to_grid(segmenter.segment(images)[:, 0], grid), dict(recorded)
