"""The 128 px generator on the way to Progressive GAN with equalised learning rate, but pixels that are not normalised.

Its tensors are those of `progan128_pixelwisenorm` too; see `ganatomy.exchange.layouts.progan128`.
"""

from collections.abc import Mapping

from torch import Tensor

from ganatomy.exchange.layouts.progan128 import read_as, variants
from ganatomy.exchange.layouts.recognised import Recognised


def looks_like(tensors: Mapping[str, Tensor]) -> bool:
    """Return whether names and units may be of this variant."""
    return "equallr" in variants(tensors)


def read(tensors: Mapping[str, Tensor]) -> Recognised:
    """Return what a state dict holds, as this variant.

    Args:
        tensors: of the generator alone.

    Raises:
        CheckpointError: something is missing, of another shape or no part of it.
    """
    return read_as(tensors, "equallr")
