"""Tokens are edited as the cells that they stand for."""

import pytest
import torch
from torch import nn

from ganatomy.errors import LayerError
from ganatomy.hooks import edit, on_tokens

TOKENS = torch.arange(2 * 7 * 3.0).view(2, 7, 3)
"""One token that is no cell, then two rows of three; three units."""


def test_a_cell_and_a_unit_are_edited_and_the_rest_stays():
    def off(maps):
        assert maps.shape == (2, 3, 2, 3)
        maps = maps.clone()
        maps[:, 2, 1, 0] = -1  # unit 2 at row 1, column 0: token 1 + 3
        return maps

    net = nn.Sequential(nn.Identity())
    with edit(net, on_tokens({"0": off}, (2, 3), first=1)):
        edited = net(TOKENS)
    expected = TOKENS.clone()
    expected[:, 4, 2] = -1
    assert torch.equal(edited, expected)


@pytest.mark.parametrize("tokens", [TOKENS[:, :6], TOKENS[..., None]])
def test_other_shapes_are_refused(tokens):
    message = r"gives .*; 1 first tokens and 2 x 3 cells are \(n, 7, u\): give the cells and the first tokens"
    with pytest.raises(LayerError, match=message):
        on_tokens({"0": torch.relu}, (2, 3), first=1)["0"](tokens)
