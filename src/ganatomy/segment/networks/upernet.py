"""UPerNet, the network of Unified Perceptual Parsing (arXiv 1807.10221, section 3.1).

A ResNet-50 (arXiv 1512.03385) whose first layer is three 3x3 convolutions; pyramid pooling over its last map; a
feature pyramid; one head each for scenes, objects, parts and materials. Attributes go by the names of the official
release, so that its state dictionaries fit as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, relu

from ganatomy.segment.networks.prroi import pool_whole_map

STAGE_BLOCKS = (3, 4, 6, 3)  # ResNet-50
STAGE_CHANNELS = (256, 512, 1024, 2048)  # at strides 4, 8, 16, 32
POOLED_BINS = (1, 2, 3, 6)
POOLED_CHANNELS = 512


@dataclass(frozen=True)
class Classes:
    """How many classes each head tells apart, nothing included."""

    scenes: int
    objects: int
    parts: int
    """Over all the objects that have parts."""
    materials: int


@dataclass(frozen=True)
class Logits:
    """What the heads say, float32."""

    scenes: Tensor
    """(n, scenes), of the whole image."""
    objects: Tensor
    """(n, objects, h, w)."""
    parts: Tensor
    """(n, parts, h, w)."""
    materials: Tensor
    """(n, materials, h, w)."""


def convolution(channels_in: int, channels_out: int, size: int) -> nn.Sequential:
    """Return a convolution that keeps the size of the map, batch normalisation, ReLU."""
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, size, padding=size // 2, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
    )


class Bottleneck(nn.Module):
    """Narrows to a quarter, filters, widens, and adds to the input (arXiv 1512.03385, figure 5)."""

    def __init__(self, channels_in: int, channels_out: int, stride: int):
        super().__init__()
        narrow = channels_out // 4
        self.conv1, self.bn1 = nn.Conv2d(channels_in, narrow, 1, bias=False), nn.BatchNorm2d(narrow)
        self.conv2, self.bn2 = nn.Conv2d(narrow, narrow, 3, stride, 1, bias=False), nn.BatchNorm2d(narrow)
        self.conv3, self.bn3 = nn.Conv2d(narrow, channels_out, 1, bias=False), nn.BatchNorm2d(channels_out)
        self.downsample: nn.Module = nn.Identity()
        if channels_in != channels_out:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride, bias=False), nn.BatchNorm2d(channels_out)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, channels_out, h / stride, w / stride) float32, not negative."""
        y = relu(self.bn1(self.conv1(x)))
        y = relu(self.bn2(self.conv2(y)))
        return relu(self.bn3(self.conv3(y)) + self.downsample(x))


class Encoder(nn.Module):
    """ResNet-50 without its classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 3, 2, 1, bias=False), nn.BatchNorm2d(64)
        self.conv2, self.bn2 = nn.Conv2d(64, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64)
        self.conv3, self.bn3 = nn.Conv2d(64, 128, 3, 1, 1, bias=False), nn.BatchNorm2d(128)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        stages = [
            nn.Sequential(
                Bottleneck(below, channels, stride=1 if below == 128 else 2),
                *(Bottleneck(channels, channels, stride=1) for _ in range(blocks - 1)),
            )
            for (below, channels), blocks in zip(pairwise((128, *STAGE_CHANNELS)), STAGE_BLOCKS, strict=True)
        ]
        self.layer1, self.layer2, self.layer3, self.layer4 = stages

    def forward(self, x: Tensor) -> list[Tensor]:
        """Return the last map of each stage, at strides 4, 8, 16 and 32."""
        y = relu(self.bn1(self.conv1(x)))
        y = relu(self.bn2(self.conv2(y)))
        y = self.maxpool(relu(self.bn3(self.conv3(y))))
        maps = []
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            y = stage(y)
            maps.append(y)
        return maps


class Decoder(nn.Module):
    """Pyramid pooling, feature pyramid and the four heads."""

    def __init__(self, classes: Classes, width: int):
        super().__init__()
        *lateral, deepest = STAGE_CHANNELS
        self.ppm_conv = nn.ModuleList(convolution(deepest, POOLED_CHANNELS, 1) for _ in POOLED_BINS)
        self.ppm_last_conv = convolution(deepest + len(POOLED_BINS) * POOLED_CHANNELS, width, 3)
        self.fpn_in = nn.ModuleList(convolution(channels, width, 1) for channels in lateral)
        self.fpn_out = nn.ModuleList(nn.Sequential(convolution(width, width, 3)) for _ in lateral)
        self.conv_fusion = convolution(len(STAGE_CHANNELS) * width, width, 3)
        self.scene_head = nn.Sequential(
            convolution(width, width, 3), nn.AdaptiveAvgPool2d(1), nn.Conv2d(width, classes.scenes, 1)
        )
        self.object_head = nn.Sequential(convolution(width, width, 3), nn.Conv2d(width, classes.objects, 1))
        self.part_head = nn.Sequential(convolution(width, width, 3), nn.Conv2d(width, classes.parts, 1))
        self.material_head = nn.Sequential(convolution(width, width, 3), nn.Conv2d(width, classes.materials, 1))

    def forward(self, maps: Sequence[Tensor]) -> Logits:
        """Return the logits at the size of the first map.

        Args:
            maps: what the encoder returns.
        """
        context = self._context(maps[-1])
        pyramid = self._pyramid(maps, context)
        fused = self.conv_fusion(torch.cat([resize(level, pyramid[0]) for level in pyramid], 1))
        return Logits(
            scenes=self.scene_head(context).flatten(1),
            objects=self.object_head(fused),
            parts=self.part_head(fused),
            materials=self.material_head(pyramid[0]),
        )

    def _context(self, x: Tensor) -> Tensor:
        """Return the last map, (n, width, h, w), each cell told what the parts of the whole map hold."""
        pooled = (resize(pool_whole_map(x, bins), x) for bins in POOLED_BINS)
        branches = [conv(y) for conv, y in zip(self.ppm_conv, pooled, strict=True)]
        return cast(Tensor, self.ppm_last_conv(torch.cat([x, *branches], 1)))

    def _pyramid(self, maps: Sequence[Tensor], top: Tensor) -> list[Tensor]:
        """Return one map of `width` channels for each of `maps`, all told from `top` down."""
        levels = [top]
        for index in reversed(range(len(maps) - 1)):
            lateral = self.fpn_in[index](maps[index])
            top = lateral + resize(top, lateral)
            levels.insert(0, self.fpn_out[index](top))
        return levels


class UPerNet(nn.Module):
    """The whole network."""

    def __init__(self, classes: Classes, width: int = 512):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder(classes, width)

    def forward(self, x: Tensor) -> Logits:
        """Return the logits at a quarter of the size.

        Args:
            x: (n, 3, h, w) float32: blue, green and red in 0..255 less their means. The release was trained
                on sides that are multiples of 32.
        """
        return cast(Logits, self.decoder(self.encoder(x)))


def resize(x: Tensor, like: Tensor) -> Tensor:
    """Return `x` bilinearly resized to the height and width of `like`."""
    return interpolate(x, like.shape[2:], mode="bilinear", align_corners=False)
