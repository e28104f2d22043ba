"""An extractor for tests: the mean colours of an image's quarters."""

from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d


def quarters(images: Tensor) -> Tensor:
    return adaptive_avg_pool2d(images, 2).flatten(1)
