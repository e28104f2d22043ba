"""All that a training is at one moment: built from settings, saved whole, restored whole."""

import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ganatomy.config.evolve import EvolveConfig
from ganatomy.data.batches import Batches
from ganatomy.data.image_set import ImageSet
from ganatomy.errors import IncompatibleRun
from ganatomy.evolve.environment import Environment
from ganatomy.evolve.generation import Streams
from ganatomy.evolve.population import AdamSettings, Individual
from ganatomy.models.build import build_discriminator, build_generator
from ganatomy.models.dcgan import Generator, grow
from ganatomy.runs.directory import open_run
from ganatomy.runs.weights import load_generator
from ganatomy.seeds import stream, stream_seed

FROZEN = ("backbone.", "projection.")
"""Parts of a discriminator that the seed and the published weights determine: not saved."""


@dataclass
class TrainingState:
    """Population, environment, average, random streams, data position and counters."""

    population: list[Individual]
    environment: Environment
    ema: Generator
    streams: Streams
    batches: Batches
    generation: int = 0
    kimg: float = 0.0
    seconds: float = 0.0

    def average(self, decay: float) -> None:
        """Move the average towards the fittest survivor, in place: weights and BatchNorm statistics."""
        survivor = self.population[0].generator.state_dict()
        with torch.no_grad():
            for name, mean in self.ema.state_dict().items():
                if mean.is_floating_point():
                    mean.lerp_(survivor[name], 1 - decay)
                else:
                    mean.copy_(survivor[name])


def start(config: EvolveConfig, images: ImageSet, like: Generator | None = None) -> TrainingState:
    """Return the state before the first generation.

    Args:
        config: all settings; decides networks, weights and random streams.
        images: the real images, of `config.image_size`.
        like: where given, the generators are copies of this one instead of those `config` asks for.

    Raises:
        CheckpointError: the run to grow from has no weights.
        IncompatibleRun: there is no such run, or it is not of half the image size.
        MissingExtra: the projected discriminator's weights are not installed.
    """
    adam = AdamSettings(config.learning_rate, config.beta1, config.beta2)
    device = torch.device(config.device)
    rng = stream(config.seed, "init")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stream_seed(config.seed, "init"))
        smaller = ancestor(config) if like is None else None
        generators = [copy.deepcopy(like) or _first_generator(config, smaller, rng) for _ in range(config.population)]
        # A stream of its own: a resumed run draws the same projections without drawing generators before.
        discriminator = build_discriminator(config, stream(config.seed, "environment")).to(device).eval()
    for generator in generators:
        generator.train().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return TrainingState(
        population=[Individual(generator, adam.optimizer(generator)) for generator in generators],
        environment=Environment(discriminator, adam.optimizer(discriminator)),
        ema=copy.deepcopy(generators[0]).requires_grad_(False),
        streams=Streams(
            **{name: stream(config.seed, name, device) for name in ("latent", "evaluation", "augmentation", "shuffle")}
        ),
        batches=Batches(images, seed=stream_seed(config.seed, "data"), flip=config.flip),
    )


def ancestor(config: EvolveConfig) -> Generator | None:
    """Return the survivor that `config` grows from, or None where it starts from fresh weights.

    Raises:
        CheckpointError: the run to grow from has no weights.
        IncompatibleRun: there is no such run, or it is not of half the image size.
    """
    if config.grow_from is None:
        return None
    smaller = load_generator(open_run(config.grow_from), "ema")
    if 2 * smaller.image_size != config.image_size:
        raise IncompatibleRun(
            f"{config.grow_from} makes images of {smaller.image_size} px, so it grows to {2 * smaller.image_size}; "
            f"image_size is {config.image_size}"
        )
    return smaller


def _first_generator(config: EvolveConfig, smaller: Generator | None, rng: torch.Generator) -> Generator:
    return build_generator(config, rng) if smaller is None else grow(smaller, rng)


def saved(state: TrainingState) -> dict[str, Any]:
    """Return `state` as a tree of tensors and plain values."""
    environment = state.environment
    return {
        "generation": state.generation,
        "kimg": state.kimg,
        "seconds": state.seconds,
        "population": [
            {"weights": one.generator.state_dict(), "adam": _adam_moments(one.optimizer)} for one in state.population
        ],
        "discriminator": {
            name: value for name, value in environment.discriminator.state_dict().items() if not name.startswith(FROZEN)
        },
        "discriminator_adam": _adam_moments(environment.optimizer),
        "ema": state.ema.state_dict(),
        "streams": {name: rng.get_state() for name, rng in vars(state.streams).items()},
        "batches": state.batches.state(),
    }


def restore(state: TrainingState, tree: dict[str, Any]) -> None:
    """Bring `state`, made by `start` from the same settings, to where `tree` was saved, in place."""
    state.generation, state.kimg, state.seconds = tree["generation"], tree["kimg"], tree["seconds"]
    for one, kept in zip(state.population, tree["population"], strict=True):
        _load(one.generator, kept["weights"])
        _set_adam_moments(one.optimizer, kept["adam"])
    _load(state.environment.discriminator, tree["discriminator"])
    _set_adam_moments(state.environment.optimizer, tree["discriminator_adam"])
    _load(state.ema, tree["ema"])
    for name, rng in vars(state.streams).items():
        rng.set_state(tree["streams"][name])
    state.batches.load_state(tree["batches"])


def _load(module: nn.Module, weights: dict[str, Tensor]) -> None:
    own = {name for name in module.state_dict() if not name.startswith(FROZEN)}
    if own != set(weights):
        different = sorted(own ^ set(weights))
        raise IncompatibleRun(
            f"the snapshot does not fit the networks: {len(different)} tensors differ, first '{different[0]}'; "
            "resume with the version that wrote it"
        )
    module.load_state_dict(weights, strict=False)


def _adam_moments(optimizer: torch.optim.Adam) -> list[dict[str, Tensor]]:
    return [optimizer.state[p] for group in optimizer.param_groups for p in group["params"]]


def _set_adam_moments(optimizer: torch.optim.Adam, moments: list[dict[str, Tensor]]) -> None:
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    for parameter, kept in zip(parameters, moments, strict=True):
        optimizer.state[parameter] = {
            name: value.clone().to("cpu" if name == "step" else parameter.device) for name, value in kept.items()
        }
