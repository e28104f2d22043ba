"""The projected discriminator: fixed pretrained features, fixed random projections, small trained heads.

Source: Sauer, Chitta, Müller, Geiger, "Projected GANs Converge Faster", NeurIPS 2021, arXiv 2111.01007.

Differs: GroupNorm in place of BatchNorm in the heads, so that no layer couples the samples of a batch
and one backward pass serves the objectives of all siblings.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from ganatomy.models.networks.efficientnet import TAPPED_CHANNELS, EfficientNetLite0, load_efficientnet_lite0

MIXED_CHANNELS = (32, 64, 128, 256)
COARSEST_CELLS = 4
HEAD_WIDTH = 64
GROUPS = 8


class RandomProjection(nn.Module):
    """Mixes channels by random 1x1 convolutions, then scales top-down by random 3x3 ones; never trained."""

    def __init__(self, rng: torch.Generator):
        super().__init__()
        self.across_channels = nn.ModuleList(
            nn.Conv2d(tapped, mixed, 1) for tapped, mixed in zip(TAPPED_CHANNELS, MIXED_CHANNELS, strict=True)
        )
        finer = (MIXED_CHANNELS[0], *MIXED_CHANNELS[:-1])
        self.across_scales = nn.ModuleList(
            nn.Conv2d(mixed, out, 3, padding=1) for mixed, out in zip(MIXED_CHANNELS, finer, strict=True)
        )
        for convolution in (*self.across_channels, *self.across_scales):
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="linear", generator=rng)
            nn.init.zeros_(convolution.bias)

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Return the projected features, finest first."""
        mixed = [mix(feature) for mix, feature in zip(self.across_channels, features, strict=True)]
        below: Tensor | None = None
        projected = []
        for level in reversed(range(len(mixed))):
            x = mixed[level]
            if below is not None:
                x = x + F.interpolate(below, size=x.shape[2:], mode="bilinear", align_corners=False)
            projected.append(x)
            below = self.across_scales[level](x)
        return projected[::-1]


class Head(nn.Module):
    """Judges one level: spectral-norm 4x4 stride-2 convolutions to about 4x4 cells, then a map of logits."""

    def __init__(self, channels: int, cells: int):
        super().__init__()
        layers: list[nn.Module] = []
        while cells >= 2 * COARSEST_CELLS:
            layers += [
                spectral_norm(nn.Conv2d(channels, HEAD_WIDTH, 4, stride=2, padding=1)),
                nn.GroupNorm(GROUPS, HEAD_WIDTH),
                nn.LeakyReLU(0.2),
            ]
            channels, cells = HEAD_WIDTH, cells // 2
        if not layers:
            layers += [
                spectral_norm(nn.Conv2d(channels, HEAD_WIDTH, 3, padding=1)),
                nn.GroupNorm(GROUPS, HEAD_WIDTH),
                nn.LeakyReLU(0.2),
            ]
            channels = HEAD_WIDTH
        self.body = nn.Sequential(*layers, spectral_norm(nn.Conv2d(channels, 1, 3, padding=1)))

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits (n, cells) of the features `x`."""
        logits: Tensor = self.body(x)
        return logits.flatten(1)


class ProjectedDiscriminator(nn.Module):
    """Images (n, 3, s, s) in [-1, 1] to a map of logits a head, (n, logits) in all.

    Only the heads have parameters that learn. Every head holds the same number of logits, so that the mean
    over logits is the mean over heads of the mean over positions.
    """

    couples_samples = False
    slow_backward_in_bf16 = True
    """The backward pass through the features' depthwise convolutions."""

    def __init__(self, feature_size: int, rng: torch.Generator, backbone: EfficientNetLite0 | None = None):
        super().__init__()
        self.feature_size = feature_size
        self.backbone = backbone or load_efficientnet_lite0()
        self.projection = RandomProjection(rng).requires_grad_(False)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        strides = (4, 8, 16, 32)
        self.heads = nn.ModuleList(
            Head(channels, feature_size // stride) for channels, stride in zip(MIXED_CHANNELS, strides, strict=True)
        )

    def features(self, images: Tensor) -> list[Tensor]:
        """Return the projected features of `images`, finest first; gradients pass to the images."""
        size = (self.feature_size, self.feature_size)
        if images.shape[2:] != size:
            images = F.interpolate(images, size=size, mode="bilinear", align_corners=False)
        projected: list[Tensor] = self.projection(self.backbone(images.contiguous(memory_format=torch.channels_last)))
        return projected

    def judge(self, features: list[Tensor]) -> Tensor:
        """Return the logits (n, logits) of `features`."""
        maps = [head(feature) for head, feature in zip(self.heads, features, strict=True)]
        most = max(m.shape[1] for m in maps)
        return torch.cat([m.repeat_interleave(most // m.shape[1], dim=1) for m in maps], dim=1)
