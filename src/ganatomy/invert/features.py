"""The featuremaps of photos: those of the latents, moved within a stated distance so that the image comes closer.

    r = lower(z) + sigma_u s,  |s| <= distance at every cell,   s* = argmin |upper(r) - x| + w d(upper(r), x)

Source: Bau et al., "Semantic Photo Manipulation with a Generative Image Prior", SIGGRAPH 2019, arXiv 2005.07727, which
perturbs the early layers of the generator; "Seeing What a GAN Cannot Generate", ICCV 2019, arXiv 1910.11626, which
inverts from one layer on. Differs: one layer; a hard bound, in standard deviations of each unit, in place of a penalty,
so that what an inversion took from the generator and what it added is said by one number; and no cell leaves what its
unit ever is in samples: after a rectifier none becomes negative, for which the generator has no use.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.directions import split_at
from ganatomy.hooks import Kept, edit
from ganatomy.invert.closeness import Closeness, Target
from ganatomy.invert.descent import descend
from ganatomy.invert.law import drawn, entries_of, joined, pull, settled
from ganatomy.invert.ranges import Ranges

RATE = 0.1
"""The first learning rate, in standard deviations of a unit."""
LATENT_RATE = 0.02
"""Of latents that go around the layer."""

Advance = Callable[[int], None]


@dataclass(frozen=True, eq=False)
class FoundFeatures:
    """Featuremaps that come close to photos."""

    z: Tensor
    """(n, z_dim), changed where latents go around the layer."""
    before: Tensor
    """(n, u, ...) lower(z)."""
    shift: Tensor
    """(n, u, ...) s, in standard deviations of each unit, within the distance."""
    featuremaps: Tensor
    """(n, u, ...) lower(z) + sigma_u d."""
    images: Tensor
    """(n, 3, s, s) what comes of them."""


class LayerHalves:
    """A generator in two at a layer.

    Args:
        generator: in evaluation mode.
        layer: dotted module name, or the name of directions.

    Raises:
        LayerNotFound: no such layer.
    """

    def __init__(self, generator: nn.Module, layer: str) -> None:
        self.generator, self.layer = generator, layer
        self.lower, self.upper = split_at(generator, layer)

    @torch.no_grad()
    def keep(self, z: Tensor) -> tuple[Tensor, Kept]:
        """Return the featuremaps (n, u, ...) of latents, and what else is needed above them."""
        return self.lower.keep(z)

    def above(self, featuremaps: Tensor, kept: Kept) -> Tensor:
        """Return the images (n, 3, s, s) that come of featuremaps."""
        images: Tensor = self.upper(featuremaps, kept)
        return images

    def moved(self, z: Tensor, by: Tensor) -> Tensor:
        """Return the images (n, 3, s, s) of latents whose featuremaps are moved; gradients reach both."""
        with edit(self.generator, {self.layer: lambda featuremaps: featuremaps + by}):
            images: Tensor = self.generator(z)
        return images

    @torch.no_grad()
    def has_latents_around(self, seed: int = 0) -> bool:
        """Return whether latents reach the image beside the layer: one's featuremaps are not all that it shows."""
        z = drawn(self.generator, seed, "around", 2, next(self.generator.parameters()).device)
        z[:, int(self.generator.z_dim) :] = z[:1, int(self.generator.z_dim) :]  # type: ignore[arg-type]
        featuremaps, kept = self.keep(z)
        swapped = kept[torch.tensor([1, 0], device=z.device)]
        return not torch.allclose(self.above(featuremaps, kept), self.above(featuremaps, swapped), atol=1e-4)


def find_features(
    halves: LayerHalves,
    closeness: Closeness,
    target: Target,
    z: Tensor,
    ranges: Ranges,
    distance: float,
    steps: int,
    weight: float = 0.01,
    advance: Advance = lambda _: None,
) -> FoundFeatures:
    """Return featuremaps within a distance of those of latents, such that the images come closest to photos.

    Args:
        halves: the generator at the layer.
        closeness: what is brought down.
        target: the photos.
        z: (n, z_dim) their latents.
        ranges: of the layer's units.
        distance: how far a cell may be moved, in standard deviations of its unit.
        steps: updates.
        weight: of the pull on latents that go around the layer.
        advance: told of every sample of an update.
    """
    before, kept = halves.keep(z)
    deviation = Ranges.beside(before, ranges.deviation)
    entries = entries_of(halves.generator, z)
    classes = z[:, -1] if z.shape[1] > entries.shape[1] else None
    around, room = halves.has_latents_around(), ranges.room(before, distance)

    def objective(values: Sequence[Tensor]) -> Tensor:
        if not around:
            return closeness.loss(halves.above(before + deviation * values[0], kept), target)
        images = halves.moved(joined(values[1], classes), deviation * values[0])
        return closeness.loss(images, target) + weight * pull(halves.generator, values[1])

    def project(values: Sequence[Tensor]) -> None:
        for latents in values[1:]:
            latents.copy_(settled(halves.generator, latents))
        down, up = ranges.room(halves.keep(joined(values[1], classes))[0], distance) if around else room
        values[0].clamp_(down, up)

    start, rates = ([before.new_zeros(before.shape)], [RATE])
    if around:
        start, rates = [*start, entries], [*rates, LATENT_RATE]
    (shift, *moved), _ = descend(start, objective, steps, rates, project, advance)
    return _found(halves, joined(moved[0], classes) if moved else z, shift, deviation)


@torch.no_grad()
def _found(halves: LayerHalves, z: Tensor, shift: Tensor, deviation: Tensor) -> FoundFeatures:
    before, kept = halves.keep(z)
    featuremaps = before + deviation * shift
    return FoundFeatures(z, before, shift, featuremaps, halves.above(featuremaps, kept))
