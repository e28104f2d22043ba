"""Unedited samples that all concepts share: generated and segmented once.

Source: the released code of GAN Dissection (Bau et al., arXiv 1811.10597) draws 20,000 samples for every concept anew.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.hooks import Kept
from ganatomy.intervene.baseline import Advance, Baseline, observe
from ganatomy.intervene.halves import Halves
from ganatomy.intervene.values import LEAST_SHARE
from ganatomy.segment.protocol import Segmenter
from ganatomy.stats.resampling import Floats

KEPT_BYTES = 2**30
"""Featuremaps of so many bytes at most are kept; of more, the lower part runs again for those that are asked for."""


OBSERVED = 256
"""Samples that are observed at a time."""


@dataclass(frozen=True, eq=False)
class Pool:
    """Samples unedited, and what each concept's cells have in common."""

    halves: Halves
    segmenter: Segmenter
    z: Tensor
    """(n, z_dim) latents."""
    images: Tensor
    """(n, s, s, 3) uint8."""
    labels: Tensor
    """(n, heads, s, s) int16."""
    featuremaps: Tensor | None
    """(n, u, h, w) of the layer, or None where they are too large to keep."""
    kept: Kept | None
    """What the part above the layer needs beside them, or None likewise."""
    shares: dict[str, Tensor]
    """(n, h, w) part of each cell that shows a concept, by concept."""
    means: dict[str, Tensor]
    """(u,) mean of each unit where a concept is, by concept: k of GAN Dissection."""
    areas: Floats
    """(n, k) part of each image's pixels that shows each concept."""

    def __len__(self) -> int:
        return len(self.z)

    def take(self, samples: Tensor) -> Baseline:
        """Return some of the samples, by their places (m,); nothing above the layer runs."""
        if self.featuremaps is None or self.kept is None:
            with torch.no_grad():
                featuremaps, kept = self.halves.keep(self.z[samples])
        else:
            featuremaps, kept = self.featuremaps[samples], self.kept[samples]
        return Baseline(self.halves, self.segmenter, kept, featuremaps, self.images[samples], self.labels[samples])


class ConditionalMean:
    """The mean of each unit over cells, weighted by the part of the cell that shows a concept; see `mean_where`.

    Args:
        least_share: part of a cell that has to show the concept for the cell to count.
    """

    def __init__(self, least_share: float) -> None:
        self.least_share, self.largest = least_share, 0.0
        self._weighted: Tensor | float = 0.0
        self._weights: Tensor | float = 0.0

    def add(self, featuremaps: Tensor, shares: Tensor) -> None:
        """Add featuremaps (n, u, h, w) and the shares (n, h, w) of their cells."""
        weights = shares.double() * ((shares >= self.least_share) & (shares > 0))
        self._weighted = self._weighted + torch.einsum("nuhw,nhw->u", featuremaps.double(), weights)
        self._weights = self._weights + weights.sum()
        self.largest = max(self.largest, float(shares.max()))

    def mean(self) -> Tensor | None:
        """Return the mean (u,), or None where no cell counted."""
        return torch.as_tensor(self._weighted / self._weights).float() if self._weights else None


def gather(
    halves: Halves,
    segmenter: Segmenter,
    z: Tensor,
    concepts: Sequence[str],
    least_share: float = LEAST_SHARE,
    batch_size: int = 32,
    advance: Advance = lambda _: None,
) -> Pool:
    """Return samples unedited, with what is needed of some concepts.

    Args:
        halves: the generator, split at the layer.
        segmenter: tells the concepts of each pixel.
        z: (n, z_dim) latents.
        concepts: some of the segmenter's.
        least_share: as for `mean_where`.
        batch_size: samples at a time; the figures do not depend on it.
        advance: told of every image.

    Raises:
        ConfigError: the segmenter has no such concept, or one fills no cell by `least_share`.
        LayerError: the layer has no cells.
    """
    means = {concept: ConditionalMean(least_share) for concept in concepts}
    shares: dict[str, list[Tensor]] = {concept: [] for concept in concepts}
    images, labels, areas, featuremaps, kept = [], [], [], [], []
    for latents in torch.split(z, OBSERVED):
        part = observe(halves.generator, segmenter, halves.layer, latents, batch_size)
        advance(len(part))
        for concept in concepts:
            shares[concept].append(part.shares(concept))
            means[concept].add(part.featuremaps, shares[concept][-1])
        images.append(part.images)
        labels.append(part.labels)
        areas.append(part.areas)
        if part.featuremaps[0].nbytes * len(z) <= KEPT_BYTES:
            featuremaps.append(part.featuremaps)
            kept.append(part.kept)
    return Pool(
        halves,
        segmenter,
        z,
        torch.cat(images),
        torch.cat(labels),
        torch.cat(featuremaps) if featuremaps else None,
        Kept.cat(kept) if kept else None,
        {concept: torch.cat(of_parts) for concept, of_parts in shares.items()},
        {concept: _mean(means[concept], concept, halves.layer, len(z)) for concept in concepts},
        np.concatenate(areas),
    )


def _mean(mean: ConditionalMean, concept: str, layer: str, num: int) -> Tensor:
    found = mean.mean()
    if found is None:
        raise ConfigError(
            f"'{concept}' covers at most {mean.largest:.2f} of a cell of layer '{layer}' in {num:,} samples, and "
            f"{math.ceil(100 * mean.least_share) / 100:.2f} is needed; choose another concept, or a layer of smaller "
            "cells"
        )
    return found
