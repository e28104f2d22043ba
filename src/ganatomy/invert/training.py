"""Trains the encoder on samples of the generator, whose latents are known.

Every batch is drawn anew and follows from its number, so that weights, moments and the number of steps are all there is
to save: a training that was interrupted goes on where it stood.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.errors import CheckpointError
from ganatomy.interrupt import deferred_interrupt
from ganatomy.invert.encoder import Encoder, encoded, encoder_shape
from ganatomy.invert.law import drawn, entries_of, is_uniform, joined
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.state import load_state, save_state
from ganatomy.seeds import stream_seed
from ganatomy.segment.training.schedule import one_cycle

BATCH = 32
LEARNING_RATE = 2e-3
RENDERED_WEIGHT = 10.0
"""Of the images that come of the latents found: many latents give nearly the same image, and any of them will do."""
SAVE_EVERY = 100
TOLD = 64
"""Fresh samples by which the encoder is judged."""


@dataclass(frozen=True, eq=False)
class TrainedEncoder:
    """An encoder, and how good it is on fresh samples."""

    network: Encoder
    """In evaluation mode."""
    steps: int
    seed: int
    seconds: float
    explained: float
    """Part of the variance of the latents' entries that it tells, at most 1."""
    rmse: float
    """Of samples rendered again from the latents that it gives."""
    random_rmse: float
    """The same of random latents."""


@dataclass
class _Training:
    network: Encoder
    optimizer: torch.optim.Adam
    step: int = 0
    seconds: float = 0.0


def train_encoder(
    generator: nn.Module,
    steps: int,
    seed: int = 0,
    snapshot: Path | None = None,
    identity: Mapping[str, Any] | None = None,
    progress: Progress = SILENT,
) -> TrainedEncoder:
    """Return an encoder for a generator.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode.
        steps: batches of `BATCH` samples.
        seed: of the first weights and the samples.
        snapshot: where an interrupted training is kept, to go on from; None keeps none.
        identity: what a training depends on, as JSON: one of another identity is begun anew.
        progress: told of every step.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came; the step at hand was finished and saved.
    """
    training = _started(generator, seed)
    if snapshot is not None:
        _go_on(training, snapshot, dict(identity or {}))
    began = time.monotonic() - training.seconds
    with (
        deferred_interrupt() as interrupt,
        progress.task("training the encoder", steps, "step", training.step) as task,
    ):
        while training.step < steps and not interrupt.requested:
            loss = _advance(training, generator, steps, seed)
            training.seconds = time.monotonic() - began
            task.advance(note=f"loss {loss:.3f}")
            if snapshot is not None and training.step % SAVE_EVERY == 0:
                _save(training, snapshot, dict(identity or {}))
        if interrupt.requested:
            if snapshot is not None:
                _save(training, snapshot, dict(identity or {}))
            raise KeyboardInterrupt
    return _told(training, generator, seed)


def _started(generator: nn.Module, seed: int) -> _Training:
    device = next(generator.parameters()).device
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stream_seed(seed, "invert/encoder") % 2**31)
        network = Encoder(encoder_shape(generator))
    network = network.to(device)
    return _Training(network, torch.optim.Adam(network.parameters(), LEARNING_RATE))


def _advance(training: _Training, generator: nn.Module, steps: int, seed: int) -> float:
    """Take one step, and return its loss: of the latents, in variances of their law, and of classes and images."""
    device = next(generator.parameters()).device
    z = drawn(generator, seed, f"encoder/{training.step}", BATCH, device)
    with torch.no_grad():
        images = generator(z)
    training.network.train()
    entries, logits = training.network(images)
    loss = F.mse_loss(entries, entries_of(generator, z)) / _variance(generator)
    if logits.shape[1]:
        loss = loss + F.cross_entropy(logits, z[:, -1].long())
    again = generator(joined(entries, z[:, -1] if logits.shape[1] else None))
    loss = loss + RENDERED_WEIGHT * (again - images).abs().mean() / 2
    rate, _ = one_cycle(training.step, steps, LEARNING_RATE)
    training.optimizer.param_groups[0]["lr"] = rate
    training.optimizer.zero_grad()
    parameters = list(training.network.parameters())
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = gradient  # none of the generator's
    training.optimizer.step()
    training.step += 1
    return float(loss.item())


@torch.no_grad()
def _told(training: _Training, generator: nn.Module, seed: int) -> TrainedEncoder:
    network = training.network.eval()
    device = next(generator.parameters()).device
    z = drawn(generator, seed, "encoder/held out", TOLD, device)
    images = generator(z)
    entries, classes = encoded(network, generator, images)
    again = generator(joined(entries, classes[:, 0] if classes.shape[1] else None))
    residual = F.mse_loss(entries, entries_of(generator, z)).item()
    return TrainedEncoder(
        network,
        training.step,
        seed,
        training.seconds,
        explained=1 - residual / _variance(generator),
        rmse=_rmse(again, images),
        random_rmse=_rmse(images.roll(1, 0), images),
    )


def _rmse(images: Tensor, others: Tensor) -> float:
    return float((images - others).square().mean((1, 2, 3)).sqrt().mean() / 2)


def _variance(generator: nn.Module) -> float:
    """Return the variance of one entry under the latents' law."""
    return 1 / 3 if is_uniform(generator) else 1.0


def _save(training: _Training, path: Path, identity: dict[str, Any]) -> None:
    tree = {
        "identity": identity,
        "step": training.step,
        "seconds": training.seconds,
        "network": training.network.state_dict(),
        "moments": training.optimizer.state_dict()["state"],
    }
    save_state(path, tree)


def _go_on(training: _Training, path: Path, identity: dict[str, Any]) -> None:
    """Bring a training to where the snapshot was saved, if there is one of the same identity that can be read."""
    try:
        tree = load_state(path)
    except CheckpointError:
        return
    if tree.get("identity") != identity:
        return
    training.network.load_state_dict(tree["network"])
    moments = {int(index): moment for index, moment in tree["moments"].items()}
    training.optimizer.load_state_dict({**training.optimizer.state_dict(), "state": moments})
    training.step, training.seconds = tree["step"], tree["seconds"]
