"""An extractor and a generator small enough to know by heart."""

import torch
from torch import Tensor, nn


class MeanColour:
    """Features: the mean red, green and blue of an image; logits: the same, ten times."""

    name = "mean-colour"
    fingerprint = "0123456789abcdef"
    resize = "none"
    num_features = 3

    def __init__(self, num_classes: int | None = 3) -> None:
        self.num_classes = num_classes
        self.seen: list[Tensor] = []

    def extract(self, images: Tensor) -> tuple[Tensor, Tensor | None]:
        self.seen.append(images)
        features = images.mean((2, 3))
        return features, 10 * features if self.num_classes else None


class Flat(nn.Module):
    """One colour over the whole image: the latent's first three entries, squashed and scaled."""

    z_dim = 4

    def __init__(self, size: int = 8, scale: float = 1.0) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(scale))
        self.size = size

    def forward(self, z: Tensor) -> Tensor:
        colour = (z[:, :3] * self.scale).tanh()
        return colour[:, :, None, None].expand(-1, -1, self.size, self.size)


class Points(nn.Module):
    """The latent itself as a point, with a parameter for its scale."""

    z_dim = 2

    def __init__(self, scale: float = 1.0) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(scale))

    def forward(self, z: Tensor) -> Tensor:
        return z * self.scale
