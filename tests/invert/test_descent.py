"""Descent on parabolas whose lowest points are known."""

import torch

from ganatomy.invert.descent import descend

LOWEST = torch.tensor([[1.0], [-2.0], [0.0]])


def far(values):
    return (values[0] - LOWEST[: len(values[0])]).square().sum(1)


def free(values):
    pass


def test_every_sample_finds_its_own_lowest_point():
    (found,), losses = descend([torch.zeros(3, 1)], far, 200, [0.1], free)
    assert torch.allclose(found, LOWEST, atol=1e-2)
    assert losses.max() < 1e-3
    (alone,), _ = descend([torch.zeros(1, 1)], far, 200, [0.1], free)
    assert torch.equal(alone, found[:1])


def test_nothing_gets_worse_than_the_start():
    (found,), losses = descend([LOWEST.clone()], far, 5, [10.0], free)
    assert torch.equal(found, LOWEST)
    assert losses.tolist() == [0, 0, 0]
    (same,), losses = descend([torch.zeros(3, 1)], far, 0, [0.1], free)
    assert (same.tolist(), losses.tolist()) == ([[0], [0], [0]], [1, 4, 0])


def test_projection_holds_and_updates_are_told():
    told = []

    def project(values):
        values[0].clamp_(-0.5, 0.5)

    (found, unused), _ = descend(
        [torch.zeros(3, 1), torch.ones(3, 1)], lambda v: far(v) + 0 * v[1].sum(1), 100, [0.1, 0.1], project, told.append
    )
    assert torch.allclose(found, torch.tensor([[0.5], [-0.5], [0.0]]), atol=1e-2)
    assert found.abs().max() <= 0.5
    assert told == [3] * 100
    assert torch.equal(unused, torch.ones(3, 1))
