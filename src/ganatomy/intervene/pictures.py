"""Pictures of an ablation: the same samples before, after, and with random units ablated instead."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from ganatomy.data.grids import labelled_rows, write_grid
from ganatomy.data.images import to_uint8
from ganatomy.dissect.cards import enlarged
from ganatomy.hooks import edit
from ganatomy.intervene.effects import Ablation, EffectProtocol, effect_latents
from ganatomy.stats.resampling import Floats

SHOWN, COLUMNS, COMPARED = 24, 6, 6
"""Samples in a grid, its columns, and samples in the comparison."""

TILE = 128
"""Least side of an image in pixels."""

Pixels = NDArray[np.uint8]


def samples_to_show(areas: Floats, concept: int | None) -> NDArray[np.int64]:
    """Return the first `SHOWN` samples with at least the concept's mean area; without a concept, the first ones.

    Args:
        areas: (n, k) area of each concept in each sample before the edit.
        concept: index of the concept the edit is about.
    """
    if concept is None or not areas[:, concept].any():
        return np.arange(min(SHOWN, len(areas)))
    return np.flatnonzero(areas[:, concept] >= areas[:, concept].mean())[:SHOWN]


@torch.no_grad()
def three_arms(
    generator: nn.Module,
    ablation: Ablation,
    random_units: Sequence[int],
    protocol: EffectProtocol,
    samples: NDArray[np.int64],
) -> dict[str, Pixels]:
    """Return the images (m, S, S, 3) uint8 of the samples before, after, and with random units ablated."""
    z = effect_latents(generator, protocol).take(torch.from_numpy(samples))
    arms = {"before": {}, "after": ablation.edits(), "after-random": ablation.edits(random_units)}
    images = {}
    for arm, edits in arms.items():
        with edit(generator, edits):
            images[arm] = _tiles(generator(z))
    return images


def write_pictures(folder: Path, images: dict[str, Pixels], labels: Sequence[str]) -> None:
    """Write a grid of each arm, and `compare.png` with the arms as labelled rows.

    Args:
        folder: where to.
        images: (m, S, S, 3) uint8 of each arm.
        labels: what to call each arm in the comparison; a newline breaks the line.
    """
    for arm, tiles in images.items():
        write_grid(folder / f"{arm}.png", tiles, COLUMNS)
    rows = [[Image.fromarray(tile) for tile in tiles[:COMPARED]] for tiles in images.values()]
    labelled_rows(rows, labels).save(folder / "compare.png")


def _tiles(images: Tensor) -> Pixels:
    pixels: Pixels = enlarged(to_uint8(images).cpu(), TILE).mul(255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return pixels
