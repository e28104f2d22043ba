"""The planted world as a repair sees it: real images without artifacts, and an extractor that counts colours."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import to_uint8
from ganatomy.models.planted import NUMBER, PlantedGenerator, palette

ARTIFACT = NUMBER["artifact"]
LAYER = "layer1"


class Colours:
    """Features: the roots of the shares of the eight colours, so that a little of a strange one counts."""

    name = "colours"
    fingerprint = "0123456789abcdef"
    resize = "none"
    num_features = 8
    num_classes = None

    def extract(self, images: Tensor) -> tuple[Tensor, None]:
        nearest = torch.einsum("nchw,kc->nkhw", images, palette(images)).argmax(1)
        return 3 * F.one_hot(nearest, 8).float().mean((1, 2)).sqrt(), None


def features(images: Tensor) -> Tensor:
    """Return the same, for a command line: `tests.intervene.repair.planted:features`."""
    return Colours().extract(images)[0]


def faultless() -> PlantedGenerator:
    """Return the planted generator of which nothing reads the artifact unit."""
    generator = PlantedGenerator().eval()
    generator.layer2.read.weight.data[:, ARTIFACT] = 0
    return generator


def real_images(n: int = 800, seed: int = 9) -> ImageSet:
    """Return images of the planted world without artifacts."""
    z = torch.randn(n, PlantedGenerator.z_dim, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        pixels = to_uint8(faultless()(z)).numpy()
    return ImageSet(pixels, (), np.full(n, -1))


class Judge(torch.nn.Module):
    """A discriminator that dislikes the colour of the artifact."""

    def features(self, images: Tensor) -> list[Tensor]:
        return [images]

    def judge(self, features: list[Tensor]) -> Tensor:
        red, green, blue = features[0].unbind(1)
        strange = (red > 0) & (green < 0) & (blue > 0)
        return -strange.float().mean((1, 2))[:, None]
