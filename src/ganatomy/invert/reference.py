"""Other images, inverted with the same settings: what error a picture has that is like the training data.

Of the generator's own samples it is known that they can be had; of held-out real images that they are what the
generator was to learn. A photo whose error lies above all of theirs is none of these.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
import torch
from torch import Tensor

from ganatomy.config.jsonable import unstructured
from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import to_float, to_uint8
from ganatomy.data.sources import open_images
from ganatomy.errors import DataError
from ganatomy.invert.inverting import FEATURES, LATENT, Inversion, Inverter
from ganatomy.invert.law import drawn
from ganatomy.metrics.session import SCENES_SEED
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run
from ganatomy.runs.layout import REFERENCES
from ganatomy.runs.manifest import TrainingData
from ganatomy.runs.records.inversions import InversionSettings, ReferenceRecord, ReferenceRow, StandingRow
from ganatomy.runs.records.reading import read_record, write_record
from ganatomy.runs.training_data import WithoutLines, found
from ganatomy.seeds import stream_seed

AT_ONCE = 8
"""Images inverted between one writing and the next."""
HELD_OUT_SPLITS = ("test", "val")
"""Splits that a training leaves out, the one that is looked for first before the other."""
UNLIKE, HARD = 0.97, 0.75
"""Parts of the held-out images with a lower error from which a picture is unlike them, or a hard one; of 24 it has to
be all."""


@dataclass(frozen=True)
class HeldOut:
    """Real images to compare with."""

    images: ImageSet
    data: str
    """What to call their source."""
    said: str
    """What they are, in the plural."""
    digest: str = ""
    """Of their pixels, where they are not the run's own: figures of others are kept apart by it."""


def held_out_images(
    data: TrainingData, num_images: int, progress: Progress = SILENT, called: str | None = None
) -> HeldOut:
    """Return real images of a run's data that its generator was not trained on, if there are any.

    Args:
        data: what it was trained on.
        num_images: of scenes, how many are rendered.
        progress: told of every image that has to be read or rendered.
        called: what to call the run whose own data they are, which are looked for; None for data that were given.

    Raises:
        DataError: there is nothing to read, or other images than it was trained on.
    """
    name = data.data if data.is_scenes else str(data.data).rstrip("/").rpartition("/")[2]
    if data.is_scenes:
        fresh = replace(data, num_scenes=num_images)
        return HeldOut(open_images(fresh, SCENES_SEED, progress), name, "held-out scenes, rendered anew")
    located = data if called is None else found(data, called, WithoutLines(progress))
    for split in HELD_OUT_SPLITS:
        if split == data.split:
            continue
        try:
            images = open_images(replace(located, split=split), data.seed, progress)
        except DataError:  # there is no such split
            continue
        return HeldOut(images, name, f"held-out images, of the split {split}")
    return HeldOut(open_images(located, data.seed, progress), name, "training images, for want of others")


def reference(
    run: Run | None,
    inverter: Inverter,
    generator: str,
    settings: InversionSettings,
    held_out: HeldOut | None,
    num_images: int,
    progress: Progress = SILENT,
) -> ReferenceRecord:
    """Return the errors of other images, those of earlier calls where they are kept.

    What was found is written batch by batch, so that an interruption loses one at most.

    Args:
        run: where they are kept; None keeps none.
        inverter: the one that photos are inverted with.
        generator: its fingerprint.
        settings: its settings.
        held_out: real images; None where none are known.
        num_images: of each kind.
        progress: told of every update.

    Raises:
        DataError: what is kept is not as this version writes it.
    """
    data, said = (None, "") if held_out is None else (held_out.data, held_out.said)
    inverter, settings = inverter.of_any_class(), replace(settings, class_name=None)
    record = ReferenceRecord(generator, settings, data, said, (), ())
    digest = "" if held_out is None else held_out.digest
    path = None if run is None else run.path / REFERENCES / f"{_digest(record, digest)}.json"
    if path is not None and path.exists():
        record = read_record(ReferenceRecord, path)
    wanted = {
        "real": torch.empty(0) if held_out is None else _chosen(held_out.images, num_images, settings.seed),
        "samples": _samples(inverter, num_images, settings.seed),
    }
    for kind, images in wanted.items():
        said = "inverting held-out images" if kind == "real" else "inverting samples"
        left = images[len(getattr(record, kind)) :]
        for batch in torch.split(left, AT_ONCE) if len(left) else ():
            rows = _rows(inverter.invert(batch.to(inverter.ranges.low.device), progress, said))
            if kind == "real":
                record = replace(record, real=(*record.real, *rows))
            else:
                record = replace(record, samples=(*record.samples, *rows))
            if path is not None:
                write_record(path, record)
    return replace(record, real=record.real[:num_images], samples=record.samples[:num_images])


def standing(inversion: Inversion, place: int, record: ReferenceRecord) -> tuple[StandingRow, ...]:
    """Return where the errors of a photo stand among those of other images, of latents and features.

    Args:
        inversion: of one or more photos.
        place: of the photo.
        record: the others.
    """
    return tuple(
        _standing(stage, name, value, record)
        for stage in (LATENT, FEATURES)
        for name, value in zip(("rmse", "perceptual"), inversion.errors[stage].row(place), strict=True)
        if value is not None and record.samples
    )


def verdict(rows: Sequence[StandingRow], num_real: int, held_out: str) -> str:
    """Return in a sentence whether a picture is like the training data: by the error that stands highest.

    Args:
        rows: from `standing`.
        num_real: how many held-out images there are.
        held_out: what they are.
    """
    if not rows:
        return "nothing was inverted to compare with, so that whether the picture is like the training data is open"
    if not num_real:
        return "no training images are known, so that its errors stand beside those of samples alone: " + " and ".join(
            f"{_said(row)} {row.value:.3f} against {row.samples_median:.3f}" for row in rows if row.stage == LATENT
        )
    worst = max(rows, key=lambda row: (row.percentile or 0.0, row.value / (row.real_median or 1.0)))
    above = worst.percentile or 0.0
    told = f"the {_said(worst)}, {worst.value:.3f}, is above that of {above:.0%} of {num_real} {held_out}"
    told += f" (median {worst.real_median:.3f})"
    if above >= UNLIKE:
        return f"unlike the training data: {told}; what the generator makes of it tells little about the picture"
    if above >= HARD:
        return f"harder than most training data: {told}; details will be lost"
    return f"like the training data: {told}"


def _said(row: StandingRow) -> str:
    of = "its latents" if row.stage == LATENT else "its features"
    return f"{'pixel error' if row.error == 'rmse' else 'perceptual distance'} of {of}"


def _standing(stage: str, name: str, value: float, record: ReferenceRecord) -> StandingRow:
    real, samples = (
        [error for row in rows if (error := getattr(row, f"{stage}_{name}")) is not None]
        for rows in (record.real, record.samples)
    )
    return StandingRow(
        stage=stage,
        error=name,
        value=value,
        real_median=median(real) if real else None,
        samples_median=median(samples),
        percentile=sum(error < value for error in real) / len(real) if real else None,
    )


def _rows(inversion: Inversion) -> list[ReferenceRow]:
    latent, features, outside = inversion.errors[LATENT], inversion.errors[FEATURES], inversion.outside
    return [
        ReferenceRow(*latent.row(i), *features.row(i), float(outside[LATENT][i]), float(outside[FEATURES][i]))
        for i in range(len(inversion))
    ]


def _chosen(images: ImageSet, num_images: int, seed: int) -> Tensor:
    """Return some of the images (m, 3, s, s) in [-1, 1]; more of them leave the first as they are."""
    order = np.random.default_rng(stream_seed(seed, "invert/held out")).permutation(len(images))
    return to_float(np.stack([images.images[place] for place in order[:num_images]]))


@torch.no_grad()
def _samples(inverter: Inverter, num_images: int, seed: int) -> Tensor:
    """Return samples of the generator (n, 3, s, s) in [-1, 1], as files have them."""
    z = drawn(inverter.generator, seed, "samples", num_images, inverter.ranges.low.device)
    return torch.cat([to_float(to_uint8(inverter.generator(batch)).cpu()) for batch in torch.split(z, 16)])


def _digest(record: ReferenceRecord, images: str) -> str:
    """Return what tells one way to invert from another, 12 hexadecimal digits."""
    return hashlib.sha256((json.dumps(unstructured(record), sort_keys=True) + images).encode()).hexdigest()[:12]
