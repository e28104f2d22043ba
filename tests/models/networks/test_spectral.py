"""Spectral normalisation: weights of norm one, drawn from the stream that is given and no other."""

import torch
from torch import nn

from ganatomy.models.networks.spectral import normalise_spectrally


def network(seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 1))


def normalised(seed: int) -> nn.Sequential:
    net = network()
    normalise_spectrally(net, torch.Generator().manual_seed(seed))
    return net


def largest_singular_value(weight: torch.Tensor) -> float:
    return torch.linalg.matrix_norm(weight.detach().flatten(1), 2).item()


def test_every_weight_has_spectral_norm_one_from_the_start() -> None:
    net = normalised(0).eval()
    plain = network()
    for index in (0, 3):
        weight = net[index].weight
        # 1e-3: fifteen steps of power iteration
        assert abs(largest_singular_value(weight) - 1) < 1e-3
        ratio = plain[index].weight / weight
        torch.testing.assert_close(ratio, ratio.flatten()[0].expand_as(ratio))


def test_training_follows_a_weight_that_moves_and_evaluation_does_not() -> None:
    net = normalised(0)
    with torch.no_grad():
        net[0].parametrizations.weight.original.mul_(torch.linspace(1, 5, 4).view(4, 1, 1, 1))
    net.eval()
    before = net[0].weight
    assert torch.equal(before, net[0].weight)
    net.train()
    for _ in range(200):
        net(torch.zeros(1, 3, 4, 4))
    assert abs(largest_singular_value(net.eval()[0].weight) - 1) < 1e-3


def test_power_iteration_starts_from_the_stream_and_leaves_the_global_one() -> None:
    one, again, other = (normalised(seed)[3].parametrizations.weight[0]._v for seed in (1, 1, 2))
    assert torch.equal(one, again)
    torch.manual_seed(5)
    expected = torch.rand(3)
    net = network()
    torch.manual_seed(5)
    normalise_spectrally(net, torch.Generator().manual_seed(0))
    assert torch.equal(torch.rand(3), expected)
    assert other.shape == one.shape
