"""Alpha by the plainest way: the whole generator for every image, two at a time, gradients added up, as was released.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), equations 5 and 6; numbers of the released code.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ganatomy.segment.protocol import DifferentiableSegmenter

Cell = tuple[int, int]
"""Row and column."""


def edited_image(generator: nn.Module, layer: str, z: Tensor, cell: Cell, alpha: Tensor, value: Tensor) -> Tensor:
    """Return the image (1, 3, s, s) of a latent (z_dim,) with all units moved to a value at one cell, by alpha."""

    def moved(_module: nn.Module, _inputs: object, output: Tensor) -> Tensor:
        changed = output.clone()
        row, column = cell
        changed[0, :, row, column] = (1 - alpha) * output[0, :, row, column] + alpha * value
        return changed

    handle = generator.get_submodule(layer).register_forward_hook(moved)
    image: Tensor = generator(z[None])
    handle.remove()
    return image


def probability_at(segmenter: DifferentiableSegmenter, image: Tensor, concept: str, cell: Cell, cells: Cell) -> Tensor:
    """Return the mean probability of a concept over the pixels of a cell, for images that are a multiple of the map."""
    shown = segmenter.probability(image, concept)[0]
    height, width = shown.shape[0] // cells[0], shown.shape[1] // cells[1]
    row, column = cell
    return shown[row * height : (row + 1) * height, column * width : (column + 1) * width].mean()


def optimise(
    generator: nn.Module,
    segmenter: DifferentiableSegmenter,
    layer: str,
    concept: str,
    cells: Cell,
    mean: Tensor,
    steps: Sequence[Sequence[tuple[Tensor, Cell, Tensor, Cell]]],
    initial: Tensor,
    learning_rate: float = 0.01,
    l2: float = 0.005,
    read_elsewhere: bool = False,
) -> Tensor:
    """Return alpha (u,) after an update for each entry of `steps`.

    Args:
        generator: the whole one.
        segmenter: tells probabilities.
        layer: dotted module name.
        concept: c.
        cells: rows and columns of the layer.
        mean: (u,) k.
        steps: for each update its pairs: a latent and the cell to ablate, a latent and the cell to insert at.
        initial: (u,) alpha at the start.
        learning_rate: of Adam.
        l2: weight of the squared norm, for each pair.
        read_elsewhere: read the insertion at the cell that is ablated in the other image of the pair.
    """
    alpha = initial.clone().requires_grad_()
    adam = torch.optim.Adam([alpha], lr=learning_rate)
    for pairs in steps:
        adam.zero_grad()
        for present, ablated, candidate, inserted in pairs:
            x_a = edited_image(generator, layer, present, ablated, alpha, torch.zeros_like(mean))
            x_i = edited_image(generator, layer, candidate, inserted, alpha, mean)
            read = ablated if read_elsewhere else inserted
            loss = probability_at(segmenter, x_a, concept, ablated, cells)
            loss = loss - probability_at(segmenter, x_i, concept, read, cells) + l2 * alpha.square().sum()
            loss.backward()
        adam.step()
        with torch.no_grad():
            alpha.clamp_(0, 1)
    return alpha.detach()
