"""Directions that the weights reading a layer enlarge most: of the latents, or of the units at each cell.

Source: SeFa (Shen and Zhou, arXiv 2007.06600), section 3, equations 5 to 7: of the first weights A, by which the
latents z go on as A z + b, the unit vectors n of the greatest |A n|, which are eigenvectors of A^T A. Where several
weights take the latents they are stacked, as there for StyleGAN and BigGAN.

Differs: the weights that read any other layer do as well, a convolution's A having a row for each of its outputs and
taps. And each direction is turned so that its entry of greatest size is positive.
"""

from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn

from ganatomy.config.directions import LATENTS
from ganatomy.directions.pca import leading
from ganatomy.errors import ConfigError
from ganatomy.hooks import edit
from ganatomy.models.protocol import require_latents, sample_latents
from ganatomy.seeds import stream

READERS = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
TRIAL = 2
"""Samples of the pass that finds which weights read a layer."""


@torch.no_grad()
def closed_form_directions(generator: nn.Module, base: str, number: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the directions of a layer that the weights reading it enlarge most.

    Args:
        generator: (n, z_dim) latents to images, in evaluation mode.
        base: dotted module name of a layer whose output is (n, u, h, w) or (n, u); `z` for the latents.
        number: d, how many.

    Returns:
        (d, u) float64 orthonormal, greatest gain first; (u,) zeros; (d,) the part of the squared gain of each.

    Raises:
        LayerNotFound: no such layer.
        ConfigError: nothing reads it that has weights, or these enlarge fewer directions.
    """
    weights = reading_weights(generator, base)
    vectors, values = leading(weights.T @ weights)
    rank = int(torch.linalg.matrix_rank(weights))
    if number > rank:
        least = f"give sefa:{rank}, or fewer" if rank else "choose another layer"
        raise ConfigError(
            f"sefa:{number} of layer '{base}', of whose {len(values)} units the weights after it read {rank} "
            f"directions; {least}"
        )
    return vectors[:number], torch.zeros(len(values), dtype=torch.float64), (values / values.sum())[:number]


@torch.no_grad()
def reading_weights(generator: nn.Module, base: str) -> Tensor:
    """Return the weights (rows, u) float64 of the dense layers and convolutions that a layer's output goes into.

    They are those whose input it is, in a trial pass. Where there are none, since something comes between, it is the
    first one to run after the layer that takes as many units.

    Raises:
        LayerNotFound: no such layer.
        ConfigError: there are none.
    """
    latents = sample_latents(generator, TRIAL, stream(0, "directions/trial"))
    latents = latents.to(next(iter(generator.parameters()), latents).device)
    read = latents[:, : require_latents(generator)].clone() if base == LATENTS else None
    after: list[tuple[nn.Module, bool]] = []

    def arrived(output: Tensor) -> Tensor:
        nonlocal read
        read = output.clone()
        return output

    def look(module: nn.Module, inputs: tuple[Any, ...]) -> None:
        given = [entry for entry in inputs if isinstance(entry, Tensor)]
        if read is not None and _width(module) == read.shape[1]:
            after.append((module, any(_same(entry, read) for entry in given)))

    with ExitStack() as stack:
        for module in generator.modules():
            if isinstance(module, READERS):
                stack.callback(module.register_forward_pre_hook(look).remove)
        stack.enter_context(edit(generator, {} if base == LATENTS else {base: arrived}))
        generator(latents)
    readers = [module for module, is_reader in after if is_reader] or [module for module, _ in after[:1]]
    if not readers:
        raise ConfigError(
            f"no dense layer or convolution takes the units of layer '{base}', and sefa is of its weights; give pca, "
            "or choose another layer"
        )
    return torch.cat([_rows(module) for module in dict.fromkeys(readers)])


def _width(module: nn.Module) -> int:
    """Return how many units a module reads; 0 of one that reads them in groups."""
    if isinstance(module, nn.Linear):
        return module.in_features
    assert isinstance(module, nn.Conv2d | nn.ConvTranspose2d)
    return module.in_channels if module.groups == 1 else 0


def _same(given: Tensor, read: Tensor) -> bool:
    return given.numel() == read.numel() and torch.equal(given.flatten(1), read.flatten(1))


def _rows(module: nn.Module) -> Tensor:
    """Return a module's weights as a matrix, with a column for each unit that it reads."""
    weight: Tensor = module.weight  # type: ignore[assignment]
    by_unit = weight if isinstance(module, nn.ConvTranspose2d) else weight.transpose(0, 1)
    return by_unit.flatten(1).T.double().cpu()
