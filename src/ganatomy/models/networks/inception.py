"""Inception v3 (Szegedy et al., arXiv 1512.00567) as in the TensorFlow graph `inception-2015-12-05`.

FID is defined on it (Heusel et al., arXiv 1706.08500). The graph differs from the paper and from later
releases: average pooling leaves the padding out, the last block has maximum pooling, there are 1008 classes,
and images are resized inside. BatchNorm is folded into the convolutions when the weights are read.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.models.networks.folding import Folded, load_folded

IMAGE_SIZE = 299
NUM_FEATURES = 2048
NUM_CLASSES = 1008
BATCH_NORM_EPS = 1e-3

Step = tuple[int, int, int]
"""A convolution: its output channels, the height and the width of its kernel."""


class ReluConv(nn.Conv2d):
    """A convolution, then ReLU; it remembers the name of its published weights."""

    def __init__(self, published: str, channels: int, step: Step, stride: int = 1, *, padded: bool = True):
        out, height, width = step
        padding = (height // 2, width // 2) if padded else 0
        super().__init__(channels, out, (height, width), stride, padding)
        self.published = published

    def forward(self, x: Tensor) -> Tensor:
        """Return the rectified convolution of `x` (n, c, h, w)."""
        return F.relu(super().forward(x))


class Fork(nn.ModuleList):
    """Branches that see the same input; their outputs are joined along the channels."""

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, sum of the branches' channels, h, w)."""
        return torch.cat([branch(x) for branch in self], 1)


def _branch(published: str, channels: int, *steps: Step, stride: int = 1) -> nn.Sequential:
    """Return convolutions in a row; the last has the stride, and no padding where it reduces the grid."""
    chain = nn.Sequential()
    for number, step in enumerate(steps, 1):
        name = f"{published}_{number}" if len(steps) > 1 else published
        reduces = stride > 1 and number == len(steps)
        chain.append(ReluConv(name, channels, step, stride if reduces else 1, padded=not reduces))
        channels = step[0]
    return chain


def _pooled(pool: nn.Module, name: str, channels: int, out: int) -> nn.Sequential:
    return nn.Sequential(pool, _branch(f"{name}.branch_pool", channels, (out, 1, 1)))


def _average() -> nn.Module:
    return nn.AvgPool2d(3, 1, 1, count_include_pad=False)


def _at_35(name: str, channels: int, pooled: int) -> Fork:
    """Return a block of the 35x35 grid, 224 + `pooled` channels (figure 5 of the paper)."""
    return Fork(
        (
            _branch(f"{name}.branch1x1", channels, (64, 1, 1)),
            _branch(f"{name}.branch5x5", channels, (48, 1, 1), (64, 5, 5)),
            _branch(f"{name}.branch3x3dbl", channels, (64, 1, 1), (96, 3, 3), (96, 3, 3)),
            _pooled(_average(), name, channels, pooled),
        )
    )


def _to_17(name: str, channels: int) -> Fork:
    """Return the reduction from 35x35 to 17x17, 480 channels added (figure 10)."""
    return Fork(
        (
            _branch(f"{name}.branch3x3", channels, (384, 3, 3), stride=2),
            _branch(f"{name}.branch3x3dbl", channels, (64, 1, 1), (96, 3, 3), (96, 3, 3), stride=2),
            nn.MaxPool2d(3, 2),
        )
    )


def _at_17(name: str, channels: int, narrow: int) -> Fork:
    """Return a block of the 17x17 grid, 768 channels, with 7x7 kernels in two factors (figure 6)."""
    row, column = (narrow, 1, 7), (narrow, 7, 1)
    return Fork(
        (
            _branch(f"{name}.branch1x1", channels, (192, 1, 1)),
            _branch(f"{name}.branch7x7", channels, (narrow, 1, 1), row, (192, 7, 1)),
            _branch(f"{name}.branch7x7dbl", channels, (narrow, 1, 1), column, row, column, (192, 1, 7)),
            _pooled(_average(), name, channels, 192),
        )
    )


def _to_8(name: str, channels: int) -> Fork:
    """Return the reduction from 17x17 to 8x8, 512 channels added."""
    return Fork(
        (
            _branch(f"{name}.branch3x3", channels, (192, 1, 1), (320, 3, 3), stride=2),
            _branch(f"{name}.branch7x7x3", channels, (192, 1, 1), (192, 1, 7), (192, 7, 1), (192, 3, 3), stride=2),
            nn.MaxPool2d(3, 2),
        )
    )


def _at_8(name: str, channels: int, pool: nn.Module) -> Fork:
    """Return a block of the 8x8 grid, 2048 channels, with rows beside columns (figure 7)."""

    def row_and_column(prefix: str) -> Fork:
        return Fork((_branch(f"{prefix}a", 384, (384, 1, 3)), _branch(f"{prefix}b", 384, (384, 3, 1))))

    return Fork(
        (
            _branch(f"{name}.branch1x1", channels, (320, 1, 1)),
            _branch(f"{name}.branch3x3_1", channels, (384, 1, 1)).append(row_and_column(f"{name}.branch3x3_2")),
            _branch(f"{name}.branch3x3dbl", channels, (448, 1, 1), (384, 3, 3)).append(
                row_and_column(f"{name}.branch3x3dbl_3")
            ),
            _pooled(pool, name, channels, 192),
        )
    )


class Inception(nn.Module):
    """2048 features and 1008 logits of images of any size."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            ReluConv("Conv2d_1a_3x3", 3, (32, 3, 3), 2, padded=False),
            ReluConv("Conv2d_2a_3x3", 32, (32, 3, 3), padded=False),
            ReluConv("Conv2d_2b_3x3", 32, (64, 3, 3)),
            nn.MaxPool2d(3, 2),
            ReluConv("Conv2d_3b_1x1", 64, (80, 1, 1)),
            ReluConv("Conv2d_4a_3x3", 80, (192, 3, 3), padded=False),
            nn.MaxPool2d(3, 2),
            _at_35("Mixed_5b", 192, pooled=32),
            _at_35("Mixed_5c", 256, pooled=64),
            _at_35("Mixed_5d", 288, pooled=64),
            _to_17("Mixed_6a", 288),
            _at_17("Mixed_6b", 768, narrow=128),
            _at_17("Mixed_6c", 768, narrow=160),
            _at_17("Mixed_6d", 768, narrow=160),
            _at_17("Mixed_6e", 768, narrow=192),
            _to_8("Mixed_7a", 768),
            _at_8("Mixed_7b", 1280, _average()),
            _at_8("Mixed_7c", 2048, nn.MaxPool2d(3, 1, 1)),
        )
        self.classes = nn.Linear(NUM_FEATURES, NUM_CLASSES, bias=False)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Return the features after global average pooling, (n, 2048), and the logits, (n, 1008).

        The logits have no bias: the Inception Score (arXiv 1606.03498) has been computed so from its first
        release on.

        Args:
            pixels: (n, 3, h, w) float32 in [0, 255], whole numbers where they come from files.
        """
        x = (resize_like_tensorflow1(pixels, IMAGE_SIZE) - 128) / 128
        features = self.body(x).mean((2, 3))
        return features, self.classes(features)


def resize_like_tensorflow1(x: Tensor, size: int) -> Tensor:
    """Return images resized to `size` x `size` by `tf.image.resize_bilinear` of TensorFlow 1.

    The output pixel i lies at i * height / size: the corners of the first pixels coincide, not the centres
    of the images, and nothing is smoothed before it is made smaller. Each step is rounded to float32 as there.

    Args:
        x: (n, c, h, w) float32.
        size: height and width of the result.
    """
    x = _resize_last(x, size)
    return _resize_last(x.transpose(2, 3), size).transpose(2, 3)


def _resize_last(x: Tensor, size: int) -> Tensor:
    """Return `x` interpolated along its last dimension."""
    scale = torch.tensor(x.shape[-1], dtype=torch.float32) / size
    position = torch.arange(size, dtype=torch.float32) * scale
    below = position.long()
    above = (below + 1).clamp(max=x.shape[-1] - 1)
    weight = (position - below).to(x.device)
    low, high = x[..., below.to(x.device)], x[..., above.to(x.device)]
    return low + (high - low) * weight


def load_inception(published: Mapping[str, Tensor]) -> Inception:
    """Return the network with the public weights, frozen and in evaluation mode.

    Args:
        published: the tensors of `pt_inception-2015-12-05-6726825d.pth` (pytorch-fid) or of
            `weights-inception-2015-12-05-6726825d.pth` (torch-fidelity), which have the same names.

    Raises:
        CheckpointError: the tensors are those of another network, such as the Inception v3 of torchvision.
    """
    network = Inception()
    load_folded(
        network,
        published,
        published_layers(network),
        BATCH_NORM_EPS,
        kept={"fc.weight": "classes.weight"},
        ignored={"fc.bias"},
    )
    return network


def published_layers(network: Inception) -> list[Folded]:
    """Return where the public file keeps each convolution of `network`."""
    return [
        Folded(name, f"{module.published}.conv", f"{module.published}.bn")
        for name, module in network.named_modules()
        if isinstance(module, ReluConv)
    ]
