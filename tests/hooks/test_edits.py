"""Edits compose, and keep what they do not edit."""

import pytest
import torch
from tests.hooks.nets import Net, Paired

from ganatomy.errors import LayerError
from ganatomy.hooks import edit


def test_nested_edits_compose_outer_first():
    net = Net()
    with edit(net, {"layer1": lambda r: r + 1}), edit(net, {"layer1": lambda r: r * 10}):
        assert net(torch.tensor([[1.0]])).item() == 30.0
    assert net(torch.tensor([[1.0]])).item() == 2.0


def test_an_edit_must_keep_the_shape():
    net = Net()
    with (
        pytest.raises(LayerError, match=r"returned shape \(1,\) for a featuremap of shape \(1, 1\)"),
        edit(net, {"layer1": lambda r: r[0]}),
    ):
        net(torch.ones(1, 1))


def test_an_edit_must_return_a_tensor():
    net = Net()
    message = "the edit of layer 'layer1' returned a NoneType; return a tensor"
    with pytest.raises(LayerError, match=message), edit(net, {"layer1": lambda r: None}):
        net(torch.ones(1, 1))


def test_an_edited_tensor_is_put_back_among_the_others():
    net = Paired()
    with edit(net, {"pair[0]": torch.zeros_like}):
        assert net(torch.ones(2, 1)).tolist() == [[0.0], [0.0]]
    with edit(net, {"pair[1][0]": torch.zeros_like}):
        assert net(torch.ones(2, 1)).abs().min() > 0
