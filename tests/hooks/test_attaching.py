"""Hooks are attached all or none, reached, and detached."""

import pytest
import torch
from tests.hooks.nets import Net, Paired, Summing, hooks_left

from ganatomy.errors import LayerError, LayerNotFound, LayerNotRun
from ganatomy.hooks import edit, record
from ganatomy.hooks.attaching import attached


def test_nothing_is_attached_when_one_name_is_wrong():
    net = Net()
    with pytest.raises(LayerNotFound, match="layer9"), record(net, ["layer1", "layer9"]):
        pytest.fail("the block must not run")
    assert hooks_left(net) == 0


def test_hooks_are_detached_when_the_block_fails():
    net = Net()
    with pytest.raises(ZeroDivisionError), edit(net, {"layer1": torch.relu}):
        raise ZeroDivisionError
    assert hooks_left(net) == 0


def test_a_layer_that_does_not_run_is_an_error():
    net = Net()
    with pytest.raises(LayerNotRun, match="layer 'spare' did not run"), record(net, ["layer1", "spare"]):
        net(torch.ones(1, 1))
    with (
        pytest.raises(LayerNotRun, match="layers 'layer1', 'spare' did not run"),
        edit(net, {"spare": torch.relu, "layer1": torch.relu}),
    ):
        pass


def test_a_compiled_module_that_ignores_late_hooks_is_caught():
    net = Net()
    compiled = torch.compile(net, backend="eager")
    compiled(torch.ones(1, 1))
    with pytest.raises(LayerNotRun, match="already run ignores hooks"), record(compiled, ["layer1"]):
        compiled(torch.ones(1, 1))
    with record(compiled, ["layer1"]) as recorded:
        net(torch.ones(1, 1))
    assert recorded["layer1"].item() == 2.0


def test_a_layer_that_returns_a_tuple_is_refused():
    net = Paired()
    with pytest.raises(LayerError, match="layer 'pair' returns a tuple"), record(net, ["pair"]):
        net(torch.ones(1, 1))
    assert hooks_left(net) == 0


def test_inputs_are_replaced_by_place_and_by_name():
    net, x = Summing(), torch.ones(1)
    assert net(x).item() == 111
    for name, total in (("add[0]", 112), ("add[1]", 121), ("add[hundred]", 211)):
        with attached(net, {name: lambda _, tensor: tensor * 2}, inputs=True):
            assert net(x).item() == total
    with attached(net, {"head": lambda _, tensor: tensor + 1}, inputs=True):
        assert net(x).item() == 112
    assert hooks_left(net) == 0


def test_of_several_inputs_one_has_to_be_chosen():
    net = Summing()
    message = r"layer 'add' takes 3 inputs; choose one of 'add\[0\]', 'add\[1\]', 'add\[hundred\]'"
    with pytest.raises(LayerError, match=message), record(net, ["add"], inputs=True):
        net(torch.ones(1))
    assert hooks_left(net) == 0


def test_a_layer_without_inputs_is_refused():
    net = Summing()
    message = "layer 'constant' takes 0 inputs; choose one of none"
    with pytest.raises(LayerError, match=message), record(net, ["constant"], inputs=True):
        net(torch.ones(1))
