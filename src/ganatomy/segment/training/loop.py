"""Trains the small U-Net on batches of images and masks: AdamW (arXiv 1711.05101), one cycle (arXiv 1708.07120).

The loss is cross-entropy plus one minus a soft intersection over union. Every batch follows from its number, so that
weights, moments and the number of steps are all there is to save.
"""

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from ganatomy.data.concept_names import VOID
from ganatomy.errors import DivergedTraining, IncompatibleRun
from ganatomy.interrupt import deferred_interrupt
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.files import write_tensors
from ganatomy.runs.state import load_state, save_state
from ganatomy.seeds import stream_seed
from ganatomy.segment.networks.scenes import WIDTHS, SceneNet
from ganatomy.segment.training.schedule import Budget

SAVE_EVERY = 200
"""Steps between two snapshots."""
WEIGHT_DECAY = 1e-3
BETA2 = 0.999
LOSS_KEPT = 0.98
"""Of the average loss that is told, the part kept at each step."""

Batches = Callable[[int], tuple[Tensor, Tensor]]
"""From a step's number to images (n, 3, h, w) in [-1, 1] and masks (n, h, w) int64, `VOID` where nothing is known."""


@dataclass(frozen=True)
class Recipe:
    """How a segmenter is trained."""

    budget: Budget
    learning_rate: float = 3e-3
    """At the top of the cycle."""
    bf16: bool = False
    """Convolve in bfloat16: for GPUs; a CPU takes longer for it than for float32."""
    device: str = "cpu"
    """Where to compute."""
    widths: tuple[int, ...] = WIDTHS
    """Channels of the network at each stride, the finest first."""


@dataclass
class Training:
    """Where a training stands."""

    network: SceneNet
    optimizer: torch.optim.AdamW
    step: int = 0
    """Steps done."""
    seconds: float = 0.0
    """Time taken, earlier sittings included."""


@dataclass(frozen=True)
class Snapshot:
    """A file that a training is kept in, to go on from."""

    path: Path
    identity: Mapping[str, Any]
    """Data and settings, JSON values: a training does not go on with others."""


def start(num_concepts: int, recipe: Recipe, seed: int) -> Training:
    """Return the training before its first step.

    Args:
        num_concepts: k.
        recipe: how to train.
        seed: of the first weights.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stream_seed(seed, "init") % 2**31)
        network = SceneNet(num_concepts, recipe.widths, normalised=True)
    network = network.to(recipe.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.AdamW(network.parameters(), lr=recipe.learning_rate, weight_decay=WEIGHT_DECAY)
    return Training(network, optimizer)


def train(
    training: Training, batches: Batches, recipe: Recipe, snapshot: Snapshot | None = None, progress: Progress = SILENT
) -> None:
    """Train until the budget is spent, in place.

    Args:
        training: from `start` or `resume`.
        batches: gives the batch of each step.
        recipe: how, and how long.
        snapshot: where to save every `SAVE_EVERY` steps, at the end and on Ctrl-C.
        progress: told of every step.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came; the step at hand was finished and saved.
        DivergedTraining: the loss is no number; the last snapshot stays.
    """
    began, budget, average = time.monotonic() - training.seconds, recipe.budget, math.nan
    done = 100 * budget.share(training.step, training.seconds)
    with deferred_interrupt() as interrupt, progress.task("training", 100, "%", done) as task:
        while done < 100 and not interrupt.requested:
            loss = advance(training, *batches(training.step), recipe)
            average = loss if math.isnan(average) else LOSS_KEPT * average + (1 - LOSS_KEPT) * loss
            training.seconds = time.monotonic() - began
            done = 100 * budget.share(training.step, training.seconds)
            task.update(done, f"step {training.step}, loss {average:.3f}")
            if snapshot and training.step % SAVE_EVERY == 0:
                save(snapshot, training)
        if snapshot:
            save(snapshot, training)
        if interrupt.requested:
            raise KeyboardInterrupt


def advance(training: Training, images: Tensor, masks: Tensor, recipe: Recipe) -> float:
    """Take one step on a batch, in place, and return its loss.

    Args:
        training: its network, optimizer and count of steps are changed.
        images: (n, 3, h, w) float32 in [-1, 1].
        masks: (n, h, w) int64, `VOID` where nothing is known.
        recipe: how to train.

    Raises:
        DivergedTraining: the loss is no number; nothing is changed.
    """
    device = torch.device(recipe.device)
    with torch.autocast(device.type, torch.bfloat16, enabled=recipe.bf16):
        logits = training.network(images.to(device).contiguous(memory_format=torch.channels_last))
    loss = segmentation_loss(logits.float(), masks.to(device))
    if not bool(loss.isfinite()):
        raise DivergedTraining(
            f"step {training.step + 1}: the loss is {loss.item()}; start anew with a lower learning rate than "
            f"{recipe.learning_rate:g}, or in fp32"
        )
    rate, momentum = recipe.budget.rates(training.step, training.seconds, recipe.learning_rate)
    for group in training.optimizer.param_groups:
        group["lr"], group["betas"] = rate, (momentum, BETA2)
    training.optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    training.optimizer.step()
    training.step += 1
    return loss.item()


def segmentation_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Return cross-entropy plus `soft_jaccard_loss`, a scalar; 0 where nothing is known.

    Args:
        logits: (n, k, h, w) float32.
        masks: (n, h, w) int64 in 0..k-1, or `VOID`, whose pixels are left out.
    """
    known = (masks != VOID).sum().clamp(min=1)
    return cross_entropy(logits, masks, ignore_index=VOID, reduction="sum") / known + soft_jaccard_loss(logits, masks)


def soft_jaccard_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Return 1 - IoU of the probabilities with the masks, the mean over the concepts of the batch; 0 without any.

    Cross-entropy alone gives away the small concepts, of which IoU counts each as much as the sky.

    Args:
        logits: (n, k, h, w) float32.
        masks: (n, h, w) int64 in 0..k-1, or `VOID`, whose pixels are left out.
    """
    known = (masks != VOID)[:, None].to(logits.dtype)
    probability = logits.softmax(1) * known
    truth = torch.zeros_like(probability).scatter_(1, masks.clamp(min=0)[:, None], known)
    both = (probability * truth).sum((0, 2, 3))
    either = (probability + truth).sum((0, 2, 3)) - both
    present = truth.sum((0, 2, 3)) > 0
    return (1 - both[present] / either[present]).sum() / present.sum().clamp(min=1)


def save(snapshot: Snapshot, training: Training) -> None:
    """Write the snapshot, whole or not at all."""
    tree = {
        "identity": dict(snapshot.identity),
        "step": training.step,
        "seconds": training.seconds,
        "network": training.network.state_dict(),
        "moments": training.optimizer.state_dict()["state"],
    }
    save_state(snapshot.path, tree)


def resume(training: Training, snapshot: Snapshot) -> None:
    """Bring a training from `start` to where the snapshot was saved, in place.

    Raises:
        CheckpointError: there is no snapshot, or it is damaged.
        IncompatibleRun: it is of other data or settings, or is none of a segmenter.
    """
    tree = load_state(snapshot.path)
    if not isinstance(tree.get("identity"), dict):
        raise IncompatibleRun(
            f"{snapshot.path} is no snapshot of a segmenter's training; name the file it was saved in"
        )
    changed = [
        f"{name} was {tree['identity'].get(name)!r}, asked is {value!r}"
        for name, value in json.loads(json.dumps(snapshot.identity)).items()
        if tree["identity"].get(name) != value
    ]
    if changed:
        raise IncompatibleRun(f"{snapshot.path} cannot go on with others: {'; '.join(changed)}; give them as before")
    training.network.load_state_dict(tree["network"])
    like = list(training.network.parameters())
    moments = {
        int(index): {name: _laid_out(value, like[int(index)]) for name, value in moment.items()}
        for index, moment in tree["moments"].items()
    }
    training.optimizer.load_state_dict({**training.optimizer.state_dict(), "state": moments})
    training.step, training.seconds = tree["step"], tree["seconds"]


def _laid_out(value: Tensor, parameter: Tensor) -> Tensor:
    """Return a moment in the memory layout of its parameter, so that its sums round as they did before."""
    return torch.empty_like(parameter, requires_grad=False).copy_(value) if value.shape == parameter.shape else value


def write_segmenter(network: SceneNet, path: Path, metadata: Mapping[str, object]) -> None:
    """Write a trained network, its normalisation folded away, as `load_segmenter("scenes", path)` reads it.

    Args:
        network: its weights are written as float16.
        path: a safetensors file.
        metadata: JSON values; `concepts` are needed.
    """
    tensors = {name: tensor.half() for name, tensor in network.state_dict().items()}
    write_tensors(path, tensors, {key: json.dumps(value) for key, value in metadata.items()})
