"""The discriminator that a run has kept, to ask what it thinks of images."""

from pathlib import Path

import torch
from torch import Tensor, nn

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import read_config
from ganatomy.errors import IncompatibleRun
from ganatomy.evolve.growing import Stage, growth_of
from ganatomy.evolve.state import load_weights
from ganatomy.models.build import build_discriminator
from ganatomy.runs.directory import Run
from ganatomy.runs.layout import CONFIG, SNAPSHOT
from ganatomy.runs.state import load_state
from ganatomy.seeds import stream, stream_seed


def has_discriminator(run: Run) -> bool:
    """Return whether a run has kept its discriminator: it was trained here, and can be resumed."""
    return (run.path / SNAPSHOT).is_file() and (run.path / CONFIG).is_file()


def load_discriminator(run: Run, device: torch.device | str = "cpu") -> nn.Module:
    """Return the discriminator of a run's latest snapshot, in evaluation mode.

    Args:
        run: one that has it, see `has_discriminator`.
        device: where to put it.

    Raises:
        CheckpointError: the snapshot cannot be read.
        ConfigError: the settings cannot be read.
        IncompatibleRun: the snapshot does not fit the settings.
        MissingExtra: the projected discriminator's weights are not installed.
    """
    config = read_config(EvolveConfig, run.path / CONFIG, given=None)  # nothing is imported by it
    tree = load_state(run.path / Path(SNAPSHOT))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stream_seed(config.seed, "init"))
        discriminator = build_discriminator(config.networks, config.data, stream(config.seed, "environment"))
    growth = growth_of(config)
    if growth is not None and tree.get("stage"):
        discriminator = growth.bring(discriminator, Stage(**tree["stage"]))
    if "discriminator" not in tree:
        raise IncompatibleRun(f"{run.path / SNAPSHOT} holds no discriminator; restore it from a copy of the run")
    load_weights(discriminator, tree["discriminator"])
    return discriminator.to(device).eval().requires_grad_(False)


@torch.no_grad()
def mean_logits(discriminator: nn.Module, images: Tensor) -> Tensor:
    """Return what a discriminator says of each image, (n,) float32: its mean logit, high for a real one.

    Args:
        discriminator: has `features` and `judge`.
        images: (n, 3, s, s) in [-1, 1]; where its BatchNorm couples them they are judged as one batch.
    """
    logits: Tensor = discriminator.judge(discriminator.features(images))  # type: ignore[operator]
    return logits.flatten(1).mean(1).float()
