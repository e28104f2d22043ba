"""Pictures of an inversion: the photo, and below it what comes of every stage."""

from PIL import Image
from torch import Tensor

from ganatomy.data.grids import labelled_rows
from ganatomy.data.images import to_uint8
from ganatomy.invert.inverting import ENCODER, FEATURES, LATENT, STAGES, Inversion

TILE = 160
"""Least side of an image in pixels."""
LABELS = {ENCODER: "by the encoder", LATENT: "latents\noptimised", FEATURES: "features\noptimised"}


def comparison(inversion: Inversion) -> Image.Image:
    """Return photos in the first row, and below them what comes of every stage, with its error."""
    rows, labels = [_tiles(inversion.photos)], ["photo"]
    for stage in STAGES:
        rows.append(_tiles(inversion.images[stage]))
        labels.append(f"{LABELS[stage]}\nerror {inversion.errors[stage].rmse.mean():.3f}")
    return labelled_rows(rows, labels)


def stage_images(inversion: Inversion) -> dict[str, Image.Image]:
    """Return the first photo and what comes of every stage of it, as they are."""
    shown = {"photo": inversion.photos, **inversion.images}
    return {name: Image.fromarray(to_uint8(images[:1]).cpu().numpy()[0]) for name, images in shown.items()}


def _tiles(images: Tensor) -> list[Image.Image]:
    side = max(TILE, images.shape[2])
    return [
        Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
        for pixels in to_uint8(images).cpu().numpy()
    ]
