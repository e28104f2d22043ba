"""Upsampling and a convolution in one give what both give one after the other."""

import torch
from torch import nn

from ganatomy.models.networks.upsampling import UpsampledConv


def test_one_transposed_convolution_equals_upsampling_then_convolving() -> None:
    torch.manual_seed(0)
    ours = UpsampledConv(5, 4, bias=True)
    theirs = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(5, 4, 3, padding=1))
    theirs[1].load_state_dict(ours.state_dict())
    x = torch.randn(2, 5, 6, 7, requires_grad=True)
    # 1e-5: single precision, sums in another order
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-5, atol=1e-5)
    by_ours = torch.autograd.grad(ours(x).square().sum(), [x, ours.weight])
    by_theirs = torch.autograd.grad(theirs(x).square().sum(), [x, theirs[1].weight])
    for a, b in zip(by_ours, by_theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)
