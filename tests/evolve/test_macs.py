"""Counts by hand."""

import torch
from torch import nn

from ganatomy.evolve.macs import count_macs


def test_a_convolution_costs_its_products_forward_and_twice_that_backward() -> None:
    conv, x = nn.Conv2d(3, 5, 3, padding=1, bias=False), torch.ones(2, 3, 4, 4)
    forward = 2 * 5 * 4 * 4 * 3 * 3 * 3
    assert count_macs(lambda: conv(x)) == forward
    seen = x.clone().requires_grad_()
    assert count_macs(lambda: conv(seen).sum().backward()) == 3 * forward


def test_gradients_that_are_not_asked_for_cost_nothing() -> None:
    conv, x = nn.Conv2d(3, 5, 3, padding=1, bias=False), torch.ones(2, 3, 4, 4, requires_grad=True)
    forward = 2 * 5 * 4 * 4 * 3 * 3 * 3
    assert count_macs(lambda: torch.autograd.grad(conv(x).sum(), x)) == 2 * forward


def test_work_without_products_costs_nothing() -> None:
    assert count_macs(lambda: torch.ones(3) + 1) == 0
