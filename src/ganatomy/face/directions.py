"""Directions of a layer as units of a layer of their own, for a generator in memory."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganatomy.config.directions import DirectionsChoice
from ganatomy.directions import DirectedGenerator, Directions, find_directions, with_layer
from ganatomy.errors import ConfigError
from ganatomy.models.given import as_generator
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress

Given = str | Path | Tensor | NDArray[Any] | Sequence[Sequence[float]]


def with_directions(
    generator: nn.Module,
    layer: str,
    directions: Given,
    *,
    name: str | None = None,
    num_images: int = 1000,
    seed: int = 0,
    progress: Progress | bool | None = None,
) -> DirectedGenerator:
    """Return a generator with a layer more, whose units are directions of one of its layers.

    It makes the same images, and `dissect`, `ablate` and the others take the new layer as any other.

    >>> import ganatomy as ga
    >>> directed = ga.with_directions(ga.packaged(), "layer3", "pca:20", num_images=8)
    >>> directed.directions[0].layer, directed.directions[0].vectors.shape
    ('layer3-pca20', torch.Size([20, 128]))

    Args:
        generator: any generator of images in evaluation mode, see `adapt`.
        layer: dotted module name of a layer whose output is (n, u, h, w) or (n, u); `z` for the latents.
        directions: `pca:20`, of the greatest variance; `sefa:20`, that the weights reading the layer enlarge most;
            with `:negative` after it, the other ends; a file `.npz` or `.safetensors`; or read-outs (d, u).
        name: of the new layer; None makes it of the layer and the directions, `layer3-pca20`.
        num_images: of `pca`, samples whose cells they are found in.
        seed: of their latents.
        progress: as for `dissect`.

    Raises:
        ConfigError: directions are none of these, or there are not as many; or the name is taken.
        DataError: read-outs are no finite table, or depend on one another, or a file cannot be read.
        LayerError: there is no such layer, or it has another number of units.
    """
    told = shown_progress(progress)
    opened = as_generator(generator, told)
    if num_images < 1:
        raise ConfigError(f"num_images is {num_images}; give 1 or more")
    if isinstance(directions, str | Path):
        choice = DirectionsChoice.of(str(directions))
        found = find_directions(opened, layer, choice, num_images, seed, told)
    else:
        found = Directions.given(f"{layer}-directions", layer, _table(directions))
    return with_layer(opened, found if name is None else found.named(name))


def _table(directions: object) -> Tensor:
    if isinstance(directions, Tensor):
        return directions
    try:
        return torch.from_numpy(np.array(directions, dtype=np.float64))
    except (TypeError, ValueError):
        raise ConfigError(
            f"directions are a {type(directions).__name__} that is no table of numbers; give pca:20, sefa:20, a "
            "file, or read-outs (d, u)"
        ) from None
