"""What a metric looks through: a network that gives the features of images."""

from typing import Protocol

from torch import Tensor


class Extractor(Protocol):
    """Gives features of images, and logits of classes where its network has them.

    Attributes:
        name: `inception`, `resnet56`, `ade20k`, `efficientnet` or `module:function`.
        fingerprint: the first 16 hexadecimal digits of the SHA-256 of the weights' content (of name and source, for a
            callable).
        resize: how images come to the size the network sees, in words, such as `TF1 bilinear to 299`.
        num_features: f, the length of a feature vector.
        num_classes: k, the length of the logits; None where there are none, so that no Inception Score can be had.
    """

    name: str
    fingerprint: str
    resize: str
    num_features: int
    num_classes: int | None

    def extract(self, images: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return features and logits of images.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1].

        Returns:
            (n, f) float32 features, and (n, k) float32 logits or None.
        """
