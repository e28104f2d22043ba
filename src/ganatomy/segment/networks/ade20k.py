"""The ADE20K segmenter: DeepLabV3+ (arXiv 1802.02611) on MobileNetV2 (arXiv 1801.04381).

Output stride 8, batch normalisation folded into the convolutions, 151 logits: `other` and the 150
classes of the ADE20K scene-parsing benchmark. All resizing is bilinear with aligned corners, which
sizes of the form 8k+1 keep exact through every stride.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, relu, relu6

from ganatomy.errors import ConfigError
from ganatomy.segment.checkpoint import Checkpoint, load_weights, object_categories, read_checkpoint, read_concepts
from ganatomy.segment.network import NetworkSegmenter


@dataclass(frozen=True)
class Stage:
    """Inverted residual blocks of one width."""

    channels: int
    expansion: int
    dilations: tuple[int, ...]
    """One for each block."""
    stride: int = 1
    """Of the first block."""


# MobileNetV2, table 2, with the strides of the last stages turned into dilation.
STAGES = (
    Stage(16, 1, (1,)),
    Stage(24, 6, (1, 1), stride=2),
    Stage(32, 6, (1, 1, 1), stride=2),
    Stage(64, 6, (1, 2, 2, 2)),
    Stage(96, 6, (2, 2, 2)),
    Stage(160, 6, (2, 4, 4)),
    Stage(320, 6, (4,)),
)
SKIP_BLOCK = 2  # its widened map, 144 channels at stride 4, goes to the decoder

# Names in the published file -> names here; the rest are the same.
RENAMED = {
    "pool": "scene",
    "aspp": "local",
    "proj": "context",
    "low": "skip",
    "d0": "refine.0",
    "p0": "refine.1",
    "d1": "refine.2",
    "p1": "refine.3",
    "expand": "widen",
    "dw": "depthwise",
    "project": "narrow",
}

CHUNK = 8  # images; larger chunks are no faster


def pointwise(channels_in: int, channels_out: int) -> nn.Conv2d:
    """Return a 1x1 convolution."""
    return nn.Conv2d(channels_in, channels_out, 1)


def depthwise(channels: int, stride: int = 1, dilation: int = 1) -> nn.Conv2d:
    """Return a 3x3 convolution of each channel by itself."""
    return nn.Conv2d(channels, channels, 3, stride, dilation, dilation, groups=channels)


class InvertedResidual(nn.Module):
    """Widens, filters each channel, narrows (MobileNetV2, figure 4b)."""

    def __init__(self, channels_in: int, channels_out: int, expansion: int, stride: int, dilation: int):
        super().__init__()
        wide = channels_in * expansion
        self.widen = pointwise(channels_in, wide) if expansion > 1 else None
        self.depthwise = depthwise(wide, stride, dilation)
        self.narrow = pointwise(wide, channels_out)
        self.has_shortcut = stride == 1 and channels_in == channels_out

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the output of the block and its widened map."""
        wide = x if self.widen is None else relu6(self.widen(x))
        wide = relu6(self.depthwise(wide))
        y = self.narrow(wide)
        return (x + y if self.has_shortcut else y), wide


class DeepLab(nn.Module):
    """DeepLabV3+ with one local and one scene-wide context branch, as at output stride 8 of MobileNetV2."""

    def __init__(self, concepts: int = 151):
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 3, stride=2, padding=1)
        self.blocks = nn.ModuleList()
        channels = 32
        for stage in STAGES:
            for index, dilation in enumerate(stage.dilations):
                stride = stage.stride if index == 0 else 1
                self.blocks.append(InvertedResidual(channels, stage.channels, stage.expansion, stride, dilation))
                channels = stage.channels
        self.scene, self.local = pointwise(320, 256), pointwise(320, 256)
        self.context, self.skip = pointwise(512, 256), pointwise(144, 48)
        self.refine = nn.ModuleList([depthwise(304), pointwise(304, 256), depthwise(256), pointwise(256, 256)])
        self.logits = pointwise(256, concepts)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits at a quarter of the size.

        Args:
            x: (n, 3, 8i+1, 8j+1) float32 in [-1, 1].

        Returns:
            (n, 151, 2i+1, 2j+1) float32.
        """
        y, skip = self._encode(x)
        scene = relu(self.scene(y.mean((2, 3), keepdim=True))).expand(-1, -1, *y.shape[2:])
        y = relu(self.context(torch.cat([scene, relu(self.local(y))], 1)))
        y = torch.cat([resize(y, (skip.shape[2], skip.shape[3])), relu(self.skip(skip))], 1)
        for convolution in self.refine:
            y = relu(convolution(y))
        return cast(Tensor, self.logits(y))

    def pooled(self, x: Tensor) -> Tensor:
        """Return the encoder's last map averaged over space, (n, 320) float32.

        Args:
            x: (n, 3, 8i+1, 8j+1) float32 in [-1, 1].
        """
        return self._encode(x)[0].mean((2, 3))

    def _encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the last map, (n, 320, i+1, j+1), and the decoder's, (n, 144, 2i+1, 2j+1)."""
        y = relu6(self.stem(x))
        skip = y
        for index, block in enumerate(self.blocks):
            y, wide = block(y)
            if index == SKIP_BLOCK:
                skip = wide
        return y, skip


class AnySize(nn.Module):
    """Feeds images of any size to a `DeepLab` at a size of its own, and resizes the logits back."""

    def __init__(self, network: DeepLab, input_size: int | None):
        super().__init__()
        self.network = network
        self.input_size = input_size

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (n, k, h, w) for images (n, 3, h, w) in [-1, 1]."""
        height, width = images.shape[2:]
        logits = self.network(resize(images, network_size(height, width, self.input_size)))
        return resize(logits, (height, width))


def resize(x: Tensor, size: tuple[int, int]) -> Tensor:
    """Return `x` bilinearly resized to `size`, the centres of the corner pixels kept in place."""
    return interpolate(x, size, mode="bilinear", align_corners=True)


def network_size(height: int, width: int, input_size: int | None) -> tuple[int, int]:
    """Return the height and width, of the form 8k+1, at which the network sees an image.

    The longer side becomes `input_size`, the shorter keeps the proportions. By default the image is
    about doubled, because the network was trained on large photographs: 129 for images up to 64 px,
    257 up to 256 px, 513 beyond.
    """
    longer = max(height, width)
    if input_size is None:
        input_size = 129 if longer <= 64 else 257 if longer <= 256 else 513
    cells = (input_size - 1) // 8
    rows, columns = (max(1, round(cells * side / longer)) for side in (height, width))
    return 8 * rows + 1, 8 * columns + 1


def load_ade20k(path: Path, input_size: int | None, device: torch.device | str = "cpu") -> NetworkSegmenter:
    """Return the ADE20K segmenter with the weights at `path`.

    Args:
        path: the safetensors file; its metadata key `labels` names the concepts.
        input_size: the longer side of what the network sees, of the form 8k+1; None lets it follow
            from the size of the images.
        device: where the network runs.

    Raises:
        ConfigError: there is no such file, or `input_size` is not of the form 8k+1.
        CheckpointError: the file does not hold the weights of this network.
    """
    if input_size is not None and (input_size < 65 or input_size % 8 != 1):
        below = max(65, input_size - (input_size - 1) % 8)
        raise ConfigError(
            f"input size {input_size} does not fit the ade20k segmenter; it takes 65 or more of the form "
            f"8k+1, such as {below} (129 suits 64 px images, 257 suits 128 px)"
        )
    checkpoint = read_checkpoint(path)
    network, concepts = build_deeplab(checkpoint), read_concepts(checkpoint, "labels")
    return NetworkSegmenter(
        name="ade20k",
        concepts=concepts,
        categories=object_categories(concepts),
        fingerprint=f"ade20k-{checkpoint.sha256[:16]}-input-{input_size or 'auto'}",
        network=AnySize(network, input_size).to(device),
        chunk=CHUNK,
    )


def build_deeplab(checkpoint: Checkpoint) -> DeepLab:
    """Return the network with the weights of `checkpoint`, frozen and in evaluation mode.

    Raises:
        CheckpointError: they are not the weights of this network.
    """
    network = DeepLab(len(read_concepts(checkpoint, "labels")))
    load_weights(network, {_rename(name): tensor for name, tensor in checkpoint.tensors.items()}, checkpoint.path)
    return network


def _rename(name: str) -> str:
    """Return the name here of a weight in the published file."""
    return ".".join(RENAMED.get(part, part) for part in name.split("."))
