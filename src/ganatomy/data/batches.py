"""An endless stream of shuffled batches that can be stopped and resumed anywhere."""

from typing import Any

import numpy as np
import torch

from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import to_float
from ganatomy.errors import DataError, IncompatibleRun
from ganatomy.seeds import stream


class Batches:
    """Real images, epoch after epoch, each epoch in an order and with mirrorings of its own.

    Both are drawn from the seed and the number of the epoch alone. So the state is a position, a resumed
    stream is bit-identical, and how the stream is cut into batches changes none of its images.

    >>> images = ImageSet(np.zeros((3, 4, 4, 3), np.uint8), (), np.full(3, -1))
    >>> Batches(images, seed=0).next(5).shape
    torch.Size([5, 3, 4, 4])
    """

    def __init__(self, images: ImageSet, seed: int, flip: bool = True) -> None:
        """Start at the first image of the first epoch.

        Args:
            images: where the batches are taken from.
            seed: decides orders and mirrorings.
            flip: mirror each image left to right with probability 1/2.

        Raises:
            DataError: there are no images.
        """
        if not len(images):
            raise DataError("batches need at least one image, and the image set is empty")
        self._images, self._seed, self._flip = images, seed, flip
        self._begin_epoch(0)

    def next(self, n: int) -> torch.Tensor:
        """Return the next `n` images, (n, 3, s, s) float32 in [-1, 1]; `n` may exceed an epoch."""
        indices, flips = [], []
        while n > 0:
            if self._position == len(self._images):
                self._begin_epoch(self._epoch + 1)
            taken = slice(self._position, self._position + n)
            indices.append(self._order[taken])
            flips.append(self._flips[taken])
            self._position += len(indices[-1])
            n -= len(indices[-1])
        if not indices:
            return torch.empty(0, 3, self._images.image_size, self._images.image_size)
        images = to_float(self._images.images[np.concatenate(indices)])
        return torch.where(torch.cat(flips)[:, None, None, None], images.flip(3), images)

    def state(self) -> dict[str, Any]:
        """Return the place in the stream and what the stream depends on."""
        return {**self._identity(), "epoch": self._epoch, "position": self._position}

    def load_state(self, state: dict[str, Any]) -> None:
        """Go to the place that `state` names.

        Raises:
            IncompatibleRun: the state belongs to other images, another seed or other mirroring.
        """
        for key, here in self._identity().items():
            if (before := state.get(key, here)) != here:  # snapshots of the first versions have no digest
                raise IncompatibleRun(
                    f"cannot resume the data: {key} was {before} and is now {here}; "
                    "give the same images and settings, or start a new run"
                )
        self._begin_epoch(state["epoch"])
        self._position = state["position"]

    def _identity(self) -> dict[str, int | str]:
        return {
            "num_images": len(self._images),
            "image_size": self._images.image_size,
            "seed": self._seed,
            "flip": int(self._flip),
            "digest of the pixels": self._images.digest,
        }

    def _begin_epoch(self, epoch: int) -> None:
        rng = stream(self._seed, f"epoch {epoch}")
        num_images = len(self._images)
        self._order = torch.randperm(num_images, generator=rng).numpy()
        self._flips = (torch.rand(num_images, generator=rng) < 0.5) & self._flip
        self._epoch, self._position = epoch, 0
