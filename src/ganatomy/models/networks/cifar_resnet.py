"""ResNet-56 for CIFAR-10 (He, Zhang, Ren, Sun, "Deep Residual Learning", arXiv 1512.03385, section 4.2).

Three stages of nine blocks, 16, 32 and 64 channels wide; shortcuts without parameters (option A).
BatchNorm is folded into the convolutions when the weights are read.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, relu

from ganatomy.models.networks.folding import Folded, load_folded

IMAGE_SIZE = 32
BLOCKS_PER_STAGE = 9
WIDTHS = (16, 32, 64)
NUM_FEATURES = WIDTHS[-1]
NUM_CLASSES = 10
BATCH_NORM_EPS = 1e-5
PIXEL_MEAN = (0.485, 0.456, 0.406)
PIXEL_STD = (0.229, 0.224, 0.225)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut."""

    def __init__(self, channels_in: int, channels_out: int):
        super().__init__()
        self.stride = channels_out // channels_in  # a stage that doubles the channels halves the grid
        self.added = channels_out - channels_in
        self.first = nn.Conv2d(channels_in, channels_out, 3, self.stride, 1)
        self.second = nn.Conv2d(channels_out, channels_out, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, channels_out, h / stride, w / stride); the shortcut skips pixels and adds zero channels."""
        shortcut = x
        if self.added:
            half = self.added // 2
            shortcut = pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, half, half))
        return relu(self.second(relu(self.first(x))) + shortcut)


class CifarResNet(nn.Module):
    """64 features and 10 logits of images of 32 px."""

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, WIDTHS[0], 3, padding=1)
        self.blocks = nn.Sequential()
        channels = WIDTHS[0]
        for width in WIDTHS:
            for _ in range(BLOCKS_PER_STAGE):
                self.blocks.append(BasicBlock(channels, width))
                channels = width
        self.classes = nn.Linear(NUM_FEATURES, NUM_CLASSES)
        self.register_buffer("mean", torch.tensor(PIXEL_MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(PIXEL_STD).view(3, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return the features after global average pooling, (n, 64) and not negative, and the logits, (n, 10).

        Args:
            images: (n, 3, 32, 32) float32 in [-1, 1].
        """
        x = ((images + 1) / 2 - self.mean) / self.std
        features = self.blocks(relu(self.stem(x))).mean((2, 3))
        return features, self.classes(features)


def load_cifar_resnet(published: Mapping[str, Tensor]) -> CifarResNet:
    """Return the network with published weights, frozen and in evaluation mode.

    Args:
        published: tensors by the names `conv1`, `layer1.0.conv1` to `layer3.8.bn2` and `linear`.

    Raises:
        CheckpointError: the tensors are those of another network.
    """
    network = CifarResNet()
    kept = {"linear.weight": "classes.weight", "linear.bias": "classes.bias"}
    load_folded(network, published, published_layers(), BATCH_NORM_EPS, kept)
    return network


def published_layers() -> list[Folded]:
    """Return where a published file keeps each convolution."""
    layers = [Folded("stem", "conv1", "bn1")]
    for index in range(len(WIDTHS) * BLOCKS_PER_STAGE):
        here = f"blocks.{index}"
        there = f"layer{index // BLOCKS_PER_STAGE + 1}.{index % BLOCKS_PER_STAGE}"
        layers.append(Folded(f"{here}.first", f"{there}.conv1", f"{there}.bn1"))
        layers.append(Folded(f"{here}.second", f"{there}.conv2", f"{there}.bn2"))
    return layers
