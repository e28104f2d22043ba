"""A fixed set of latents: any of them can be drawn again, and more of them leave the first ones as they are."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from ganatomy.models.protocol import sample_latents
from ganatomy.seeds import stream

BLOCK = 1024
"""Latents drawn from one stream: what is held in memory at a time."""


class LatentSet:
    """`size` latents of a generator, numbered 0 ... size - 1.

    Args:
        generator: a module with `z_dim`.
        seed: with `name`, all that a latent depends on beside its number.
        name: which set: sets of different names are independent.
        size: how many latents there are.
        device: where they are put; they are drawn on the CPU, so that every device gets the same ones.
    """

    def __init__(
        self, generator: nn.Module, seed: int, name: str, size: int, device: torch.device | str = "cpu"
    ) -> None:
        self._generator, self._seed, self._name, self._device = generator, seed, name, device
        self._block, self._drawn = -1, torch.empty(0)
        self.size = size

    def take(self, samples: Tensor) -> Tensor:
        """Return the latents (n, z_dim) of the given sample numbers (n,) int64."""
        blocks = samples // BLOCK
        rows: list[Tensor] = []
        for block, sample in zip(blocks.tolist(), samples.tolist(), strict=True):
            self._draw(block)
            rows.append(self._drawn[sample - block * BLOCK])
        return torch.stack(rows).to(self._device)

    def images(self, latents: Tensor, output: Tensor) -> Tensor:
        """Return the images that a generator showed: its output."""
        return output

    def batches(self, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield all sample numbers (n,) with their latents (n, z_dim), in order."""
        for samples in torch.split(torch.arange(self.size), batch_size):
            yield samples, self.take(samples)

    def _draw(self, block: int) -> None:
        if block != self._block:
            rng = stream(self._seed, f"{self._name}/{block}")
            self._block, self._drawn = block, sample_latents(self._generator, BLOCK, rng)
