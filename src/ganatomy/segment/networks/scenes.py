"""The segmenter of the procedural scenes: a small U-Net (arXiv 1505.04597) trained on rendered masks.

It works at the size of the images. Differs: skips are added instead of concatenated, which halves the
cost at full size, and batch normalisation is folded into the convolutions once training is over.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, max_pool2d, relu
from torch.nn.utils import fuse_conv_bn_eval

from ganatomy.segment.checkpoint import (
    REFERENCE,
    Checkpoint,
    kept_reference,
    load_weights,
    object_categories,
    read_checkpoint,
    read_concepts,
)
from ganatomy.segment.network import NetworkSegmenter
from ganatomy.segment.reference import ReferenceImages, read_reference

PACKAGED_WEIGHTS = Path(__file__).parents[1] / "weights" / "scenes.safetensors"
PACKAGED_REFERENCE = PACKAGED_WEIGHTS.with_suffix(".reference.json")
"""Figures of held-out renders. They stand beside the weights, so that what fingerprints tell of these holds."""
WIDTHS = (24, 40, 64, 96, 128)
"""Channels at strides 1, 2, 4, 8 and 16, unless others are asked for."""
CHUNK = 32  # images; larger chunks are no faster


class Convolution(nn.Module):
    """3x3 convolution, batch normalisation as long as it is trained, ReLU."""

    def __init__(self, channels_in: int, channels_out: int, *, normalised: bool):
        super().__init__()
        self.convolution = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.norm = nn.BatchNorm2d(channels_out) if normalised else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, channels_out, h, w) float32, not negative."""
        return relu(self.norm(self.convolution(x)))


class SceneNet(nn.Module):
    """A U-Net from images to logits.

    Args:
        concepts: k.
        widths: channels at each stride, the finest first.
        normalised: whether batch normalisation follows each convolution, as long as it is trained.
    """

    def __init__(self, concepts: int, widths: Sequence[int] = WIDTHS, *, normalised: bool = False):
        super().__init__()
        self.down, self.up, self.narrow = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for below, width in pairwise((3, *widths)):
            self.down.append(_pair(below, width, normalised))
        for width, deeper in pairwise(widths):
            self.narrow.append(nn.Conv2d(deeper, width, 1))
            self.up.append(_pair(width, width, normalised))
        self.logits = nn.Conv2d(widths[0], concepts, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (n, k, h, w) for images (n, 3, h, w) in [-1, 1], h and w 16 or more."""
        skips = [self.down[0](images)]
        for block in list(self.down)[1:]:
            skips.append(block(max_pool2d(skips[-1], 2)))
        y = skips.pop()
        for narrow, block in zip(reversed(self.narrow), reversed(self.up), strict=True):
            skip = skips.pop()
            y = block(skip + interpolate(narrow(y), skip.shape[2:], mode="bilinear"))
        return cast(Tensor, self.logits(y))


def _pair(channels_in: int, channels_out: int, normalised: bool) -> nn.Sequential:
    return nn.Sequential(
        Convolution(channels_in, channels_out, normalised=normalised),
        Convolution(channels_out, channels_out, normalised=normalised),
    )


def fold_normalisation(network: SceneNet) -> None:
    """Fold the batch normalisation of a trained network into its convolutions, in place."""
    network.eval()
    for module in network.modules():
        if isinstance(module, Convolution) and isinstance(module.norm, nn.BatchNorm2d):
            module.convolution = fuse_conv_bn_eval(module.convolution, module.norm)
            module.norm = nn.Identity()


def load_scenes(path: Path, device: torch.device | str = "cpu", name: str = "scenes") -> NetworkSegmenter:
    """Return the segmenter of the procedural scenes, or another of its network, with the weights at `path`.

    Raises:
        ConfigError: there is no such file.
        CheckpointError: the file does not hold the weights of this network.
    """
    checkpoint = read_checkpoint(path)
    concepts = read_concepts(checkpoint, "concepts")
    network = SceneNet(len(concepts), _widths(checkpoint.tensors))
    load_weights(network, checkpoint.tensors, path)
    kept = kept_reference(checkpoint, len(concepts))
    return NetworkSegmenter(
        name=name,
        concepts=concepts,
        categories=object_categories(concepts),
        fingerprint=f"{name}-{checkpoint.sha256[:16]}-input-own",
        network=network.to(device),
        chunk=CHUNK,
        reference=kept or _packaged_reference(checkpoint, len(concepts)),
    )


def _packaged_reference(checkpoint: Checkpoint, num_concepts: int) -> tuple[ReferenceImages, ...]:
    """Return the figures of held-out renders, for the very weights that they were measured with."""
    packaged = json.loads(PACKAGED_REFERENCE.read_bytes())
    if packaged["sha256"] != checkpoint.sha256:
        return ()
    return read_reference(packaged[REFERENCE], num_concepts, str(PACKAGED_REFERENCE))


def _widths(tensors: Mapping[str, Tensor]) -> tuple[int, ...]:
    """Return the channels at each stride, as the first convolutions of saved weights have them."""
    found = [tensors.get(f"down.{level}.0.convolution.weight") for level in range(len(WIDTHS))]
    return tuple(wide if weight is None else len(weight) for wide, weight in zip(WIDTHS, found, strict=True))
