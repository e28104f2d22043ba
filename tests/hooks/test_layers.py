"""Layers are found by their names, and tensors in what they give."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

import pytest
import torch
from tests.hooks.nets import Net
from torch import Tensor, nn

from ganatomy.errors import LayerError, LayerNotFound
from ganatomy.hooks import find_layer
from ganatomy.hooks.layers import locate, put, take


def test_finds_a_layer_by_its_dotted_name():
    net = nn.Sequential(Net())
    assert find_layer(net, "0.layer1") is net[0].layer1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("layr1", "no layer 'layr1' in Net; did you mean 'layer1'?"),
        ("xyz", "no layer 'xyz' in Net; its layers are layer1, layer2, spare, pair"),
    ],
)
def test_an_unknown_layer_is_named_beside_the_nearest(name, message):
    with pytest.raises(LayerNotFound) as error:
        find_layer(Net(), name)
    assert str(error.value) == message


def test_brackets_choose_in_what_a_layer_gives():
    net = nn.Sequential(Net())
    assert locate(net, "0.pair[1][0]") == (net[0].pair, (1, 0))
    assert locate(net, "0.pair[hidden][-1]") == (net[0].pair, ("hidden", -1))
    assert find_layer(net, "0.pair[1]") is net[0].pair


def test_a_module_whose_name_has_brackets_is_found_by_it():
    net = nn.ModuleDict({"block[0]": nn.Identity(), "block": nn.Identity()})
    assert locate(net, "block[0]") == (net["block[0]"], ())


def test_a_wrong_name_before_brackets_is_named():
    with pytest.raises(LayerNotFound, match="no layer 'pear' in Net; did you mean 'pair'"):
        find_layer(Net(), "pear[0]")


class Named(NamedTuple):
    sample: Tensor
    loss: float


@dataclass(frozen=True)
class Record:
    sample: Tensor
    loss: float


class Output(OrderedDict):
    """As of the transformers library: names are keys and attributes, and a number is a place."""

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        super().__setattr__(key, value)


class Loose:
    def __init__(self, sample, loss):
        self.sample, self.loss = sample, loss


ONE, TWO = torch.ones(()), torch.full((), 2.0)


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        ((ONE, 5.0), (0,)),
        ([5.0, ONE], (-1,)),
        ((5.0, (ONE, 6.0)), (1, 0)),
        (Named(ONE, 5.0), ("sample",)),
        (Named(ONE, 5.0), (0,)),
        ({"loss": 5.0, "sample": [ONE]}, ("sample", 0)),
        ({"sample": ONE, "loss": 5.0}, (0,)),
        (Record(ONE, 5.0), ("sample",)),
        (Output(sample=ONE, loss=5.0), ("sample",)),
        (Output(sample=ONE, loss=5.0), (0,)),
        (Loose(ONE, 5.0), ("sample",)),
    ],
)
def test_a_tensor_is_replaced_among_the_others_and_the_original_stays(value, keys):
    replaced = put(value, keys, TWO)
    assert type(replaced) is type(value)
    assert take("block", replaced, keys) is TWO
    assert take("block", value, keys) is ONE
    others = vars(replaced) if hasattr(replaced, "__dict__") else replaced
    assert "5.0" in str(others)


def test_an_entry_of_a_named_tuple_of_torch_is_replaced_by_name():
    replaced = put(torch.max(torch.tensor([[1.0, 3.0]]), 1), ("values",), TWO)
    assert (replaced.values.item(), replaced.indices.tolist()) == (2.0, [1])


def test_a_mapping_has_attributes_that_follow():
    assert put(Output(sample=ONE, loss=5.0), (0,), TWO).sample is TWO


@pytest.mark.parametrize(
    ("value", "keys", "message"),
    [
        (
            (ONE, 5.0),
            (),
            "returns a tuple of 2; only one tensor can be recorded or edited: choose one of its parts, "
            r"such as 'block\[0\]'",
        ),
        ({"loss": 5.0, "sample": ONE}, (), r"returns a dict of loss, sample; .* such as 'block\[sample\]'"),
        (Record(ONE, 5.0), (), r"returns a Record; .* such as 'block\[sample\]'"),
        (None, (), "returns a NoneType; only one tensor can be recorded or edited: choose a layer inside it"),
        ((ONE,), (3,), r"has no part \[3\]: there it gives a tuple of 1"),
        ({"sample": ONE}, ("x",), r"has no part \[x\]: there it gives a dict of sample"),
        ({"sample": ONE}, (4,), r"has no part \[4\]: there it gives a dict of sample"),
        ((ONE,), ("x",), r"has no part \[x\]: there it gives a tuple of 1"),
        (None, (0,), r"has no part \[0\]: there it gives a NoneType"),
    ],
)
def test_what_is_no_single_tensor_is_refused_with_what_to_choose(value, keys, message):
    with pytest.raises(LayerError, match=f"layer 'block' {message}"):
        take("block", value, keys)
