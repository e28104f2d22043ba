"""How well a segmenter knows images that it was not trained on, beside the answer that needs no image."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ganatomy.segment.protocol import Segmenter
from ganatomy.segment.training.accuracy import confusion, intersection_over_union


@dataclass(frozen=True)
class HeldOut:
    """Figures on held-out images, of each concept and over all of them."""

    iou: tuple[float, ...]
    """Of each concept, in [0, 1]; NaN where no pixel shows it or is taken for it."""
    share: tuple[float, ...]
    """Of the known pixels, by each concept."""
    mean_iou: float
    """Over the concepts that have one."""
    accuracy: float
    """Part of the known pixels that is named right."""

    @property
    def trivial_accuracy(self) -> float:
        """The accuracy of naming the most frequent concept everywhere: its share."""
        return max(self.share)

    @property
    def trivial_mean_iou(self) -> float:
        """The mean IoU of naming it everywhere: its share, and nothing for every other concept that is there."""
        return self.trivial_accuracy / max(1, sum(share > 0 for share in self.share))


def measure_held_out(segmenter: Segmenter, batches: Iterable[tuple[Tensor, Tensor]]) -> HeldOut:
    """Return how well a segmenter with one head agrees with the true masks.

    Args:
        segmenter: what to measure.
        batches: images (n, 3, h, w) in [-1, 1] and masks (n, h, w) int64; negative pixels are left out.
    """
    k = len(segmenter.concepts)
    counts = torch.zeros(k, k + 1, dtype=torch.int64)
    for images, masks in batches:
        counts += confusion(segmenter.segment(images)[:, 0].cpu(), masks, k)
    return from_counts(counts)


def from_counts(counts: Tensor) -> HeldOut:
    """Return the figures of counted pixels.

    Args:
        counts: (k, k + 1) int64 from `confusion`.
    """
    iou, total = intersection_over_union(counts), counts.sum().double()
    return HeldOut(
        iou=tuple(iou.tolist()),
        share=tuple((counts.sum(1) / total).tolist()),
        mean_iou=iou.nanmean().item(),
        accuracy=(counts.diagonal().sum() / total).item(),
    )


def held_out_json(figures: HeldOut, concepts: Sequence[str]) -> dict[str, object]:
    """Return the figures as JSON values, rounded; None for what is not a number."""
    return {
        "mean_iou": _rounded(figures.mean_iou),
        "accuracy": _rounded(figures.accuracy),
        "iou": {name: _rounded(iou) for name, iou in zip(concepts, figures.iou, strict=True)},
        "share": {name: _rounded(share) for name, share in zip(concepts, figures.share, strict=True)},
    }


def _rounded(value: float) -> float | None:
    return None if value != value else round(value, 4)
