"""Trains the segmenter of the procedural scenes on rendered masks, and measures it on held-out renders.

Run it as `python scripts/train_scene_segmenter.py`. Every batch is rendered afresh, so no image is seen
twice. Some of the images are then damaged as a young generator's are: blurred, noisy, off in colour, bent out
of shape; the masks bend with them. Overwrites the packaged weights. With `--state FILE` it goes on from where
it was stopped.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import avg_pool2d, cross_entropy, grid_sample, interpolate

from ganatomy.data import scenes
from ganatomy.data.images import to_float
from ganatomy.seeds import stream, stream_seed
from ganatomy.segment.accuracy import confusion, intersection_over_union
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.protocol import Segmenter
from ganatomy.segment.scenes import PACKAGED_WEIGHTS, SceneNet, fold_normalisation

IMAGE_SIZES = (64, 128)
BATCHES = {64: 16, 128: 4}  # images of each size, equally many pixels
HELD_OUT_SEED = 1_000_003
DAMAGED = 0.3  # share of the images that are bent, and share that are damaged
SAVE_EVERY = 200  # steps


def render(seed: int, n: int, image_size: int) -> tuple[Tensor, Tensor]:
    """Return images (n, 3, s, s) float32 in [-1, 1] and masks (n, s, s) int64."""
    images, masks = scenes.render(seed, n, image_size)
    return to_float(images), torch.from_numpy(masks).long()


def uniform(rng: torch.Generator, n: int, low: float, high: float, channels: int = 1) -> Tensor:
    """Return (n, channels, 1, 1) uniform numbers."""
    return low + (high - low) * torch.rand(n, channels, 1, 1, generator=rng)


def smooth_noise(rng: torch.Generator, n: int, channels: int, cells: int, size: int) -> Tensor:
    """Return normal noise on `cells` x `cells`, resized smoothly to (n, channels, size, size)."""
    coarse = torch.randn(n, channels, cells, cells, generator=rng)
    return interpolate(coarse, (size, size), mode="bicubic", align_corners=False)


def bend(images: Tensor, masks: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Zoom, shift, mirror and bend images and masks alike."""
    n, _, size, _ = images.shape
    axis = torch.linspace(-1 + 1 / size, 1 - 1 / size, size)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    grid = torch.stack([x, y])[None] * uniform(rng, n, 0.75, 1.0)
    grid = grid + uniform(rng, n, -0.15, 0.15, channels=2)
    grid = grid + uniform(rng, n, 0, 0.05) * smooth_noise(rng, n, 2, 5, size)
    mirror = torch.where(torch.rand(n, generator=rng) < 0.5, -1.0, 1.0)
    grid = torch.stack([grid[:, 0] * mirror[:, None, None], grid[:, 1]], dim=3)
    bent = grid_sample(images, grid, padding_mode="border", align_corners=False)
    bent_masks = grid_sample(masks[:, None].float(), grid, mode="nearest", padding_mode="border", align_corners=False)
    return bent, bent_masks[:, 0].long()


def damage(images: Tensor, rng: torch.Generator) -> Tensor:
    """Blur, recolour and soil the images as a young generator does."""
    n, _, size, _ = images.shape
    blurred = avg_pool2d(images, 3, stride=1, padding=1, count_include_pad=False)
    images = images + uniform(rng, n, -0.4, 1) * (blurred - images)
    grey = images.mean(1, keepdim=True)
    images = grey + uniform(rng, n, 0.5, 1.5) * (images - grey)
    images = images * uniform(rng, n, 0.7, 1.3) * uniform(rng, n, 0.85, 1.15, channels=3)
    images = images + uniform(rng, n, -0.2, 0.2) + uniform(rng, n, -0.1, 0.1, channels=3)
    for cells, strength in ((8, 0.1), (size // 4, 0.1), (size // 2, 0.1), (size, 0.1)):
        images = images + uniform(rng, n, 0, strength) * smooth_noise(rng, n, 3, cells, size)
    return images.clamp(-1, 1)


def augment(images: Tensor, masks: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Bend some of the images and damage some of them."""
    bent, bent_masks = bend(images, masks, rng)
    chosen = torch.rand(len(images), generator=rng) < DAMAGED
    images = torch.where(chosen[:, None, None, None], bent, images)
    masks = torch.where(chosen[:, None, None], bent_masks, masks)
    chosen = torch.rand(len(images), generator=rng) < DAMAGED
    return torch.where(chosen[:, None, None, None], damage(images, rng), images), masks


def soft_jaccard_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Return 1 - IoU of the probabilities with the masks, the mean over the concepts of the batch.

    Cross-entropy alone gives away the small concepts, of which IoU counts each as much as the sky.
    """
    probability = logits.softmax(1)
    truth = torch.zeros_like(probability).scatter_(1, masks[:, None], 1.0)
    both = (probability * truth).sum((0, 2, 3))
    either = (probability + truth).sum((0, 2, 3)) - both
    present = truth.sum((0, 2, 3)) > 0
    return 1 - (both / either)[present].mean()


def train(steps: int, seed: int, state: Path | None = None) -> SceneNet:
    """Return a trained network, its normalisation folded away."""
    torch.manual_seed(stream_seed(seed, "init") % 2**31)
    network = SceneNet(len(scenes.CONCEPTS), normalised=True).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps, pct_start=0.1)
    first, parts = 0, {"network": network, "optimizer": optimizer, "schedule": schedule}
    if state is not None and state.exists():
        saved = torch.load(state)
        first = saved["step"]
        for name, part in parts.items():
            part.load_state_dict(saved[name])
    start, total_loss = time.monotonic(), 0.0
    for step in range(first, steps):
        size = IMAGE_SIZES[1] if step % 3 == 2 else IMAGE_SIZES[0]
        images, masks = render(stream_seed(seed, f"step {step}"), BATCHES[size], size)
        images, masks = augment(images, masks, stream(seed, f"augmentation {step}"))
        with torch.autocast("cpu", torch.bfloat16):  # two thirds of the seconds that float32 takes
            logits = network(images.contiguous(memory_format=torch.channels_last)).float()
        loss = cross_entropy(logits, masks) + soft_jaccard_loss(logits, masks)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total_loss += loss.item()
        if (step + 1) % SAVE_EVERY == 0:
            seconds = time.monotonic() - start
            print(f"step {step + 1}/{steps}  loss {total_loss / SAVE_EVERY:.3f}  {seconds:.0f} s", file=sys.stderr)
            total_loss = 0.0
            if state is not None:
                torch.save({"step": step + 1} | {name: part.state_dict() for name, part in parts.items()}, state)
    fold_normalisation(network)
    return network


def held_out_iou(segmenter: Segmenter, image_size: int, num_images: int, *, damaged: bool = False) -> Tensor:
    """Return the IoU of each concept on renders that were not trained on, (k,) float64."""
    k = len(segmenter.concepts)
    counts = torch.zeros(k, k + 1, dtype=torch.int64)
    rng = stream(HELD_OUT_SEED, "damage")
    for first in range(0, num_images, 100):
        images, masks = render(HELD_OUT_SEED + first, min(100, num_images - first), image_size)
        if damaged:
            images = damage(images, rng)
        counts += confusion(segmenter.segment(images)[:, 0], masks, k)
    return intersection_over_union(counts)


def measure(segmenter: Segmenter, num_images: int) -> dict[str, object]:
    """Return the figures on held-out renders, mean and by concept."""
    figures: dict[str, object] = {"held_out_images": num_images, "held_out_seed": HELD_OUT_SEED}
    for size in IMAGE_SIZES:
        for damaged in (False, True):
            iou = held_out_iou(segmenter, size, num_images, damaged=damaged)
            figures[f"{'damaged' if damaged else 'clean'}_{size}"] = {
                "mean_iou": round(iou.nanmean().item(), 4),
                "iou": {name: round(iou[i].item(), 4) for i, name in enumerate(segmenter.concepts)},
            }
    return figures


def save(network: SceneNet, path: Path, metadata: dict[str, object]) -> None:
    """Write the weights as float16, with what is known of them."""
    tensors = {name: tensor.half().contiguous() for name, tensor in network.state_dict().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, {key: json.dumps(value) for key, value in metadata.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description="train the segmenter of the procedural scenes")
    parser.add_argument("--out", type=Path, default=PACKAGED_WEIGHTS)
    parser.add_argument("--steps", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--state", type=Path, help="file to save the training in, and to go on from")
    parser.add_argument("--held-out-images", type=int, default=500)
    args = parser.parse_args()
    network = train(args.steps, args.seed, args.state)
    metadata: dict[str, object] = {
        "concepts": scenes.CONCEPTS,
        "image_sizes": IMAGE_SIZES,
        "command": f"python scripts/train_scene_segmenter.py --steps {args.steps} --seed {args.seed}",
    }
    save(network, args.out, metadata)
    figures = measure(load_segmenter("scenes", args.out), args.held_out_images)
    save(network, args.out, {**metadata, "held_out": figures})
    json.dump(figures, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
