"""Training a segmenter: batches bent and damaged, one cycle, figures on held-out images."""

from ganatomy.segment.training.accuracy import confusion, intersection_over_union
from ganatomy.segment.training.augmentation import augment
from ganatomy.segment.training.held_out import HeldOut, measure_held_out
from ganatomy.segment.training.loop import (
    Recipe,
    Snapshot,
    Training,
    resume,
    segmentation_loss,
    soft_jaccard_loss,
    start,
    train,
    write_segmenter,
)
from ganatomy.segment.training.schedule import Budget, one_cycle
from ganatomy.segment.training.session import TrainedSegmenter, train_segmenter

__all__ = [
    "Budget",
    "HeldOut",
    "Recipe",
    "Snapshot",
    "TrainedSegmenter",
    "Training",
    "augment",
    "confusion",
    "intersection_over_union",
    "measure_held_out",
    "one_cycle",
    "resume",
    "segmentation_loss",
    "soft_jaccard_loss",
    "start",
    "train",
    "train_segmenter",
    "write_segmenter",
]
