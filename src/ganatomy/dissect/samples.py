"""What a network is dissected on: latents of a generator, or images that a classifier looks at."""

import hashlib
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganatomy.data.images import to_float
from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import DataError
from ganatomy.seeds import stream_seed

VALIDATION, TEST = "dissect/validation", "dissect/test"


class SampleSet(Protocol):
    """A fixed set of inputs, any of which can be had again by its number."""

    size: int

    def take(self, samples: Tensor) -> Tensor:
        """Return the inputs of the network for sample numbers (n,) int64."""

    def images(self, inputs: Tensor, output: Tensor) -> Tensor:
        """Return the images (n, 3, h, w) in [-1, 1] that are segmented, given the network's inputs and output."""


class ImageSamples:
    """Images that the network looks at: its inputs, which are also what is segmented.

    Args:
        images: (m, h, w, 3) uint8, of which those in `chosen` are the samples.
        chosen: (n,) their places.
        device: where they are put.
    """

    def __init__(self, images: NDArray[np.uint8], chosen: NDArray[Any], device: torch.device | str = "cpu") -> None:
        self._images, self._chosen, self._device = images, chosen, device
        self.size = len(chosen)

    def take(self, samples: Tensor) -> Tensor:
        """Return images (n, 3, h, w) float32 in [-1, 1]."""
        return to_float(np.asarray(self._images[self._chosen[samples.numpy()]])).to(self._device)

    def images(self, inputs: Tensor, output: Tensor) -> Tensor:
        """Return the inputs."""
        return inputs


def sample_sets(
    network: nn.Module, seed: int, num_images: int, images: NDArray[np.uint8] | None = None
) -> dict[str, SampleSet]:
    """Return the validation and the test samples, `num_images` each.

    Args:
        network: what is dissected.
        seed: of the latents, or of the choice among `images`.
        num_images: samples of each set.
        images: (m, h, w, 3) uint8 for a network that takes images; None for a generator.

    Raises:
        DataError: there are fewer than twice `num_images` images.
    """
    device = next(network.parameters()).device
    if images is None:
        return {name: LatentSet(network, seed, name, num_images, device) for name in (VALIDATION, TEST)}
    if len(images) < 2 * num_images:
        raise DataError(
            f"there are {len(images)} images; {num_images} to score on and as many others to choose thresholds on ask "
            f"for {2 * num_images}: give more images, or num_images={len(images) // 2} or less"
        )
    order = np.random.default_rng(stream_seed(seed, "dissect/images")).permutation(len(images))[: 2 * num_images]
    return {
        VALIDATION: ImageSamples(images, order[:num_images], device),
        TEST: ImageSamples(images, order[num_images:], device),
    }


def images_digest(images: NDArray[np.uint8] | None) -> str | None:
    """Return 16 hexadecimal digits that change with any pixel; None for none."""
    return None if images is None else hashlib.sha256(np.ascontiguousarray(images).tobytes()).hexdigest()[:16]
