"""What a generator is to everything that opens one up."""

import torch
from torch import Tensor, nn


def sample_latents(generator: nn.Module, n: int, rng: torch.Generator) -> Tensor:
    """Return `n` latents (n, z_dim) from the generator's own distribution.

    Args:
        generator: a module with `z_dim`, and with `shape.latent` unless it is normal.
        n: how many.
        rng: the stream to draw from; the result is on its device.
    """
    size = (n, int(generator.z_dim))  # type: ignore[arg-type]
    if getattr(getattr(generator, "shape", None), "latent", "normal") == "uniform":
        return torch.rand(size, generator=rng, device=rng.device) * 2 - 1
    return torch.randn(size, generator=rng, device=rng.device)
