"""One seed, many named random streams.

Every random choice draws from a stream of its own, so that asking for more of one kind (another
evaluation image, say) never moves another (the initial weights).
"""

import hashlib

import torch


def stream_seed(seed: int, name: str) -> int:
    """Return the 63-bit seed of the stream `name` under `seed`."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1


def stream(seed: int, name: str, device: torch.device | str = "cpu") -> torch.Generator:
    """Return a fresh generator for the stream `name` under `seed`.

    >>> a, b = stream(0, "latent"), stream(0, "latent")
    >>> bool((torch.randn(3, generator=a) == torch.randn(3, generator=b)).all())
    True
    """
    return torch.Generator(device=device).manual_seed(stream_seed(seed, name))
