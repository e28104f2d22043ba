"""Images between latents: strips from one to another, and a grid between four.

Source: E-GAN (arXiv 1803.00657), Fig. 8: G((1 - a) z1 + a z2), a from 0 to 1 by steps of 0.1.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganatomy.data.grids import image_grid
from ganatomy.data.images import to_uint8
from ganatomy.models.protocol import GeneratorNetwork, ImageGenerator, sample_latents
from ganatomy.report.images import Picture, Sheet, embed
from ganatomy.runs.directory import Run
from ganatomy.runs.layout import WEIGHTS
from ganatomy.runs.weights import load_generator, load_image_generator
from ganatomy.seeds import stream

STEPS = 11
STRIPS = 7
SIDE = 8
BATCH = 16
STRIP_BYTES, GRID_BYTES = 220_000, 160_000
STRIPS_CAPTION = (
    "G((1 \N{MINUS SIGN} a) z₁ + a z₂), a from 0 to 1 by steps of 0.1 (E-GAN, Fig. 8). Smooth rows without doubled "
    "images speak against memorised ones."
)
GRID_CAPTION = "The corners are four latents; all else lies on straight lines between them."


@dataclass(frozen=True)
class LatentsView:
    """The two pictures, and the seed of their latents."""

    sheets: tuple[Sheet, Sheet]
    """The strips, and the grid between four latents."""
    pictures: tuple[Picture, Picture]
    """The same, recompressed for the page."""
    seed: int

    @property
    def shown(self) -> tuple[tuple[Sheet, Picture], ...]:
        """Each sheet with its picture."""
        return tuple(zip(self.sheets, self.pictures, strict=True))


def latents_view(run: Run, seed: int) -> LatentsView | None:
    """Return the images between latents, or None where the run has no weights `ema`, makes points or knows classes.

    Args:
        run: an opened run directory.
        seed: of the latents; they come from its stream `interpolation`.

    Raises:
        CheckpointError: the weights do not fit the architecture.
        IncompatibleRun: the architecture cannot be read.
    """
    if not (run.path / WEIGHTS / "ema.safetensors").exists():
        return None
    if not isinstance(load_generator(run, "ema"), ImageGenerator):
        return None
    generator = load_image_generator(run, "ema")
    if generator.class_names is not None:
        return None
    z = sample_latents(generator, 2 * STRIPS + 4, stream(seed, "interpolation"))
    strips = strip(z[:STRIPS], z[STRIPS : 2 * STRIPS], STEPS).flatten(0, 1)
    rows = image_grid(_images(generator, strips), STEPS)
    square = image_grid(_images(generator, between_four(z[2 * STRIPS :], SIDE)), SIDE)
    return LatentsView(
        (
            Sheet("latent-strips", "From one latent to another", STRIPS_CAPTION, rows),
            Sheet("latent-grid", "Between four latents", GRID_CAPTION, square),
        ),
        (embed(rows, STRIP_BYTES), embed(square, GRID_BYTES)),
        seed,
    )


def strip(start: Tensor, end: Tensor, steps: int) -> Tensor:
    """Return (n, steps, z_dim) latents on the straight lines from `start` to `end`, each (n, z_dim)."""
    share = torch.linspace(0, 1, steps)[None, :, None]
    return (1 - share) * start[:, None] + share * end[:, None]


def between_four(corners: Tensor, side: int) -> Tensor:
    """Return (side * side, z_dim) latents between `corners` (4, z_dim), row by row.

    Args:
        corners: upper left, upper right, lower left, lower right.
        side: latents in a row and in a column.
    """
    edges = strip(corners[:2], corners[2:], side)  # left and right, from top to bottom
    return strip(edges[0], edges[1], side).flatten(0, 1)


@torch.no_grad()
def _images(generator: GeneratorNetwork, z: Tensor) -> NDArray[np.uint8]:
    parts = [z[first : first + BATCH] for first in range(0, len(z), BATCH)]
    return np.concatenate([to_uint8(generator(part)).numpy() for part in parts])
