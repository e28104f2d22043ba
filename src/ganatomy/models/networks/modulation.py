"""Latents in every layer: each channel scaled and shifted by what a linear map of z says.

Source: Chen, Lucic, Houlsby, Gelly, arXiv 1810.01365 (self modulation), section 3.

Differs: one linear map of z a layer, where they put a hidden layer of rectified units between; and BatchNorm keeps
the gain and shift of its own, so that a network starts near the one without.
"""

from torch import Tensor, nn


class SelfModulation(nn.Linear):
    """x (1 + a(z)) + b(z), with a and b one linear map of z: its first `channels` rows are a, the others b."""

    takes_latents = True

    def __init__(self, z_dim: int, channels: int):
        super().__init__(z_dim, 2 * channels)

    def forward(self, x: Tensor, z: Tensor) -> Tensor:  # type: ignore[override]
        """Return (n, channels, h, w) for `x` of that shape and latents `z` (n, z_dim)."""
        scale, shift = super().forward(z)[:, :, None, None].chunk(2, 1)
        return x * (1 + scale) + shift


class LatentLayer(nn.Sequential):
    """A layer whose parts run one after another, each given the latents too that takes them."""

    takes_latents = True

    @property
    def parts_in_order(self) -> list[tuple[str, nn.Module]]:
        """The parts that `forward` runs one after another, with their names."""
        return list(self.named_children())

    def forward(self, x: Tensor, z: Tensor) -> Tensor:  # type: ignore[override]
        """Return the layer's output for its input `x` and latents `z` (n, z_dim)."""
        for part in self:
            x = part(x, z) if getattr(part, "takes_latents", False) is True else part(x)
        return x
