"""A network of five units with a gain that can be trained, and a segmenter of two colours.

Not a second planted world: `ganatomy.models.planted` is what recovery and effects are tested on. It has no weight in
`layer1` and eleven units. Where a test changes the weights of a dissected layer (histories, caches, weights that
diverged), writes unit numbers and table sizes by hand, or paints photographs for a segmenter of one head, these stay
small enough to be read at a glance.

Units of `layer1`, 8 x 8 cells: 0 paints the top half red (`sky`), 1 paints the bottom half green (`grass`),
2 copies unit 0 and paints nothing (a distractor: it agrees with sky but does not cause it), 3 is dead, 4 is
noise. The image is 16 px; what no unit paints is black (`other`).
"""

import torch
from torch import Tensor, nn

RED, GREEN = torch.tensor([1.0, -1.0, -1.0]), torch.tensor([-1.0, 1.0, -1.0])


class Painting(nn.Module):
    """Turns latents into the five units' maps."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(()))

    def forward(self, z: Tensor) -> Tensor:
        maps = torch.zeros(len(z), 5, 8, 8)
        height = (2 + z[:, 0].abs().clamp(0, 2)).round().long()  # rows of sky, 2 to 4
        rows = torch.arange(8)
        maps[:, 0] = (rows[None] < height[:, None]).float()[:, :, None]
        maps[:, 1, 5:, :] = (z[:, 1, None, None] > -1).float()
        maps[:, 2] = maps[:, 0]
        maps[:, 4] = z[:, 2:].repeat(1, 4).view(len(z), 8, 8)
        return maps * self.gain


class FiveUnits(nn.Module):
    """(n, 18) latents to (n, 3, 16, 16) images."""

    z_dim = 18
    image_size = 16

    def __init__(self) -> None:
        super().__init__()
        self.layer1 = Painting()
        self.dense = nn.Flatten()

    def forward(self, z: Tensor) -> Tensor:
        maps = self.layer1(z)
        self.dense(maps)
        big = maps.repeat_interleave(2, 2).repeat_interleave(2, 3)
        black = -torch.ones(len(z), 3, 16, 16)
        red, green = big[:, :1], big[:, 1:2]
        return black + red * (RED.view(3, 1, 1) + 1) + green * (GREEN.view(3, 1, 1) + 1)


class ByColour:
    """Names each pixel by its colour."""

    name = "colours"
    fingerprint = "colours-1"
    concepts = ("other", "sky", "grass", "never")
    categories = ("other", "object", "object", "object")

    def segment(self, images: Tensor) -> Tensor:
        return (images[:, :1] > 0).long() + 2 * (images[:, 1:2] > 0).long()
