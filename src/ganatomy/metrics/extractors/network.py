"""What all extractors have in common: they look at a batch at a time, and what they give is checked."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ganatomy.errors import DataError

LARGE_BATCH = 64
"""Images at a time, by default and at most: more would take memory and save no time."""


@dataclass(eq=False)
class NetworkExtractor:
    """Makes a function from images to features an `Extractor`: checks, batches, no gradients.

    Attributes:
        name: what it is loaded by.
        fingerprint: the first 16 hexadecimal digits of the SHA-256 of the weights' file (of the name, for a function).
        resize: how images come to the size the network sees.
        num_features: f.
        num_classes: k, or None.
        look: (n, 3, h, w) float32 in [-1, 1] -> features (n, f), or features and logits (n, k).
        batch_size: images that go through at once.
        device: where `look` runs.
    """

    name: str
    fingerprint: str
    resize: str
    num_features: int
    num_classes: int | None
    look: Callable[[Tensor], Tensor | tuple[Tensor, Tensor]]
    batch_size: int
    device: torch.device

    def extract(self, images: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return features, (n, f), and logits, (n, k) or None; float32, on the extractor's device.

        Args:
            images: (n, 3, h, w) float in [-1, 1], n of 1 or more.

        Raises:
            DataError: the images have another shape or are not floating point, or a function gives
                something else than it gave when it was loaded.
        """
        if images.ndim != 4 or images.shape[1] != 3 or not len(images) or not images.is_floating_point():
            raise DataError(
                f"an extractor takes float images (n, 3, h, w) in [-1, 1], got {images.dtype} "
                f"{tuple(images.shape)}; convert files with ganatomy.data.images.to_float"
            )
        with torch.no_grad():
            parts = [self._looked_at(batch) for batch in torch.split(images, self.batch_size)]
        logits = [logits for _, logits in parts if logits is not None]
        return torch.cat([features for features, _ in parts]), torch.cat(logits) if logits else None

    def _looked_at(self, images: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return features and logits of one batch."""
        features, logits = arrange(self.look(images.to(self.device, torch.float32)), len(images), self.name)
        sizes = features.shape[1], None if logits is None else logits.shape[1]
        if sizes != (self.num_features, self.num_classes):
            raise DataError(
                f"extractor {self.name!r} gave features and classes of the sizes {sizes}, at first "
                f"{(self.num_features, self.num_classes)}; they must not depend on the images"
            )
        return features, logits


def arrange(result: object, n: int, name: str) -> tuple[Tensor, Tensor | None]:
    """Return the features and logits that a function gave, in float32.

    Args:
        result: what it gave.
        n: the images it was given.
        name: of the extractor, for the message.

    Raises:
        DataError: the result is neither features (n, f) nor a pair of features and logits (n, k).
    """
    parts = result if isinstance(result, tuple) else (result,)
    if len(parts) not in (1, 2):
        raise DataError(f"extractor {name!r} gave a tuple of {len(parts)}; it must hold features and logits")
    for part in parts:
        if not (isinstance(part, Tensor) and part.is_floating_point() and part.ndim == 2 and len(part) == n):
            given = f"{part.dtype} {tuple(part.shape)}" if isinstance(part, Tensor) else type(part).__name__
            raise DataError(
                f"extractor {name!r} gave {given} for {n} images; it must give float features (n, f), or a tuple "
                "of them and logits (n, k)"
            )
    return parts[0].float(), parts[1].float() if len(parts) == 2 else None
