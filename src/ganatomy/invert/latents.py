"""The latents of photos: an encoder gives the first, a few others are drawn, and the best goes on to the end.

    z* = argmin |G(z) - x| + w d(G(z), x) + p (|z|^2 / d - 1)^2,   d the perceptual distance

Source: Zhu et al., "Generative Visual Manipulation on the Natural Image Manifold", ECCV 2016, arXiv 1609.03552: an
encoder first, then optimisation. Differs: where there are classes, each start is of the next likeliest one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.invert.closeness import Closeness, Target
from ganatomy.invert.descent import descend
from ganatomy.invert.encoder import Encoder, encoded
from ganatomy.invert.law import drawn, entries_of, joined, pull, settled

RATE = 0.1
"""The first learning rate, in entries of a latent."""
EXPLORED = 4
"""All starts take a part of the steps of one in so many; then the best alone goes on."""

Advance = Callable[[int], None]


@dataclass(frozen=True)
class LatentProtocol:
    """How latents are looked for."""

    steps: int = 150
    """Of the start that goes on."""
    restarts: int = 3
    """Where to start from: the encoder's latents, and as many drawn ones as are missing."""
    pull: float = 0.01
    """Weight of what keeps latents plausible."""
    class_number: int | None = None
    """Of a generator with classes; None tries the likeliest ones, one with each start."""


def starts_of(
    generator: nn.Module, encoder: Encoder, photos: Tensor, protocol: LatentProtocol, seed: int = 0
) -> Tensor:
    """Return the latents to start from, (n, restarts, z_dim) or with classes (n, restarts, z_dim + 1).

    Args:
        generator: whose latents.
        encoder: in evaluation mode.
        photos: (n, 3, s, s) in [-1, 1].
        protocol: how many.
        seed: of those that are drawn, the same for every photo.
    """
    entries, classes = encoded(encoder, generator, photos)
    others = entries_of(generator, drawn(generator, seed, "restarts", protocol.restarts, photos.device))
    starts = others.expand(len(photos), *others.shape).clone()
    starts[:, 0] = entries
    if not classes.shape[1]:
        return starts
    places = torch.arange(protocol.restarts, device=photos.device) % classes.shape[1]
    chosen = classes[:, places]
    if protocol.class_number is not None:
        chosen = torch.full_like(chosen, protocol.class_number)
    return joined(starts, chosen)


def find_latents(
    generator: nn.Module,
    closeness: Closeness,
    target: Target,
    starts: Tensor,
    protocol: LatentProtocol,
    advance: Advance = lambda _: None,
) -> Tensor:
    """Return the latents (n, z_dim), with their class where there are classes, that come closest to photos.

    Args:
        generator: in evaluation mode; none of its weights is changed.
        closeness: what is brought down, with the pull of the protocol.
        target: the photos.
        starts: (n, restarts, z_dim) from `starts_of`.
        protocol: how.
        advance: told of every sample of an update.
    """
    n, restarts = starts.shape[:2]
    explored = protocol.steps // EXPLORED if restarts > 1 else 0
    flat, repeated = (
        starts.flatten(0, 1),
        target.take(torch.arange(n, device=starts.device).repeat_interleave(restarts)),
    )
    found, losses = _descended(generator, closeness, repeated, flat, protocol.pull, explored, advance)
    best = losses.view(n, restarts).argmin(1)
    chosen = found.view(n, restarts, -1)[torch.arange(n, device=starts.device), best]
    return _descended(generator, closeness, target, chosen, protocol.pull, protocol.steps - explored, advance)[0]


def _descended(
    generator: nn.Module,
    closeness: Closeness,
    target: Target,
    z: Tensor,
    weight: float,
    steps: int,
    advance: Advance,
) -> tuple[Tensor, Tensor]:
    """Return the best latents on a way of so many steps, and their losses."""
    entries = entries_of(generator, z)
    classes = z[:, -1] if z.shape[1] > entries.shape[1] else None

    def objective(values: Sequence[Tensor]) -> Tensor:
        images = generator(joined(values[0], classes))
        return closeness.loss(images, target) + weight * pull(generator, values[0])

    def project(values: Sequence[Tensor]) -> None:
        values[0].copy_(settled(generator, values[0]))

    (found,), losses = descend([entries], objective, steps, [RATE], project, advance)
    return joined(found, classes), losses
