"""Layers are recorded, also for gradients, and no layer beyond them runs where none is wanted."""

import pytest
import torch
from tests.hooks.nets import Counted, Net, Paired, Summing, hooks_left
from torch import nn

from ganatomy.errors import LayerError, LayerNotFound, LayerNotRun
from ganatomy.hooks import edit, record, run_up_to


def test_a_recording_survives_a_following_in_place_activation():
    net = Net()
    with record(net, ["layer1", "layer2"]) as recorded:
        net(torch.tensor([[-3.0]]))
    assert recorded["layer1"].item() == -6.0
    assert recorded["layer2"].item() == 0.0
    assert list(recorded) == ["layer1", "layer2"]
    assert len(recorded) == 2
    assert hooks_left(net) == 0


def test_a_recording_sees_the_edits_around_it_and_not_those_within():
    net, x = Net(), torch.tensor([[1.0]])
    with edit(net, {"layer1": lambda r: r + 1}), record(net, ["layer1"]) as after:
        net(x)
    with record(net, ["layer1"]) as before, edit(net, {"layer1": lambda r: r + 1}):
        net(x)
    assert (after["layer1"].item(), before["layer1"].item()) == (3.0, 2.0)


def test_reading_a_layer_before_it_ran_is_an_error():
    net = Net()
    with pytest.raises(LayerNotRun, match="layer 'layer1' did not run"), record(net, ["layer1"]) as recorded:
        recorded["layer1"]


def test_a_plain_recording_has_no_gradient():
    net = Net()
    with record(net, ["layer1"]) as recorded:
        output = net(torch.ones(1, 1))
    with pytest.raises(RuntimeError, match="appears to not have been used in the graph"):
        torch.autograd.grad(output, recorded["layer1"])


def test_gradients_by_a_recorded_layer_pass_the_in_place_activation_after_it():
    net = Net()
    with record(net, ["layer1"], differentiable=True) as recorded:
        output = net(torch.tensor([[3.0], [-3.0]]))
    assert recorded["layer1"].flatten().tolist() == [6.0, -6.0]
    (gradient,) = torch.autograd.grad(output.sum(), recorded["layer1"], retain_graph=True)
    assert gradient.flatten().tolist() == [1.0, 0.0]
    recorded["layer1"].retain_grad()
    output.sum().backward()
    assert recorded["layer1"].grad.flatten().tolist() == [1.0, 0.0]
    assert net.layer1.weight.grad.item() == 3.0


def test_frozen_networks_have_gradients_by_layers_and_inputs_get_none():
    net, x = Net().requires_grad_(False), torch.ones(1, 1)
    with record(net, ["layer1"], differentiable=True) as first, record(net, ["layer2"], differentiable=True) as last:
        output = net(x)
    # layer2 is an identity; of layer1 = 2 the rectifier takes all
    assert torch.autograd.grad(output, [first["layer1"], last["layer2"]])[0].item() == 1.0
    assert not x.requires_grad


def test_gradients_pass_on_to_layers_before_and_through_edits():
    net, x = Net(), torch.ones(1, 1, requires_grad=True)
    with record(net, ["layer1"], differentiable=True) as recorded, edit(net, {"layer1": lambda r: r * 5}):
        output = net(x)
    by_layer, by_input = torch.autograd.grad(output, [recorded["layer1"], x])
    assert (by_layer.item(), by_input.item()) == (5.0, 10.0)


def test_what_cannot_have_gradients_is_refused():
    net = Net()
    for off in (torch.no_grad(), torch.inference_mode()):
        message = r"layer 'layer1' ran where gradients are off; leave torch.no_grad\(\) or torch.inference_mode\(\)"
        with pytest.raises(LayerError, match=message), off, record(net, ["layer1"], differentiable=True):
            net(torch.ones(1, 1))
    net = nn.Sequential(nn.Identity())
    message = r"layer '0' gives torch\.int64, which has no gradients"
    with pytest.raises(LayerError, match=message), record(net, ["0"], differentiable=True):
        net(torch.ones(1, dtype=torch.int64))


def test_inputs_are_recorded_and_have_gradients():
    net = Summing()
    with record(net, ["add[1]", "head"], inputs=True, differentiable=True) as recorded:
        output = net(torch.ones(1))
    assert {name: tensor.item() for name, tensor in recorded.items()} == {"add[1]": 10, "head": 111}
    assert torch.autograd.grad(output, recorded["add[1]"])[0].item() == 1


def test_one_of_several_tensors_is_recorded():
    net = Paired()
    with record(net, ["pair[0]", "pair[1][1]"]) as recorded:
        output = net(torch.ones(2, 1))
    assert torch.equal(recorded["pair[0]"], output)
    assert recorded["pair[1][1]"].shape == (1, 1)


def test_nothing_runs_after_the_last_layer_that_is_wanted():
    net, x = Counted(4), torch.ones(1)
    found = run_up_to(net, ["1", "0"], x)
    assert {name: tensor.item() for name, tensor in found.items()} == {"0": 2, "1": 3}
    assert [layer.calls for layer in net] == [1, 1, 0, 0]
    assert hooks_left(net) == 0


def test_a_run_that_stops_sees_edits_and_has_gradients():
    net, x = Counted(3), torch.ones(1, requires_grad=True)
    with edit(net, {"0": lambda r: r * 7}):
        found = run_up_to(net, ["1"], x)["1"]
    assert found.item() == 15
    assert torch.autograd.grad(found, x)[0].item() == 7


def test_a_compiled_network_that_has_run_stops_too():
    net = Counted(3)
    compiled = torch.compile(net, backend="eager")
    compiled(torch.ones(1))
    counted = net[2].calls
    assert run_up_to(compiled, ["1"], torch.ones(1))["1"].item() == 3
    assert net[2].calls == counted


def test_a_network_that_ends_before_the_layer_is_an_error():
    with pytest.raises(LayerNotRun, match="layer 'spare' did not run"):
        run_up_to(Net(), ["layer1", "spare"], torch.ones(1, 1))
    with pytest.raises(LayerNotFound, match="did you mean 'spare'"):
        run_up_to(Net(), ["spara"], torch.ones(1, 1))


def test_a_network_that_catches_all_errors_does_not_catch_the_end():
    class Cautious(Counted):
        def forward(self, x):
            try:
                return super().forward(x)
            except Exception:
                pytest.fail("the end of a run is no error")

    assert run_up_to(Cautious(2), ["0"], torch.ones(1))["0"].item() == 2


def test_recorded_inputs_are_copies_and_change_nothing():
    net, x = nn.Sequential(nn.ReLU(inplace=True)), torch.tensor([-3.0])
    with record(net, ["0"], inputs=True) as recorded:
        assert net(x).item() == 0
    assert recorded["0"].item() == -3
