"""Latents as their law has them: what a latent is made of, and how far it may go.

N(0, I) looks the same from every side, so that nothing but its length tells whether a latent is one of it: |z|^2 / d is
1 on average, with a standard deviation of sqrt(2 / d) over latents of d entries. Of U(-1, 1) all that lies in the cube
is as likely.
"""

import torch
from torch import Tensor, nn

from ganatomy.models.protocol import sample_latents
from ganatomy.seeds import stream


def entries_of(generator: nn.Module, z: Tensor) -> Tensor:
    """Return the entries (..., z_dim) of latents, without the class that may follow."""
    return z[..., : int(generator.z_dim)]  # type: ignore[arg-type]


def joined(entries: Tensor, classes: Tensor | None) -> Tensor:
    """Return latents as the generator takes them.

    Args:
        entries: (..., z_dim).
        classes: (...) numbers of classes; None of a generator without.
    """
    return entries if classes is None else torch.cat([entries, classes.to(entries)[..., None]], -1)


def settled(generator: nn.Module, entries: Tensor) -> Tensor:
    """Return entries that the law can have: those of U(-1, 1) within that, those of N(0, 1) as they are."""
    return entries.clamp(-1, 1) if is_uniform(generator) else entries


def pull(generator: nn.Module, entries: Tensor) -> Tensor:
    """Return what keeps latents plausible, (n,): (|z|^2 / d - 1)^2 of N(0, I), 0 of a uniform law.

    Args:
        generator: says which law.
        entries: (n, z_dim).
    """
    if is_uniform(generator):
        return torch.zeros_like(entries[:, 0])
    return (entries.square().mean(1) - 1).square()


def length(entries: Tensor) -> Tensor:
    """Return sqrt(|z|^2 / d) of latents (n, z_dim): about 1 of N(0, I), about 0.58 of U(-1, 1)."""
    return entries.square().mean(1).sqrt()


def drawn(generator: nn.Module, seed: int, name: str, n: int, device: torch.device) -> Tensor:
    """Return `n` latents of the generator's own law, (n, z_dim) or with classes (n, z_dim + 1).

    Args:
        generator: whose.
        seed: with `name` all that they depend on.
        name: of the set.
        n: how many.
        device: where they are put; they are drawn on the CPU.
    """
    return sample_latents(generator, n, stream(seed, f"invert/{name}")).to(device)


def is_uniform(generator: nn.Module) -> bool:
    """Return whether the entries of latents are U(-1, 1) rather than N(0, 1)."""
    return getattr(generator, "latent", "normal") == "uniform"
