"""Cards: a unit's top images, with the region where it is active outlined and all else dimmed."""

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from ganatomy.data.images import to_uint8
from ganatomy.dissect.counting.grid import CLAMPED, Upsampling, upsample
from ganatomy.dissect.latents import LatentSet
from ganatomy.hooks import record
from ganatomy.progress import SILENT, Progress

TILE = 160
"""Least side of a card's images in pixels."""

GAP = 4
OUTLINE = (1.0, 0.86, 0.0)
OUTLINE_WIDTH = 2.0
DIMMED = 0.62
"""What is left of the brightness outside the region."""


def card_sources(
    generator: nn.Module,
    layer: str,
    top: Tensor,
    latents: LatentSet,
    batch_size: int,
    progress: Progress = SILENT,
) -> tuple[Tensor, Tensor]:
    """Generate the top samples of every unit again, each sample once.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images.
        layer: the dissected layer.
        top: (u, m) int64 sample numbers.
        latents: the set that the numbers refer to.
        batch_size: samples generated at a time.
        progress: told of every sample.

    Returns:
        (u, m, s, s, 3) uint8 images and (u, m, h, w) float32 featuremaps, each of its own unit.
    """
    needed, where = torch.unique(top.cpu(), return_inverse=True)
    units, images = torch.arange(len(top)), []
    maps = torch.empty(0)
    with progress.task(f"{layer}: top images", len(needed), unit="img") as task, torch.no_grad():
        for first in range(0, len(needed), batch_size):
            batch = needed[first : first + batch_size]
            with record(generator, [layer]) as recorded:
                images.append(to_uint8(generator(latents.take(batch))).cpu())
            featuremaps = recorded[layer].cpu()
            if first == 0:
                maps = torch.empty(*where.shape, *featuremaps.shape[2:])
            rows, columns = ((where >= first) & (where < first + len(batch))).nonzero(as_tuple=True)
            maps[rows, columns] = featuremaps[where[rows, columns] - first, units[rows]]
            task.advance(len(batch))
    return torch.cat(images)[where], maps


def draw_card(images: Tensor, featuremaps: Tensor, threshold: float, how: Upsampling = CLAMPED) -> Image.Image:
    """Return the strip of one unit's images.

    Args:
        images: (m, s, s, 3) uint8.
        featuremaps: (m, h, w) float32 of the unit.
        threshold: activation above which a pixel is active; infinity leaves the images as they are.
        how: what upsampling reads between the cells and beyond them.
    """
    tiles = enlarged(images, TILE)
    if threshold < float("inf"):
        tiles = _outlined(tiles, upsample(featuremaps[:, None], (tiles.shape[2], tiles.shape[3]), how) - threshold)
    strip = F.pad(tiles, (0, GAP), value=1.0).permute(2, 0, 3, 1).flatten(1, 2)[:, :-GAP]
    return Image.fromarray(strip.mul(255).round().to(torch.uint8).numpy())


def to_palette(card: Image.Image) -> Image.Image:
    """Return a card in 256 colours, chosen from every third pixel: under half the bytes, the same to the eye."""
    sparse = card.resize((card.width // 3, card.height // 3), Image.Resampling.NEAREST)
    return card.quantize(palette=sparse.quantize(256), dither=Image.Dither.NONE)


def enlarged(images: Tensor, side: int) -> Tensor:
    """Return images (n, s, s, 3) uint8 as (n, 3, S, S) float32 in [0, 1], at least `side` pixels a side."""
    size = max(side, images.shape[1])
    large = F.interpolate(images.permute(0, 3, 1, 2), size=(size, size), mode="bicubic")
    return large.float() / 255


def zero_line(excess: Tensor, width: float) -> Tensor:
    """Return how much of each pixel (m, 1, s, s) a line covers that runs where `excess` is 0, in [0, 1].

    Excess over its slope is the distance to the line in pixels, which gives smooth edges.

    Args:
        excess: (m, 1, s, s), positive inside of the line.
        width: of the line in pixels.
    """
    return (width / 2 + 0.5 - _distance(excess).abs()).clamp(0, 1)


def _distance(excess: Tensor) -> Tensor:
    down, right = torch.gradient(excess, dim=(2, 3))
    return excess / (down.square() + right.square()).sqrt().clamp_min(1e-8)


def _outlined(tiles: Tensor, excess: Tensor) -> Tensor:
    """Dim the tiles (m, 3, s, s) where `excess` (m, 1, s, s) is negative, and draw its zero line."""
    inside = (_distance(excess) + 0.5).clamp(0, 1)
    shown = tiles * (DIMMED + (1 - DIMMED) * inside)
    colour = torch.tensor(OUTLINE).view(1, 3, 1, 1)
    return shown + (colour - shown) * zero_line(excess, OUTLINE_WIDTH)
