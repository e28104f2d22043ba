"""Tokens of a transformer edited as featuremaps: token t is a cell, entry u of it a unit there."""

from collections.abc import Mapping

import torch
from torch import Tensor

from ganatomy.errors import LayerError
from ganatomy.hooks.edits import Edit


def on_tokens(edits: Mapping[str, Edit], cells: tuple[int, int], first: int = 0) -> dict[str, Edit]:
    """Return edits of featuremaps (n, u, h, w) as edits of tokens (n, first + h w, u).

    >>> tokens = torch.arange(8.0).view(1, 4, 2)
    >>> edits = on_tokens({"block": lambda maps: maps.flip(3)}, cells=(2, 2))
    >>> edits["block"](tokens)[0, :, 0]
    tensor([2., 0., 6., 4.])

    Args:
        edits: by layer.
        cells: rows and columns that the tokens stand for, row by row.
        first: tokens before them that stand for no cell, such as one of the class; they stay.

    Raises:
        LayerError: once the layer runs, it returns something other than as many tokens.
    """
    return {layer: _on_tokens(layer, edit, cells, first) for layer, edit in edits.items()}


def _on_tokens(layer: str, edit: Edit, cells: tuple[int, int], first: int) -> Edit:
    def edited(tokens: Tensor) -> Tensor:
        count = first + cells[0] * cells[1]
        if tokens.ndim != 3 or tokens.shape[1] != count:
            raise LayerError(
                f"layer '{layer}' gives {tuple(tokens.shape)}; {first} first tokens and {cells[0]} x {cells[1]} "
                f"cells are (n, {count}, u): give the cells and the first tokens that it has"
            )
        maps = edit(tokens[:, first:].transpose(1, 2).reshape(len(tokens), -1, *cells))
        return torch.cat([tokens[:, :first], maps.flatten(2).transpose(1, 2)], 1)

    return edited
