"""Counts the images that causes cost, beside the released code, and holds both schedules together.

The released code of GAN Dissection (arXiv 1811.10597), `aceoptimize.py`, takes for one concept

    10,000 for the cells that show it + 6 x 10,000 for cells to insert at + 500 x 40 for the optimisation
    + 13,000 for its evaluation = 103,000,

and generates 10,000 more for the mean k, without segmenting them. Ours takes, for each of n concepts,

    (pool + tested) / n + proposals + 2 x pairs x updates + held-out looks + 3 arms x 4 sets x tested,

where every image that goes through the generator, or the upper part of it, and the segmenter is one, and the backward
pass belongs to it. Required for five concepts: the published schedule at most a quarter, the quick one at most a tenth.

Without `--quick` the packaged generator is taken, which takes hours on the CPU by the published schedule; with
it the planted one, whose images are small. Both are run with the schedules as they are, and the passes counted.

    python -m benchmarks.ace [--quick] [--json] [--layer layer3] [--concepts sky tree] [--schedules quick published]
"""

import argparse
import json
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

import ganatomy as ga
from ganatomy.face.causes import Causes
from ganatomy.intervene.ace.protocol import CURVES, Cause, passes_of, passes_official
from ganatomy.intervene.ace.schedule import SCHEDULES
from ganatomy.memory import keep_freed_memory
from ganatomy.models.planted import PlantedGenerator
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.planted import PlantedSegmenter

REQUIRED = {"published": 0.25, "quick": 0.1}
"""Of the released code's passes, for five concepts."""
PLANTED = ("sky", "grass", "building", "tree", "door")
SCENES = ("sky", "tree", "grass", "water", "cloud")


def found_by(schedule: str, arguments: argparse.Namespace) -> Causes:
    """Return the causes of all concepts by one schedule."""
    generator = PlantedGenerator().eval() if arguments.quick else ga.packaged()
    segmenter = PlantedSegmenter() if arguments.quick else load_segmenter("scenes")
    layer = "layer1" if arguments.quick else arguments.layer
    concepts = arguments.concepts or (PLANTED if arguments.quick else SCENES)
    dissected = ga.dissect(generator, layer, segmenter, num_images=arguments.dissected, progress=False)[layer]
    return ga.ace(
        generator,
        dissected,
        concepts,
        schedule=schedule,
        top=3 if arguments.quick else 20,
        pool=arguments.pool,
        steps=arguments.steps,
        num_images=arguments.num_images,
        curve_images=0,
        progress=None,
    )


def costs(causes: Causes, schedule: str, seconds: float) -> dict[str, Any]:
    """Return what a schedule took, by concept, beside the released code."""
    by_purpose: dict[str, float] = {}
    for cause in causes.values():
        for purpose, number in cause.passes.items():
            by_purpose[purpose] = by_purpose.get(purpose, 0.0) + number / len(causes)
    ours = float(np.mean([passes_of(cause.passes) for cause in causes.values()]))
    return {
        "passes_official": passes_official(),
        "passes_ours": ours,
        "ratio": ours / passes_official(),
        "most": max(passes_of(cause.passes) for cause in causes.values()) / passes_official(),
        "required": REQUIRED[schedule],
        "by_purpose": {purpose: number for purpose, number in by_purpose.items() if purpose != CURVES},
        "updates": [len(cause.alpha.losses) for cause in causes.values()],
        "seconds": seconds,
    }


def held_together(quick: Cause, published: Cause) -> dict[str, Any]:
    """Return how like the alphas of two schedules are, and whether the effects of one lie in the other's intervals."""
    ours, theirs = quick.effect("ace"), published.effect("ace")
    assert ours is not None
    assert theirs is not None
    return {
        "concept": quick.concept,
        "spearman": spearman(quick.alpha.values.numpy(), published.alpha.values.numpy()),
        "same_units": len({*quick.units} & {*published.units}),
        "ace": [ours.at_cell.value, theirs.at_cell.value, list(theirs.at_cell.interval)],
        "kept": [ours.kept.value, theirs.kept.value, list(theirs.kept.interval)],
        "within": not (
            theirs.at_cell.interval.leaves_out(ours.at_cell.value) or theirs.kept.interval.leaves_out(ours.kept.value)
        ),
    }


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the rank correlation of two rows of numbers; equal ones share their mean rank."""
    return float(np.corrcoef(_ranks(np.asarray(a)), _ranks(np.asarray(b)))[0, 1])


def _ranks(values: Any) -> Any:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[inverse]


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the planted generator")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--layer", default="layer3")
    parser.add_argument("--concepts", nargs="+")
    parser.add_argument("--schedules", nargs="+", choices=tuple(SCHEDULES), default=list(SCHEDULES))
    parser.add_argument("--pool", type=int, help="another size than the schedules'")
    parser.add_argument("--steps", type=int, help="other numbers of updates than the schedules'")
    parser.add_argument("--num-images", type=int, default=150)
    parser.add_argument("--dissected", type=int, default=500)
    arguments = parser.parse_args(words)
    keep_freed_memory()
    found, results = {}, {}
    for schedule in arguments.schedules:
        start = time.perf_counter()
        found[schedule] = found_by(schedule, arguments)
        results[schedule] = costs(found[schedule], schedule, time.perf_counter() - start)
    together = []
    if len(found) == len(SCHEDULES):
        pairs = zip(found["quick"].values(), found["published"].values(), strict=True)
        together = [held_together(quick, published) for quick, published in pairs]
    if arguments.json:
        print(json.dumps({"schedules": results, "together": together}, indent=1))
        return
    for schedule, row in results.items():
        print(
            f"{schedule}: {row['passes_ours']:,.0f} images a concept, {row['ratio']:.3f} of the released code's "
            f"{row['passes_official']:,} (required {row['required']}), {row['seconds']:.0f} s"
        )
    for row in together:
        print(
            f"{row['concept']}: alphas {row['spearman']:.2f} by rank, {row['same_units']} units the same, effects "
            f"{'within' if row['within'] else 'outside of'} the published schedule's intervals"
        )


if __name__ == "__main__":
    main()
