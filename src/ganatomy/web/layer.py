"""A layer opened to be painted in: what its units are where a concept is, and what is known of them.

Source: GANPaint (Bau et al., arXiv 1811.10597, section 5.2): a brush sets units of a concept to what they are where the
concept is, or to zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor, nn

from ganatomy.dissect.latents import LatentSet
from ganatomy.dissect.samples import TEST
from ganatomy.errors import ConfigError, LayerError
from ganatomy.intervene.baseline import Baseline, observe
from ganatomy.intervene.halves import Halves
from ganatomy.intervene.values import HIGH, mean_outside, mean_where, quantile
from ganatomy.models.classes import class_number
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.records.causes import CauseRecord
from ganatomy.runs.records.units import UnitTable
from ganatomy.segment.protocol import OTHER, Segmenter

OBSERVED = 200
"""Samples on which values of units are found."""
VALUES_AT_ONCE = 2**26
"""Numbers that are kept of a layer, 256 MiB: of a large one fewer samples are observed."""
SAMPLES = 1000
"""Samples that can be chosen by number where no dissection says how many it looked at."""


@dataclass(frozen=True, eq=False)
class PaintedLayer:
    """A layer of a generator, its first samples unedited, and what is known of its units."""

    observed: Baseline
    """The first of the samples that can be chosen."""
    latents: LatentSet
    """All samples that can be chosen, those of the dissection where there is one."""
    seed: int
    """Theirs."""
    table: UnitTable | None = None
    """What the dissection found; None without one."""
    causes: Mapping[str, CauseRecord] = field(default_factory=dict)
    """By concept, what `ganatomy ace` found in this layer."""
    of_class: int | None = None
    """The class of the samples, where the dissection looked at one alone."""

    @property
    def halves(self) -> Halves:
        """The generator in two at the layer."""
        return self.observed.halves

    @property
    def generator(self) -> nn.Module:
        """(n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode."""
        return self.halves.generator

    @property
    def segmenter(self) -> Segmenter:
        """What tells the concepts of each pixel."""
        return self.observed.segmenter

    @property
    def layer(self) -> str:
        """Dotted module name."""
        return self.halves.layer

    @property
    def units(self) -> int:
        """How many units it has."""
        return int(self.observed.featuremaps.shape[1])

    @cached_property
    def seen(self) -> tuple[str, ...]:
        """The concepts that the samples show, the largest first."""
        areas = self.observed.areas.mean(0)
        order = sorted(range(len(areas)), key=lambda index: -areas[index])
        named = zip(self.segmenter.concepts, self.segmenter.categories, strict=True)
        proper = {index for index, (_, category) in enumerate(named) if category != OTHER}
        return tuple(self.segmenter.concepts[index] for index in order if areas[index] > 0 and index in proper)

    @cached_property
    def brushes(self) -> tuple[str, ...]:
        """The concepts that can be painted: those that have units by the dissection and are seen, largest first."""
        ranking = {} if self.table is None else self.table.ranking
        return tuple(concept for concept in self.seen if ranking.get(concept))

    @cached_property
    def inserted(self) -> dict[str, Tensor]:
        """By concept that is seen, what each unit is where it is, (u,)."""
        return {concept: _mean_where(self.observed, concept) for concept in self.seen}

    @cached_property
    def outside(self) -> dict[str, Tensor | None]:
        """By concept that is seen, the mean (u,) of each unit elsewhere; None where every cell shows some of it."""
        return {concept: _mean_outside(self.observed, concept) for concept in self.seen}

    @cached_property
    def high(self) -> Tensor:
        """The 99 % quantile (u,) of each unit over all cells."""
        return quantile(self.observed, HIGH)


def open_painted(
    generator: nn.Module,
    segmenter: Segmenter,
    layer: str,
    table: UnitTable | None = None,
    causes: Mapping[str, CauseRecord] | None = None,
    num_images: int = OBSERVED,
    batch_size: int = 32,
    progress: Progress = SILENT,
    seed: int | None = None,
) -> PaintedLayer:
    """Return a layer ready to be painted in.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode.
        segmenter: tells the concepts of each pixel.
        layer: dotted module name; its output is (n, u, h, w).
        table: the layer's `units.json`; None where it was not dissected.
        causes: by concept, what `ganatomy ace` found in this layer.
        num_images: samples on which values of units are found, fewer of a layer of many cells.
        batch_size: samples at a time.
        progress: told of every image segmented.
        seed: of the samples; None takes that of the dissection, or 0.

    Raises:
        ConfigError: the generator lacks the class that was dissected.
        LayerError: there is no such layer, it takes no part in generating images, or it has no cells.
    """
    dissected, size = (0, SAMPLES) if table is None else (table.seed, table.num_images)
    own = dissected if seed is None else seed
    latents = LatentSet(generator, own, TEST, size, next(generator.parameters()).device)
    count = min(num_images, size, VALUES_AT_ONCE // require_cells(generator, layer, latents))
    of_class = None if table is None or table.of_class is None else class_number(table.of_class, class_names(generator))
    z = with_class(generator, latents.take(torch.arange(max(1, count))), of_class)
    observed = observe(generator, segmenter, layer, z, batch_size, progress)
    return PaintedLayer(observed, latents, own, table, causes or {}, of_class)


def with_class(generator: nn.Module, z: Tensor, of_class: int | None) -> Tensor:
    """Return latents of one class; as they are for None.

    Args:
        generator: whose latents they are.
        z: (n, z_dim), or with the class (n, z_dim + 1).
        of_class: its number.

    Raises:
        ConfigError: the generator has no such class.
    """
    if of_class is None:
        return z
    names = class_names(generator)
    if not names:
        raise ConfigError(f"class is {of_class}, but the generator takes no classes; leave it out")
    number = float(class_number(of_class, names))
    return torch.cat([z[:, :-1], z.new_full((len(z), 1), number)], 1)


def class_names(generator: nn.Module) -> Sequence[str]:
    """Return the classes that a generator can be asked for; none of one that takes none."""
    names: Sequence[str] | None = getattr(generator, "class_names", None)
    return names or ()


@torch.no_grad()
def require_cells(generator: nn.Module, layer: str, latents: LatentSet) -> int:
    """Return how many numbers a layer gives for one sample, if it gives featuremaps and not the image itself.

    Raises:
        LayerError: there is no such layer, it takes no part in generating images, or there is nothing to paint in it.
    """
    halves, z = Halves(generator, layer), latents.take(torch.zeros(1, dtype=torch.long))
    featuremaps = halves.below(z)
    shape = tuple(featuremaps.shape)
    if len(shape) != 4:
        raise LayerError(f"layer '{layer}' returns shape {shape}, which has no cells to paint; choose another")
    size = getattr(generator, "image_size", 0)
    if shape[1:] == (3, size, size):
        raise LayerError(
            f"layer '{layer}' gives the image itself, shape {shape}, whose units are its colours; choose a layer below "
            "the last convolution"
        )
    return featuremaps.numel()


def _mean_where(observed: Baseline, concept: str) -> Tensor:
    try:
        return mean_where(observed, concept)
    except ConfigError:  # it is smaller than a third of a cell wherever it is
        return mean_where(observed, concept, 0.0)


def _mean_outside(observed: Baseline, concept: str) -> Tensor | None:
    try:
        return mean_outside(observed, concept)
    except ConfigError:
        return None
