"""Layers are found, recorded and edited, and left as they were."""

import pytest
import torch
from torch import Tensor, nn

from ganatomy.errors import LayerError, LayerNotFound, LayerNotRun
from ganatomy.hooks import edit, find_layer, record


class Net(nn.Module):
    """x -> layer1 (2x) -> in-place ReLU -> layer2 (identity); `spare` never runs, `pair` returns a tuple."""

    def __init__(self) -> None:
        super().__init__()
        self.layer1 = nn.Linear(1, 1, bias=False)
        self.layer1.weight.data.fill_(2.0)
        self.layer2 = nn.Identity()
        self.spare = nn.Identity()
        self.pair = nn.LSTM(1, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer2(torch.relu_(self.layer1(x)))


class Paired(Net):
    def forward(self, x: Tensor) -> Tensor:
        return self.pair(x)[0]


def hooks_left(net: nn.Module) -> int:
    return sum(len(module._forward_hooks) for module in net.modules())


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


def test_a_recording_survives_a_following_in_place_activation():
    net = Net()
    with record(net, ["layer1", "layer2"]) as recorded:
        net(torch.tensor([[-3.0]]))
    assert recorded["layer1"].item() == -6.0
    assert recorded["layer2"].item() == 0.0
    assert list(recorded) == ["layer1", "layer2"]
    assert len(recorded) == 2
    assert hooks_left(net) == 0


def test_nested_edits_compose_outer_first():
    net = Net()
    with edit(net, {"layer1": lambda r: r + 1}), edit(net, {"layer1": lambda r: r * 10}):
        assert net(torch.tensor([[1.0]])).item() == 30.0
    assert net(torch.tensor([[1.0]])).item() == 2.0


def test_a_recording_sees_the_edits_around_it_and_not_those_within():
    net, x = Net(), torch.tensor([[1.0]])
    with edit(net, {"layer1": lambda r: r + 1}), record(net, ["layer1"]) as after:
        net(x)
    with record(net, ["layer1"]) as before, edit(net, {"layer1": lambda r: r + 1}):
        net(x)
    assert (after["layer1"].item(), before["layer1"].item()) == (3.0, 2.0)


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


def test_reading_a_layer_before_it_ran_is_an_error():
    net = Net()
    with pytest.raises(LayerNotRun, match="layer 'layer1' did not run"), record(net, ["layer1"]) as recorded:
        recorded["layer1"]


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


def test_an_edit_must_keep_the_shape():
    net = Net()
    with (
        pytest.raises(LayerError, match=r"returned shape \(1,\) for a featuremap of shape \(1, 1\)"),
        edit(net, {"layer1": lambda r: r[0]}),
    ):
        net(torch.ones(1, 1))
