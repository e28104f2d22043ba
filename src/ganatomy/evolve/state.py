"""All that a training is at one moment: built from settings, saved whole, restored whole."""

import copy
import math
from dataclasses import dataclass, field, fields, replace
from typing import Any

import torch
from torch import Tensor, nn

from ganatomy.config.evolve import EvolveConfig
from ganatomy.data.batches import Batches
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture, PointBatches
from ganatomy.errors import IncompatibleRun
from ganatomy.evolve.discrimination import DISCRIMINATOR_LOSSES, Penalties
from ganatomy.evolve.environment import Environment
from ganatomy.evolve.generation import Streams
from ganatomy.evolve.growing import FullSize, Growth, Stage, carried, growth_of, seen_at
from ganatomy.evolve.population import (
    AdamSettings,
    Individual,
    ObjectiveMoments,
    Traits,
    adam_moments,
    set_adam_moments,
)
from ganatomy.evolve.watch import Watchdogs
from ganatomy.models.build import build_discriminator, build_generator
from ganatomy.models.networks.dcgan import Generator, grow
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.runs import schemas
from ganatomy.runs.directory import open_run
from ganatomy.runs.weights import load_generator
from ganatomy.seeds import stream, stream_seed

FROZEN = ("backbone.", "projection.")
"""Parts of a discriminator that the seed and the published weights determine: not saved."""
COUNTERS = ("generation", "kimg", "seconds", "rollbacks", "best_score", "scores_without_gain")


@dataclass
class TrainingState:
    """Population, environment, average, random streams, data position and counters."""

    population: list[Individual]
    environment: Environment
    ema: LayeredGenerator
    streams: Streams
    batches: Batches | PointBatches
    data: ImageSet | Mixture
    """What the batches are taken from."""
    growth: Growth | None = None
    """How the networks grow; None where they have one size."""
    moments: ObjectiveMoments | None = None
    """One Adam state for each objective, where children do not inherit their parent's."""
    watchdogs: Watchdogs = field(default_factory=Watchdogs)
    best_score: float = math.nan
    """Of the weights kept as `best`; not a number before the first score."""
    scores_without_gain: int = 0
    generation: int = 0
    kimg: float = 0.0
    seconds: float = 0.0
    rollbacks: int = 0
    """How often it has gone back to a snapshot because every child had died."""

    @property
    def is_finite(self) -> bool:
        """Whether every weight is a number."""
        networks = [self.environment.discriminator, self.ema, *(one.generator for one in self.population)]
        return all(bool(p.isfinite().all()) for network in networks for p in network.parameters())

    @property
    def stage(self) -> Stage | None:
        """The resolution that networks that grow are at, and how far it has faded in."""
        return Stage(self.ema.image_size, self.ema.shape.fade) if self.growth else None

    @property
    def image_size(self) -> int | None:
        """Pixels a side that networks that grow are at."""
        return self.ema.image_size if self.growth else None

    @property
    def full_size(self) -> GeneratorNetwork:
        """The average, with images of the full size also while it has not grown to that."""
        return self.in_full(self.ema)

    def in_full(self, generator: LayeredGenerator) -> GeneratorNetwork:
        """Return a generator with images of the full size, also while it has not grown to that."""
        if self.growth is None or generator.image_size == self.growth.full.image_size:
            return generator
        return FullSize(generator, self.growth.full.image_size)

    def shown(self, images: Tensor) -> Tensor:
        """Return real images (n, 3, s, s), or points (n, 2), as networks are shown them now."""
        return images if self.stage is None else seen_at(self.stage, images)

    def come_to(self, stage: Stage) -> None:
        """Bring all networks that grow to a stage, in place: layers that are there keep weights and optimiser state."""
        growth = self.growth
        if growth is None:
            return
        before = self.population[0].generator
        self.population = [growth.bring_individual(one, stage) for one in self.population]
        self.environment = growth.bring_environment(self.environment, stage)
        self.ema = growth.bring(self.ema, stage)
        if self.moments:
            after = self.population[0].generator
            self.moments.of = {name: carried(of, before, after) for name, of in self.moments.of.items()}

    def forget_best(self) -> None:
        """Let the next score be the best one: those before were measured otherwise."""
        self.best_score, self.scores_without_gain = math.nan, 0

    def average(self, decay: float) -> None:
        """Move the average towards the fittest survivor, in place: weights and BatchNorm statistics."""
        survivor = self.population[0].generator.state_dict()
        with torch.no_grad():
            for name, mean in self.ema.state_dict().items():
                if mean.is_floating_point():
                    mean.lerp_(survivor[name], 1 - decay)
                else:
                    mean.copy_(survivor[name])


def start(config: EvolveConfig, data: ImageSet | Mixture, like: LayeredGenerator | None = None) -> TrainingState:
    """Return the state before the first generation.

    Args:
        config: all settings; decides networks, weights and random streams.
        data: the real images, of `config.data.image_size`, or the mixture that points are drawn from.
        like: where given, the generators are copies of this one instead of those `config` asks for.

    Raises:
        CheckpointError: the run to grow from has no weights.
        IncompatibleRun: there is no such run, it is not of half the image size, or its generator cannot grow.
        MissingExtra: the projected discriminator's weights are not installed.
    """
    objectives, optimiser = config.objectives, config.optimiser
    adam = AdamSettings(optimiser.learning_rate, optimiser.beta1, optimiser.beta2)
    beta1 = optimiser.beta1 if optimiser.discriminator_beta1 is None else optimiser.discriminator_beta1
    device = torch.device(config.bookkeeping.device)
    rng = stream(config.seed, "init")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stream_seed(config.seed, "init"))
        smaller = ancestor(config) if like is None else None
        generators = [
            copy.deepcopy(like) or _first_generator(config, smaller, rng) for _ in range(config.selection.population)
        ]
        # A stream of its own: a resumed run draws the same projections without drawing generators before.
        discriminator = (
            build_discriminator(config.networks, config.data, stream(config.seed, "environment")).to(device).eval()
        )
    for generator in generators:
        generator.train().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    state = TrainingState(
        population=[Individual(generator, adam.optimizer(generator)) for generator in generators],
        environment=Environment(
            discriminator,
            replace(adam, beta1=beta1).optimizer(discriminator),
            DISCRIMINATOR_LOSSES[objectives.discriminator_loss],
            Penalties(
                objectives.gradient_penalty,
                objectives.gradient_penalty_centre,
                objectives.r1,
                objectives.r2,
                objectives.drift,
            ),
            bf16=optimiser.precision == "bf16",
        ),
        ema=copy.deepcopy(generators[0]).requires_grad_(False),
        streams=Streams(**{stated.name: stream(config.seed, stated.name, device) for stated in fields(Streams)}),
        batches=(
            PointBatches(data, seed=stream_seed(config.seed, "data"))
            if isinstance(data, Mixture)
            else Batches(data, seed=stream_seed(config.seed, "data"), flip=config.data.flip)
        ),
        data=data,
        growth=growth_of(config),
        moments=ObjectiveMoments() if optimiser.adam_state == "per_objective" else None,
    )
    if state.growth is not None:
        state.come_to(state.growth.stage_at(0))
    return state


def ancestor(config: EvolveConfig) -> Generator | None:
    """Return the survivor that `config` grows from, or None where it starts from fresh weights.

    Raises:
        CheckpointError: the run to grow from has no weights.
        IncompatibleRun: there is no such run, it is not of half the image size, or its generator cannot grow.
    """
    grow_from = config.networks.grow_from
    if grow_from is None:
        return None
    smaller = load_generator(open_run(grow_from), "ema")
    if not isinstance(smaller, Generator):
        raise IncompatibleRun(
            f"{grow_from} has a generator of kind '{getattr(smaller, 'kind', 'module')}'; only a DCGAN's can grow"
        )
    if 2 * smaller.image_size != config.data.image_size:
        raise IncompatibleRun(
            f"{grow_from} makes images of {smaller.image_size} px, so it grows to {2 * smaller.image_size}; "
            f"image_size is {config.data.image_size}"
        )
    if config.networks.latent_layers not in ("preset", smaller.shape.latent_layers):
        raise IncompatibleRun(
            f"latent_layers is '{config.networks.latent_layers}', but the generator of {grow_from} has "
            f"'{smaller.shape.latent_layers}', and one that grows keeps its own; give --latent-layers preset"
        )
    return smaller


def _first_generator(config: EvolveConfig, smaller: Generator | None, rng: torch.Generator) -> LayeredGenerator:
    return build_generator(config.networks, config.data, rng) if smaller is None else grow(smaller, rng)


def saved(state: TrainingState) -> dict[str, Any]:
    """Return `state` as a tree of tensors and plain values."""
    environment = state.environment
    return {
        "schema": schemas.SNAPSHOT,
        **{name: getattr(state, name) for name in COUNTERS},
        "stage": vars(state.stage) if state.stage else None,
        "population": [_saved_individual(one) for one in state.population],
        "discriminator": {
            name: value for name, value in environment.discriminator.state_dict().items() if not name.startswith(FROZEN)
        },
        "discriminator_adam": adam_moments(environment.optimizer),
        "ema": state.ema.state_dict(),
        "streams": {name: rng.get_state() for name, rng in vars(state.streams).items()},
        "batches": state.batches.state(),
        "moments": state.moments.of if state.moments else {},
        "watchdogs": state.watchdogs.state(),
    }


def _saved_individual(one: Individual) -> dict[str, Any]:
    return {
        "weights": one.generator.state_dict(),
        "adam": adam_moments(one.optimizer),
        "traits": vars(one.traits),
        "objective": one.objective,
    }


def _restored(one: Individual, kept: dict[str, Any]) -> Individual:
    """Return `one`, its tensors restored in place."""
    load_weights(one.generator, kept["weights"])
    set_adam_moments(one.optimizer, kept["adam"])
    traits = Traits(**kept["traits"])
    for group in one.optimizer.param_groups:
        group["lr"] = one.optimizer.defaults["lr"] * traits.learning_rate
    return replace(one, traits=traits, objective=kept["objective"])


def restore(state: TrainingState, tree: dict[str, Any]) -> None:
    """Bring `state`, made by `start` from the same settings, to where `tree` was saved, in place.

    Raises:
        IncompatibleRun: the tree is another version's or of other networks.
    """
    if said := schemas.problem("the snapshot", tree.get("schema"), schemas.SNAPSHOT, "start a new run"):
        raise IncompatibleRun(said)
    for name in COUNTERS:
        setattr(state, name, tree[name])
    if tree.get("stage"):
        state.come_to(Stage(**tree["stage"]))
    state.population = [_restored(*pair) for pair in zip(state.population, tree["population"], strict=True)]
    load_weights(state.environment.discriminator, tree["discriminator"])
    set_adam_moments(state.environment.optimizer, tree["discriminator_adam"])
    load_weights(state.ema, tree["ema"])
    for name, rng in vars(state.streams).items():
        _go_on(rng, tree["streams"][name])
    state.batches.load_state(tree["batches"])
    if state.moments:
        state.moments.of = dict(tree["moments"])
    state.watchdogs.load_state(tree["watchdogs"])


def _go_on(rng: torch.Generator, kept: Tensor) -> None:
    """Bring a stream to where it was; the state of another kind of device, which it cannot take over, seeds it."""
    if kept.numel() == rng.get_state().numel():
        rng.set_state(kept)
    else:
        rng.manual_seed(stream_seed(0, kept.numpy().tobytes().hex()))


def load_weights(module: nn.Module, weights: dict[str, Tensor]) -> None:
    """Load what a snapshot keeps of a network: all but its frozen parts.

    Raises:
        IncompatibleRun: they are not the weights of this network.
    """
    own = {name for name in module.state_dict() if not name.startswith(FROZEN)}
    if own != set(weights):
        different = sorted(own ^ set(weights))
        raise IncompatibleRun(
            f"the snapshot does not fit the networks: {len(different)} tensors differ, first '{different[0]}'; "
            "resume with the version that wrote it"
        )
    module.load_state_dict(weights, strict=False)
