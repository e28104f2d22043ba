"""A segmenter of the user's own concepts: trained or trained on, measured on what was held out, and written."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ganatomy.config.jsonable import to_json
from ganatomy.config.segmenter_train import SegmenterTrainConfig
from ganatomy.data.crops import central_squares, random_crops
from ganatomy.data.masks import MaskedImages, PairFiles, load_pairs
from ganatomy.errors import ConfigError, DataError
from ganatomy.progress import Progress
from ganatomy.seeds import stream
from ganatomy.segment.checkpoint import REFERENCE
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.networks.scenes import fold_normalisation
from ganatomy.segment.reference import REFERENCE_IMAGES, ReferenceImages, measure_reference, reference_json
from ganatomy.segment.training.augmentation import augment
from ganatomy.segment.training.held_out import HeldOut, held_out_json, measure_held_out
from ganatomy.segment.training.loop import Batches, Recipe, Snapshot, Training, resume, start, train, write_segmenter
from ganatomy.segment.training.schedule import Budget

DEFAULT_STEPS = 3000
KEPT_SIDES = 2
"""Pairs are kept with a shorter side of so many times the largest image size: crops are still sharp."""
MEASURED_AT_ONCE = 64
NOT_IDENTITY = ("schema", "images", "masks", "concepts", "colours", "out", "resume", "device")
"""Settings that may change when a training goes on; the pixels may not."""


@dataclass(frozen=True)
class TrainedSegmenter:
    """A segmenter that was trained, and how good it is on what was held out."""

    weights: Path
    steps: int
    seconds: float
    num_trained_on: int
    """Pairs."""
    num_held_out: int
    """Pairs."""
    concepts: tuple[str, ...]
    held_out: Mapping[int, HeldOut]
    """The figures at each image size."""

    @property
    def trivial_answer(self) -> str:
        """The concept that covers most: what a segmenter that sees nothing would name everywhere."""
        shares = next(iter(self.held_out.values())).share
        return self.concepts[max(range(len(shares)), key=shares.__getitem__)]

    def concept_rows(self) -> list[dict[str, object]]:
        """Return a row for each concept: its share of the pixels, and its IoU at each size."""
        shares = next(iter(self.held_out.values())).share
        return [
            {"concept": name, "share": shares[i], **{f"iou_{size}": of.iou[i] for size, of in self.held_out.items()}}
            for i, name in enumerate(self.concepts)
        ]

    def mean_rows(self) -> list[dict[str, object]]:
        """Return a row for each image size: the figures over all concepts, beside those of the trivial answer."""
        return [
            {
                "image_size": size,
                "mean_iou": of.mean_iou,
                "trivial_mean_iou": of.trivial_mean_iou,
                "accuracy": of.accuracy,
                "trivial_accuracy": of.trivial_accuracy,
            }
            for size, of in self.held_out.items()
        ]


def train_segmenter(config: SegmenterTrainConfig, progress: Progress) -> TrainedSegmenter:
    """Train, measure on what was held out, write the weights, and return the figures.

    Args:
        config: all settings.
        progress: told of every step.

    Raises:
        ConfigError: a setting cannot be used, or what is there would be overwritten.
        DataError: the pairs cannot be read, or are too few.
        CheckpointError: there is no training to go on with, or it does not fit.
        DivergedTraining: the loss is no number.
        KeyboardInterrupt: Ctrl-C; the training was saved.
    """
    kept = config.out.with_suffix(".state.safetensors")
    _refuse_to_overwrite(config, kept)
    pairs, held_out = _pairs(config, progress)
    _require_concepts(pairs, held_out)
    recipe = _recipe(config)
    snapshot = Snapshot(kept, _identity(config, pairs, held_out))
    training = start(len(pairs.concepts), recipe, config.seed)
    if config.resume:
        resume(training, snapshot)
    progress.line(f"{len(pairs)} pairs to train on, {len(held_out)} held out, {len(pairs.concepts)} concepts")
    for concept in _never_shown(pairs):
        progress.line(f"warning: no mask to train on shows {concept!r}")
    try:
        train(training, _batches(config, pairs), recipe, snapshot, progress)
    except KeyboardInterrupt:
        progress.line(f"saved at step {training.step}; go on with the same command and --resume")
        raise
    measured = _write(config, training, held_out)
    kept.unlink()
    concepts = tuple(held_out.concepts)
    return TrainedSegmenter(config.out, training.step, training.seconds, len(pairs), len(held_out), concepts, measured)


def _write(config: SegmenterTrainConfig, training: Training, held_out: MaskedImages) -> dict[int, HeldOut]:
    """Write the weights, measure them as they stand in the file, and write them again with the figures."""
    fold_normalisation(training.network)
    metadata = {
        "concepts": held_out.concepts,
        "image_sizes": config.image_size,
        "command": "ganatomy segmenter train",
        "settings": to_json(config),
        "steps": training.step,
    }
    write_segmenter(training.network, config.out, metadata)
    measured = _measure(config, held_out)
    figures = {str(size): held_out_json(of_size, held_out.concepts) for size, of_size in measured.items()}
    reference = reference_json(_reference(config, held_out))
    write_segmenter(training.network, config.out, {**metadata, "held_out": figures, REFERENCE: reference})
    return measured


def _require_concepts(pairs: MaskedImages, held_out: MaskedImages) -> None:
    """Return if there is something to learn and to measure.

    Raises:
        DataError: the masks to train on show fewer than two concepts, or those held out none.
    """
    unseen = set(_never_shown(pairs))
    seen = [name for name in pairs.concepts if name not in unseen]
    if len(seen) < 2:
        what = f"{seen[0]!r} alone" if seen else "no concept at all"
        raise DataError(
            f"the {len(pairs)} masks to train on show {what}, all else in them is void; at least 2 concepts have to be "
            "seen: give every value a name in concepts.txt (two names for masks of two values), or mend the masks"
        )
    if len(_never_shown(held_out)) == len(held_out.concepts):
        raise DataError(
            f"the {len(held_out)} masks held out are all void, so nothing can be measured on them; hold out others "
            "with --seed, --held-out or --held-out-split"
        )


def _never_shown(pairs: MaskedImages) -> list[str]:
    shown = {index for mask in pairs.masks for index in np.unique(mask).tolist()}
    return [name for index, name in enumerate(pairs.concepts) if index not in shown]


def _refuse_to_overwrite(config: SegmenterTrainConfig, kept: Path) -> None:
    if config.resume:
        return
    if kept.exists():
        raise ConfigError(
            f"{kept} is a training that was not finished; go on with it with --resume, remove it, or give another --out"
        )
    if config.out.exists():
        raise ConfigError(f"{config.out} is there already; remove it, or give another --out")


def _pairs(config: SegmenterTrainConfig, progress: Progress) -> tuple[MaskedImages, MaskedImages]:
    """Return the pairs to train on and those held out."""
    files = PairFiles(config.images, config.masks, config.concepts, config.void, config.colours)
    splits = (config.split,) if config.held_out_split is None else (config.split, config.held_out_split)
    loaded = load_pairs(files, splits, keep=KEPT_SIDES * max(config.image_size), progress=progress)
    if len(loaded) == 2:
        return loaded[0], loaded[1]
    n = len(loaded[0])
    if n < 2:
        raise DataError(f"{config.images} has {n} pair; at least 2 are needed, one of them to be held out")
    order = torch.randperm(n, generator=stream(config.seed, "held out")).tolist()
    num_held_out = min(n - 1, max(1, round(config.held_out * n)))
    return loaded[0].subset(sorted(order[num_held_out:])), loaded[0].subset(sorted(order[:num_held_out]))


def _recipe(config: SegmenterTrainConfig) -> Recipe:
    steps = DEFAULT_STEPS if config.steps is None and config.minutes is None else config.steps
    bf16 = config.precision == "bf16" or (config.precision == "auto" and _bf16_pays(config.device))
    return Recipe(Budget(steps, config.minutes), config.learning_rate, bf16, config.device)


def _bf16_pays(device: str) -> bool:
    """Return whether bfloat16 is faster on this device.

    On a CPU it is not: at 64 px the backward pass of the first and the coarsest convolutions takes it 20 to 70 times as
    long as float32, and a step 1.8 times.
    """
    return torch.device(device).type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


def _identity(config: SegmenterTrainConfig, *sets: MaskedImages) -> dict[str, object]:
    """Return what a training depends on: settings and pixels."""
    digest = hashlib.sha256()
    for pairs in sets:
        digest.update(json.dumps([pairs.concepts, pairs.names]).encode())
        for image, mask in zip(pairs.images, pairs.masks, strict=True):
            digest.update(image.tobytes() + mask.tobytes())
    settings = {name: value for name, value in to_json(config).items() if name not in NOT_IDENTITY}
    return {**settings, "pixels": digest.hexdigest()[:16]}


def _batches(config: SegmenterTrainConfig, pairs: MaskedImages) -> Batches:
    """Return the batch of each step: the sizes take turns, all with about equally many pixels."""

    def batch(step: int) -> tuple[Tensor, Tensor]:
        size = config.image_size[step % len(config.image_size)]
        n = max(1, round(config.batch_size * (config.image_size[0] / size) ** 2))
        images, masks = random_crops(pairs, n, size, stream(config.seed, f"step {step}"), config.flip)
        return augment(images, masks, stream(config.seed, f"augmentation {step}"))

    return batch


def _measure(config: SegmenterTrainConfig, held_out: MaskedImages) -> dict[int, HeldOut]:
    """Return the figures at each size, of the segmenter as it was written."""
    segmenter = load_segmenter("scenes", config.out, device=config.device)
    return {
        size: measure_held_out(segmenter, _held_out_batches(held_out, size, config.device))
        for size in config.image_size
    }


def _reference(config: SegmenterTrainConfig, held_out: MaskedImages) -> list[ReferenceImages]:
    """Return how sure the segmenter is of held-out images, and what it sees in them, at each size."""
    segmenter = load_segmenter("scenes", config.out, device=config.device)
    n = min(REFERENCE_IMAGES, len(held_out))
    some = held_out.subset([i * len(held_out) // n for i in range(n)])
    return [
        measure_reference(segmenter, "held-out images", (i for i, _ in _held_out_batches(some, size, config.device)))
        for size in config.image_size
    ]


def _held_out_batches(held_out: MaskedImages, size: int, device: str) -> Iterator[tuple[Tensor, Tensor]]:
    for first in range(0, len(held_out), MEASURED_AT_ONCE):
        some = held_out.subset(range(first, min(first + MEASURED_AT_ONCE, len(held_out))))
        images, masks = central_squares(some, size)
        yield images.to(device), masks
