"""Inverted photos in place of samples: what is edited are the featuremaps that were found for them.

Source: Bau et al., "Semantic Photo Manipulation with a Generative Image Prior", SIGGRAPH 2019, arXiv 2005.07727.
Differs: nothing of the generator is adapted to the photo afterwards, so that an edit shows what units themselves do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ganatomy.data.images import to_uint8
from ganatomy.errors import ConfigError, LayerError
from ganatomy.hooks import edit
from ganatomy.intervene.baseline import Baseline, lowest
from ganatomy.intervene.halves import Halves
from ganatomy.invert.files import KeptInversion
from ganatomy.segment.protocol import Segmenter

SAME = 1e-3
"""Of values in [-1, 1], by which an image may differ that comes of a layer after that of the inversion."""

Observe = Callable[[str], Baseline]
"""From the lowest layer that is edited to what is shown unedited."""


@dataclass(frozen=True, eq=False)
class InvertedPhotos:
    """Photos, and what was found for them in one layer."""

    layer: str
    z: Tensor
    """(n, z_dim) latents."""
    featuremaps: Tensor
    """(n, u, ...) of the layer."""
    photos: Tensor
    """(n, s, s, 3) uint8."""

    @classmethod
    def kept(cls, photos: Sequence[KeptInversion]) -> "InvertedPhotos":
        """Return photos that were kept in a run, one or more.

        Raises:
            ConfigError: they were inverted at different layers.
        """
        layers = sorted({photo.layer for photo in photos})
        if len(layers) > 1:
            raise ConfigError(f"photos were inverted at layers {', '.join(layers)}; edit those of one layer at a time")
        pixels = torch.from_numpy(np.stack([photo.photo for photo in photos]))
        z, featuremaps = ([getattr(photo, name) for photo in photos] for name in ("z", "featuremaps"))
        return cls(layers[0], torch.cat(z), torch.cat(featuremaps), pixels)

    def __len__(self) -> int:
        return len(self.z)


def observing(generator: nn.Module, segmenter: Segmenter, inverted: InvertedPhotos | None) -> Observe | None:
    """Return what observes inverted photos in place of samples; None for none.

    Args:
        generator: the one that they were inverted in.
        segmenter: tells the concepts of each pixel.
        inverted: the photos.
    """
    if inverted is None:
        return None

    def observe(layer: str) -> Baseline:
        return observe_inverted(generator, segmenter, layer, inverted)

    return observe


@torch.no_grad()
def observe_inverted(generator: nn.Module, segmenter: Segmenter, layer: str, inverted: InvertedPhotos) -> Baseline:
    """Return what a generator shows of featuremaps that were found, before any edit.

    Args:
        generator: in evaluation mode.
        segmenter: tells the concepts of each pixel.
        layer: the lowest that is to be changed.
        inverted: the photos, and what was found for them.

    Raises:
        ConfigError: the layer comes before the one whose featuremaps were found.
        LayerError: what was found goes around the layer, so that edits of it alone would lose a part of the photo.
    """
    at, z, featuremaps = inverted.layer, inverted.z, inverted.featuremaps
    if layer != at and lowest(generator, [at, layer], z) != at:
        raise ConfigError(
            f"layer '{layer}' comes before '{at}', whose features were found; edit '{at}' or a later layer, or invert "
            f"again with --layer {layer}"
        )
    halves = Halves(generator, layer)
    kept = halves.keep(z)[1]  # of a network that is no chain this tries out, on other samples, what has to be kept
    shown = featuremaps
    if layer != at:
        with edit(generator, {at: lambda _: featuremaps}):
            (shown, kept), whole = halves.keep(z), generator(z)
    images = halves.above(shown, kept)
    if layer != at and not torch.allclose(whole, images, atol=SAME):
        raise LayerError(f"what was found for the photo in layer '{at}' goes around layer '{layer}'; edit layer '{at}'")
    return Baseline(halves, segmenter, kept, shown, to_uint8(images), segmenter.segment(images).short())
