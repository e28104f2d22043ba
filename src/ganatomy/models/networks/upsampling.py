"""Nearest-neighbour upsampling and a convolution in one: fewer products, the same result."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def widened(kernel: Tensor) -> Tensor:
    """Return `kernel` (..., 3, 3) summed over a 2x2 box, (..., 4, 4).

    Where a 3x3 convolution meets blocks of 2x2 equal or added cells, the taps that fall on a block act as their
    sum: one strided 4x4 convolution gives the same results with 4 products in place of 9.
    """
    taps = F.pad(kernel, (1, 1, 1, 1))
    return taps[..., 1:, 1:] + taps[..., :-1, 1:] + taps[..., 1:, :-1] + taps[..., :-1, :-1]


class UpsampledConv(nn.Conv2d):
    """Nearest-neighbour upsampling by 2 and a 3x3 convolution, in one transposed convolution.

    On a CPU its kernel takes longer to make than a single sample takes to pass. In evaluation mode, where no gradient
    by the weights is asked for, the kernel is kept with a copy of the weights that it was made of, and made anew as
    soon as these differ, however they were changed. In training, on other devices and where the network is
    compiled or exported it is made in each pass. What is kept is no part of the state, nor of copies of the module.
    """

    _kept: tuple[Tensor, Tensor] | None = None
    """The weights and the kernel made of them."""

    def __init__(self, channels_in: int, channels_out: int, bias: bool):
        super().__init__(channels_in, channels_out, 3, padding=1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, channels_out, 2h, 2w) for `x` (n, channels_in, h, w)."""
        kernel = self._kernel_kept() if self._may_keep else self._kernel()
        return F.conv_transpose2d(x, kernel, self.bias, stride=2, padding=1)

    def folded(self) -> nn.ConvTranspose2d:
        """Return an ordinary transposed convolution of the same function, whose kernel is made once and for all."""
        has_bias = self.bias is not None
        plain = nn.ConvTranspose2d(self.in_channels, self.out_channels, 4, stride=2, padding=1, bias=has_bias)
        with torch.no_grad():
            plain.weight.copy_(self._kernel())
            if plain.bias is not None and self.bias is not None:
                plain.bias.copy_(self.bias)
        return plain.to(self.weight.device).train(self.training)

    def train(self, mode: bool = True) -> "UpsampledConv":
        """Go to training mode, where nothing is kept, or to evaluation mode."""
        if mode:
            self._kept = None
        return super().train(mode)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy or a pickle holds: all but the kernel kept."""
        return {name: value for name, value in vars(self).items() if name != "_kept"}

    @property
    def _may_keep(self) -> bool:
        by_weight = torch.is_grad_enabled() and self.weight.requires_grad
        on_cpu = self.weight.device.type == "cpu"  # elsewhere comparing weights would wait for the device
        return on_cpu and not (self.training or by_weight or torch.compiler.is_compiling())

    def _kernel(self) -> Tensor:
        return widened(self.weight.flip(2, 3).transpose(0, 1))

    def _kernel_kept(self) -> Tensor:
        kept = self._kept  # read once: another thread may replace it
        if kept is None or kept[0].dtype != self.weight.dtype or not torch.equal(kept[0], self.weight):
            with torch.inference_mode(False), torch.no_grad():  # so that gradients by activations can pass it
                kept = self._kept = (self.weight.detach().clone(), self._kernel())
        return kept[1]
