"""The files of areas: `dissect/areas.json`, generated against real, and `dissect/agreement.json`, two segmenters."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import nn

from ganatomy.dissect.areas.comparison import (
    DROPPED_PART,
    EDGES,
    FALSE_DISCOVERIES,
    Area,
    AreaComparison,
    area_histogram,
    compare_areas,
)
from ganatomy.dissect.areas.distances import HALVINGS, AreaDistances, measure_distances
from ganatomy.dissect.areas.real import real_areas
from ganatomy.dissect.areas.second import AgreementTally, SegmenterAgreement
from ganatomy.dissect.latents import LatentSet
from ganatomy.dissect.samples import TEST
from ganatomy.models.classes import class_of
from ganatomy.models.fingerprint import fingerprint
from ganatomy.progress import SILENT, Progress
from ganatomy.runs import schemas
from ganatomy.runs.directory import Run
from ganatomy.runs.layout import AGREEMENT, AREAS
from ganatomy.runs.records.areas import AgreementRecord, AreasRecord
from ganatomy.runs.records.estimates import finite
from ganatomy.runs.records.reading import write_as
from ganatomy.seeds import stream_seed
from ganatomy.segment.areas import Floats
from ganatomy.segment.protocol import Segmenter
from ganatomy.stats.resampling import LEVEL, RESAMPLES


def write_areas(
    run: Run,
    generator: nn.Module,
    generated: Floats,
    segmenter: Segmenter,
    segmenter_settings: Mapping[str, Any],
    *,
    num_real: int,
    seed: int = 0,
    batch_size: int = 32,
    progress: Progress = SILENT,
    data: str | None = None,
) -> dict[str, Any]:
    """Compare areas of generated images with those of a run's real ones, write `dissect/areas.json` and return it.

    Args:
        run: the run whose generator it is.
        generator: what made the images.
        generated: (n, k) areas of its images, as `segment.areas.concept_areas` returns them.
        segmenter: the segmenter they are by.
        segmenter_settings: what it was loaded with.
        num_real: real images to draw; twice n is best, see `measure_distances`.
        seed: of the draw and of the resamples.
        batch_size: real images segmented at a time.
        progress: told of every real image.
        data: other real images than the run's own, as for `ganatomy.runs.training_images`.

    Raises:
        DataError: it is not known what the run was trained on, there are no real images, too few of either kind, or the
            areas are of other concepts.
    """
    device = next(generator.parameters()).device
    real = real_areas(run, segmenter, num_real, seed, batch_size, progress, device, data)
    record = {
        "schema": schemas.AREAS,
        "generator": fingerprint(generator),
        "segmenter": segmenter.name,
        "fingerprint": segmenter.fingerprint,
        "segmenter_settings": dict(segmenter_settings),
        "of_class": class_of(generator),
        **comparison_record(generated, real, segmenter, seed),
    }
    write_as(AreasRecord, run.path / AREAS, record)
    return record


def comparison_record(generated: Floats, real: Floats, segmenter: Segmenter, seed: int) -> dict[str, Any]:
    """Return as JSON what areas of generated and of real images have to tell: what is NaN becomes null.

    Args:
        generated: (n, k) areas of generated images.
        real: (m, k) areas of real images.
        segmenter: the segmenter they are by.
        seed: of the resamples.

    Raises:
        DataError: the areas are of other concepts, or there are too few images of either kind.
    """
    rng = np.random.default_rng(stream_seed(seed, "areas/bootstrap"))
    compared = compare_areas(generated, real, segmenter.concepts, rng)
    distances = measure_distances(generated, real, segmenter.categories, rng)
    histograms = zip(area_histogram(generated).tolist(), area_histogram(real).tolist(), strict=True)
    return {
        "seed": seed,
        "num_generated": len(generated),
        "num_real": len(real),
        "rule": {
            "level": LEVEL,
            "resamples": RESAMPLES,
            "false_discoveries": FALSE_DISCOVERIES,
            "dropped_part": DROPPED_PART,
        },
        "distance": _distances(distances),
        "histogram_edges": EDGES.tolist(),
        "concepts": [
            {"concept": row.concept, "category": category, **_compared(row), "histogram": {"generated": a, "real": b}}
            for row, category, (a, b) in zip(compared, segmenter.categories, histograms, strict=True)
        ],
    }


@torch.no_grad()
def write_agreement(
    run: Run,
    generator: nn.Module,
    segmenter: Segmenter,
    second: Segmenter,
    *,
    reading: Mapping[str, str] | None = None,
    num_images: int,
    seed: int = 0,
    batch_size: int = 32,
    progress: Progress = SILENT,
) -> dict[str, Any]:
    """Hold two segmenters against each other on a generator's images, write `dissect/agreement.json` and return it.

    Args:
        run: the run whose generator it is.
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode.
        segmenter: the segmenter whose names are kept.
        second: the other one.
        reading: what concepts of the second mean in the first's words, where their names differ.
        num_images: images: the first of those that a dissection scores units on.
        seed: of the latents and of the resamples.
        batch_size: images generated and segmented at a time.
        progress: told of every image.

    Raises:
        ConfigError: a concept is unknown, or none is common to both.
    """
    tally = AgreementTally(segmenter, second, reading)
    latents = LatentSet(generator, seed, TEST, num_images, next(generator.parameters()).device)
    with progress.task("comparing segmenters", num_images, unit="img") as task:
        for samples, z in latents.batches(batch_size):
            images = generator(z)
            tally.add(segmenter.segment(images), second.segment(images))
            task.advance(len(samples))
    found = tally.result(np.random.default_rng(stream_seed(seed, "agreement/bootstrap")))
    record = {
        "schema": schemas.AGREEMENT,
        "generator": fingerprint(generator),
        "first": {"name": segmenter.name, "fingerprint": segmenter.fingerprint},
        "second": {"name": second.name, "fingerprint": second.fingerprint},
        "reading": dict(reading or {}),
        "seed": seed,
        "level": LEVEL,
        "of_class": class_of(generator),
        **_agreement(found),
    }
    write_as(AgreementRecord, run.path / AGREEMENT, record)
    return record


def _distances(distances: AreaDistances) -> dict[str, Any]:
    both = {"fsd": distances.fsd, "area": distances.area}
    found = {name: {**asdict(d), "is_beyond_chance": d.is_beyond_chance} for name, d in both.items()}
    return {"num_images": distances.num_images, "halvings": HALVINGS, **found}


def _compared(row: AreaComparison) -> dict[str, Any]:
    return {
        "verdict": row.verdict,
        "generated": _area(row.generated),
        "real": _area(row.real),
        "difference": row.difference,
        "difference_interval": list(row.difference_interval),
        "ratio": finite(row.ratio),
        "ratio_interval": list(row.ratio_interval) if row.ratio_interval else None,
        "p": finite(row.p),
        "q": finite(row.q),
    }


def _area(area: Area) -> dict[str, Any]:
    return {"area": area.mean, "interval": list(area.interval), "present": area.present}


def _agreement(found: SegmenterAgreement) -> dict[str, Any]:
    """Return the agreement as JSON: what is NaN becomes null."""
    return {
        "num_images": found.num_images,
        "pixels": {
            "compared": found.compared,
            "agreement": finite(found.pixels),
            "interval": list(found.pixels_interval) if found.pixels_interval else None,
            "chance": finite(found.pixels_chance),
        },
        "concepts": [
            {
                "concept": row.concept,
                "read_from": list(row.read_from),
                "area_first": row.area_first,
                "area_second": row.area_second,
                "iou": finite(row.iou),
                "interval": list(row.interval) if row.interval else None,
                "chance": finite(row.chance),
            }
            for row in found.concepts
        ],
        "only_first": list(found.only_first),
        "only_second": list(found.only_second),
    }
