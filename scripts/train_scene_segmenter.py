"""Trains the segmenter of the procedural scenes on rendered masks, and measures it on held-out renders.

Run it as `python scripts/train_scene_segmenter.py`. Every batch is rendered afresh, so no image is seen twice; half
of the batches are of the default table, a quarter of houses and a quarter of streets. Some of the images are then
damaged as a young generator's are: blurred, noisy, off in colour, bent out of shape; the masks bend with them.
Overwrites the packaged weights, and beside them `scenes.reference.json`: how sure the segmenter is of renders that it
was not trained on, and what it sees in them. `--reference-only` measures that anew for the weights that are there.
With `--state FILE` it goes on from where it was stopped.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from ganatomy.data import scenes
from ganatomy.data.images import to_float
from ganatomy.progress.console import stderr_progress
from ganatomy.seeds import stream, stream_seed
from ganatomy.segment.checkpoint import REFERENCE
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.networks.scenes import PACKAGED_WEIGHTS, SceneNet, fold_normalisation
from ganatomy.segment.protocol import Segmenter
from ganatomy.segment.reference import REFERENCE_IMAGES, measure_reference, reference_json
from ganatomy.segment.training.augmentation import augment, damage
from ganatomy.segment.training.held_out import HeldOut, held_out_json, measure_held_out
from ganatomy.segment.training.loop import Batches, Recipe, Snapshot, resume, start, train, write_segmenter
from ganatomy.segment.training.schedule import Budget

IMAGE_SIZES = (64, 128)
BATCHES = {64: 16, 128: 4}  # images of each size, equally many pixels
WIDTHS = (32, 48, 64, 96, 128)  # wide at full size, where windows and doors are a few pixels
TABLES = ("scenes", "scenes:houses", "scenes", "scenes:streets")  # in turn
HELD_OUT_SEED = 1_000_003
REFERENCE_SIZES = (32, 64, 128, 256)


def render(seed: int, n: int, image_size: int, table: str = "scenes") -> tuple[Tensor, Tensor]:
    """Return images (n, 3, s, s) float32 in [-1, 1] and masks (n, s, s) int64."""
    images, masks = scenes.render(seed, n, image_size, scenes.PRESETS[table])
    return to_float(images), torch.from_numpy(masks).long()


def rendered(seed: int) -> Batches:
    """Return the batch of each step: two of 64 px, then one of 128 px, of one table after the other."""

    def batch(step: int) -> tuple[Tensor, Tensor]:
        size = IMAGE_SIZES[1] if step % 3 == 2 else IMAGE_SIZES[0]
        table = TABLES[step // 3 % len(TABLES)]
        images, masks = render(stream_seed(seed, f"step {step}"), BATCHES[size], size, table)
        return augment(images, masks, stream(seed, f"augmentation {step}"))

    return batch


def trained(steps: int, seed: int, state: Path | None = None) -> SceneNet:
    """Return a trained network, its normalisation folded away."""
    recipe = Recipe(Budget(steps), bf16=True, widths=WIDTHS)
    training = start(len(scenes.CONCEPTS), recipe, seed)
    snapshot = state and Snapshot(state, {"scenes": scenes.renderer_version(), "steps": steps, "seed": seed})
    if snapshot and snapshot.path.exists():
        resume(training, snapshot)
    train(training, rendered(seed), recipe, snapshot, stderr_progress())
    fold_normalisation(training.network)
    return training.network


def held_out(image_size: int, num_images: int, damaged: bool, table: str) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield renders that were not trained on, a hundred at a time."""
    rng = stream(HELD_OUT_SEED, "damage")
    for first in range(0, num_images, 100):
        images, masks = render(HELD_OUT_SEED + first, min(100, num_images - first), image_size, table)
        yield (damage(images, rng) if damaged else images), masks


def measured(
    segmenter: Segmenter, image_size: int, num_images: int, *, damaged: bool = False, table: str = "scenes"
) -> HeldOut:
    """Return how well the segmenter knows renders that were not trained on."""
    return measure_held_out(segmenter, held_out(image_size, num_images, damaged, table))


def figures(segmenter: Segmenter, num_images: int) -> dict[str, object]:
    """Return the figures on held-out renders, mean and by concept."""
    return {"held_out_images": num_images, "held_out_seed": HELD_OUT_SEED} | {
        f"{table.replace('scenes:', '')}_{'damaged' if damaged else 'clean'}_{size}": held_out_json(
            measured(segmenter, size, num_images, damaged=damaged, table=table), segmenter.concepts
        )
        for table in dict.fromkeys(TABLES)
        for size in IMAGE_SIZES
        for damaged in (False, True)
    }


def write_reference(weights: Path) -> None:
    """Write the figures of held-out renders of each table, at each size that generators of scenes have."""
    segmenter = load_segmenter("scenes", weights)
    measured = [
        measure_reference(
            segmenter, f"renders of {table}", (images for images, _ in held_out(size, REFERENCE_IMAGES, False, table))
        )
        for table in dict.fromkeys(TABLES)
        for size in REFERENCE_SIZES
    ]
    content = {"sha256": hashlib.sha256(weights.read_bytes()).hexdigest(), REFERENCE: reference_json(measured)}
    lines = json.dumps(content, separators=(",", ":")).replace('{"name"', '\n{"name"')  # a line for each kind
    weights.with_suffix(".reference.json").write_text(lines + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="train the segmenter of the procedural scenes")
    parser.add_argument("--out", type=Path, default=PACKAGED_WEIGHTS)
    parser.add_argument("--steps", type=int, default=16000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--state", type=Path, help="file to save the training in, and to go on from")
    parser.add_argument("--held-out-images", type=int, default=500)
    parser.add_argument("--reference-only", action="store_true", help="train nothing, measure renders alone")
    args = parser.parse_args()
    if args.reference_only:
        write_reference(args.out)
        return
    network = trained(args.steps, args.seed, args.state)
    metadata: dict[str, object] = {
        "concepts": scenes.CONCEPTS,
        "image_sizes": IMAGE_SIZES,
        "command": f"python scripts/train_scene_segmenter.py --steps {args.steps} --seed {args.seed}",
    }
    write_segmenter(network, args.out, metadata)
    known = figures(load_segmenter("scenes", args.out), args.held_out_images)
    write_segmenter(network, args.out, {**metadata, "held_out": known})
    write_reference(args.out)
    json.dump(known, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
