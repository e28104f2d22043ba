"""What runs draw beside what the photographs show: the share of pixels of each concept, by one segmenter.

Run it as `python benchmarks/concept_areas.py runs/0001-photos runs/0002-photos-plain --segmenter-weights FILE`.
The photographs are those that the first run grew on, as it saw them; all have to be of one size. It prints one JSON
object. `distance` is half the sum of the absolute differences of the areas: 0 where a run draws as much of everything
as the photographs show, 1 where nothing is shared. The photographs' own distance, between two halves of them, is
what chance alone gives. `fsd` is the Frechet segmentation distance, see `ganatomy.dissect.areas.distances`. `error` is
the standard deviation of a distance over the draw of images.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import read_config
from ganatomy.dissect.areas.distances import (
    area_distance,
    area_distance_error,
    object_areas,
    segmentation_distance,
    segmentation_distance_error,
)
from ganatomy.dissect.areas.real import areas_of_images, draw_images
from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import DataError
from ganatomy.runs.directory import open_run
from ganatomy.runs.weights import load_generator
from ganatomy.seeds import stream_seed
from ganatomy.segment.areas import Floats, concept_areas
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.protocol import Segmenter

BATCH = 32
LEAST_AREA = 0.005
"""Concepts of a smaller area everywhere are not printed."""


@torch.no_grad()
def run_areas(path: Path, image_size: int, segmenter: Segmenter, num_images: int) -> Floats:
    """Return the areas (n, k) of a run's samples."""
    generator = load_generator(open_run(path))
    if generator.image_size != image_size:
        raise DataError(f"{path} makes images of {generator.image_size} px; give runs of {image_size} px")
    latents = LatentSet(generator, 0, "areas", num_images)
    return np.concatenate([concept_areas(segmenter, generator(z)) for _, z in latents.batches(BATCH)])


def distances(arm: Floats, real: Floats, categories: Sequence[str], rng: np.random.Generator) -> dict[str, object]:
    """Return both distances of an arm's areas (n, k) to the reference's, each with its standard deviation."""
    a, b = object_areas(arm, categories), object_areas(real, categories)
    return {
        "distance": {"value": round(area_distance(a, b), 4), "error": round(area_distance_error(a, b, rng), 4)},
        "fsd": {"value": round(segmentation_distance(a, b), 1), "error": round(segmentation_distance_error(a, b), 1)},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="areas of concepts in photographs and in runs")
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--segmenter-weights", type=Path, required=True, help="the ADE20K weights, safetensors")
    parser.add_argument("--num-images", type=int, default=1000)
    parser.add_argument("--input-size", type=int, default=129)
    args = parser.parse_args()
    segmenter = load_segmenter("ade20k", args.segmenter_weights, args.input_size)
    config = read_config(EvolveConfig, args.runs[0] / "config.json")
    rng = np.random.default_rng(stream_seed(0, "concept areas"))
    drawn = draw_images(config, 2 * args.num_images, seed=0)
    real, others = np.array_split(areas_of_images(segmenter, drawn, BATCH), 2)
    areas = {str(path): run_areas(path, config.data.image_size, segmenter, args.num_images) for path in args.runs}
    arms = {"photographs": others, **areas}
    found = {name: distances(arm, real, segmenter.categories, rng) for name, arm in arms.items()}
    shown = np.flatnonzero(np.max([real.mean(0), *(arm.mean(0) for arm in areas.values())], axis=0) >= LEAST_AREA)
    results = {
        "num_images": args.num_images,
        "segmenter": segmenter.fingerprint,
        "areas": {
            segmenter.concepts[c]: {"reference": round(float(real.mean(0)[c]), 4)}
            | {name: round(float(arm.mean(0)[c]), 4) for name, arm in arms.items()}
            for c in sorted(shown, key=lambda c: -real.mean(0)[c])
        },
        **{key: {name: values[key] for name, values in found.items()} for key in ("distance", "fsd")},
    }
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
