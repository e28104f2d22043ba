"""What a training starts from, and that it is saved and restored whole."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.evolve.compare import differences
from torch import Tensor, nn

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.parts import changed
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture, PointBatches
from ganatomy.errors import IncompatibleRun
from ganatomy.evolve.discrimination import DISCRIMINATOR_LOSSES, Penalties
from ganatomy.evolve.population import ObjectiveMoments, Traits
from ganatomy.evolve.state import FROZEN, TrainingState, ancestor, restore, saved, start
from ganatomy.models.networks import projected
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.networks.efficientnet import EfficientNetLite0
from ganatomy.models.networks.mlp import PointDiscriminator, PointGenerator
from ganatomy.models.networks.resnet import ResnetGenerator, ResnetShape
from ganatomy.models.protocol import sample_latents
from ganatomy.runs.directory import create_run
from ganatomy.runs.schemas import SNAPSHOT
from ganatomy.runs.state import load_state, save_state
from ganatomy.runs.weights import save_generator

CONFIG = EvolveConfig.of(image_size=32, discriminator="light", batch_size=4, population=2)
TINY = GeneratorShape(32, (4, 3, 2), z_dim=3)


def images() -> ImageSet:
    pixels = np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3), dtype=np.uint8)
    return ImageSet(pixels, (), np.full(6, -1))


def started(like: Generator | None = None, **changes: Any) -> TrainingState:
    return start(changed(CONFIG, **changes), images(), like)


def tiny() -> Generator:
    torch.manual_seed(0)
    return Generator(TINY)


def moved(state: TrainingState) -> TrainingState:
    """Return the state after every part of it has changed."""
    state.population = [
        one.child("minimax", Traits(learning_rate=0.1 * number + 0.7, r1=2.0))
        for number, one in enumerate(state.population)
    ]
    for one in state.population:
        one.step(tuple(torch.ones_like(p) for p in one.generator.parameters()))
        one.generator(sample_latents(one.generator, 4, state.streams.latent))  # BatchNorm statistics
    environment = state.environment
    seen = [environment.features(state.batches.next(4), None) for _ in range(2)]
    environment.step(*seen)
    state.average(0.5)
    for rng in vars(state.streams).values():
        torch.randn(3, generator=rng)
    if state.moments:
        state.moments.take_from(state.population[0])
    state.watchdogs.look({"d_accuracy": 1.0, "sample_distance": 0.0})
    state.watchdogs.look_at_modes(4)
    state.generation, state.kimg, state.seconds = 7, 0.028, 12.5
    state.rollbacks, state.best_score, state.scores_without_gain = 1, 0.25, 2
    return state


def same(a: nn.Module, b: nn.Module) -> bool:
    theirs = b.state_dict()
    return all(torch.equal(value, theirs[name]) for name, value in a.state_dict().items())


def test_the_same_settings_start_the_same_training() -> None:
    assert differences(started(), started()) == set()
    assert differences(started(), started(seed=1))


def test_starting_draws_nothing_from_the_global_stream() -> None:
    model = tiny()
    torch.manual_seed(5)
    expected = torch.randn(3)
    torch.manual_seed(5)
    started(like=model)
    assert torch.equal(torch.randn(3), expected)


def test_parents_differ_and_the_average_starts_from_the_first() -> None:
    state = started()
    first, second = (one.generator for one in state.population)
    assert not same(first, second)
    assert same(state.ema, first)
    assert not any(p.requires_grad for p in state.ema.parameters())
    assert {p.data_ptr() for p in state.ema.parameters()}.isdisjoint(p.data_ptr() for p in first.parameters())
    assert (state.generation, state.kimg, state.seconds) == (0, 0.0, 0.0)


def test_generators_train_and_the_discriminator_waits_in_evaluation_mode() -> None:
    state = started(like=tiny(), learning_rate=0.5, beta1=0.25, beta2=0.75)
    assert all(one.generator.training for one in state.population)
    assert not state.environment.discriminator.training
    for optimizer in (state.environment.optimizer, *(one.optimizer for one in state.population)):
        assert (optimizer.defaults["lr"], optimizer.defaults["betas"]) == (0.5, (0.25, 0.75))


def test_parents_like_a_given_generator_are_copies_of_it() -> None:
    model = tiny()
    state = started(like=model)
    for one in state.population:
        assert same(one.generator, model)
        assert one.generator is not model
    assert state.ema.shape == TINY


def test_the_discriminator_does_not_depend_on_where_the_generators_come_from() -> None:
    assert same(started().environment.discriminator, started(like=tiny()).environment.discriminator)


def test_the_average_moves_towards_the_fittest_survivor() -> None:
    state = started(like=tiny())
    survivor, mean = state.population[0].generator, state.ema
    with torch.no_grad():
        for p in survivor.parameters():
            p.fill_(4.0)
        for p in mean.parameters():
            p.fill_(1.0)
    survivor.layer1[2].running_mean.fill_(8.0)  # type: ignore[index, union-attr]
    survivor.layer1[2].num_batches_tracked.fill_(9)  # type: ignore[index, union-attr]
    state.average(0.75)
    assert all((p == 1.75).all() for p in mean.parameters())
    assert mean.layer1[2].running_mean.tolist() == [2.0] * 4  # type: ignore[index, union-attr]
    assert mean.layer1[2].num_batches_tracked.item() == 9  # type: ignore[index, union-attr]
    assert all((p == 4).all() for p in survivor.parameters())


@pytest.mark.parametrize("adam_state", ["inherited", "per_objective"])
def test_restoring_gives_back_every_bit_that_was_saved(adam_state: str, tmp_path: Path) -> None:
    state = moved(started(like=tiny(), adam_state=adam_state))
    save_state(tmp_path / "latest.safetensors", saved(state))
    other = started(like=tiny(), adam_state=adam_state)
    assert len(differences(state, other)) > 50, "every part has moved"
    restore(other, load_state(tmp_path / "latest.safetensors"))
    assert differences(state, other) == set()
    assert differences(moved(state), moved(other)) == set(), "and the two go on alike"


def test_a_restored_state_shares_nothing_with_what_it_was_restored_from() -> None:
    tree = saved(moved(started(like=tiny())))
    expected, one, other = (started(like=tiny()) for _ in range(3))
    restore(expected, copy.deepcopy(tree))
    restore(one, tree)
    restore(other, tree)
    moved(one)
    assert differences(other, one)
    assert differences(other, expected) == set()


def test_what_seed_and_published_weights_determine_is_not_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    backbone = EfficientNetLite0().eval().requires_grad_(False)
    monkeypatch.setattr(projected, "load_efficientnet_lite0", lambda: backbone)
    state = started(like=tiny(), discriminator="projected", feature_size=64)
    names = saved(state)["discriminator"]
    assert {name.split(".")[0] for name in names} == {"heads"}
    assert {name.split(".")[0] + "." for name in state.environment.discriminator.state_dict()} == {"heads.", *FROZEN}
    other = started(like=tiny(), discriminator="projected", feature_size=64)
    restore(other, saved(moved(state)))
    assert differences(state, other) == set()


def test_restored_optimizers_take_steps_of_the_inherited_size() -> None:
    state, other = moved(started(like=tiny(), learning_rate=0.01)), started(like=tiny(), learning_rate=0.01)
    restore(other, saved(state))
    rates = [[one.optimizer.param_groups[0]["lr"] for one in s.population] for s in (state, other)]
    assert rates[0] == rates[1] == [0.01 * 0.7, 0.01 * 0.8]


def test_settings_decide_what_the_discriminator_minimises() -> None:
    plain, other = (
        started(like=tiny(), **changes).environment
        for changes in (
            {"beta1": 0.25},
            {
                "beta1": 0.25, "discriminator_beta1": 0.5, "discriminator_loss": "hinge", "gradient_penalty": 1.0,
                "gradient_penalty_centre": 2.0, "r1": 3.0, "r2": 4.0, "precision": "bf16",
            },
        )
    )  # fmt: skip
    assert (plain.loss, plain.penalties, plain.bf16) == (DISCRIMINATOR_LOSSES["bce"], Penalties(), False)
    assert (other.loss, other.bf16) == (DISCRIMINATOR_LOSSES["hinge"], True)
    assert other.penalties == Penalties(1.0, 2.0, 3.0, 4.0)
    assert [e.optimizer.defaults["betas"] for e in (plain, other)] == [(0.25, 0.99), (0.5, 0.99)]
    state = started(like=tiny(), beta1=0.25, discriminator_beta1=0.5)
    assert state.population[0].optimizer.defaults["betas"] == (0.25, 0.99)


def test_optimizer_state_of_objectives_is_kept_where_it_is_asked_for() -> None:
    assert started(like=tiny()).moments is None
    assert started(like=tiny(), adam_state="per_objective").moments == ObjectiveMoments()


def test_points_have_networks_and_batches_of_their_own() -> None:
    state = start(EvolveConfig.of(data="8gaussians"), Mixture("8gaussians"))
    assert isinstance(state.population[0].generator, PointGenerator)
    assert isinstance(state.ema, PointGenerator)
    assert isinstance(state.environment.discriminator, PointDiscriminator)
    assert isinstance(state.batches, PointBatches)
    assert state.batches.next(3).shape == (3, 2)


@pytest.mark.parametrize("where", ["generator", "ema", "discriminator"])
def test_weights_that_are_no_numbers_are_noticed(where: str) -> None:
    state = started(like=tiny())
    assert state.is_finite
    networks = {
        "generator": state.population[1].generator,
        "ema": state.ema,
        "discriminator": state.environment.discriminator,
    }
    with torch.no_grad():
        next(networks[where].parameters()).view(-1)[0] = torch.inf
    assert not state.is_finite


def test_only_a_dcgan_can_grow(tmp_path: Path) -> None:
    run = create_run(tmp_path, "a", {})
    save_generator(run, "ema", ResnetGenerator(ResnetShape(32, (2, 2, 2, 2), z_dim=2)))
    assert ancestor(CONFIG) is None
    with pytest.raises(IncompatibleRun) as caught:
        ancestor(changed(CONFIG, image_size=64, grow_from=run.path))
    assert str(caught.value) == f"{run.path} has a generator of kind 'resnet'; only a DCGAN's can grow"


def test_a_generator_that_grows_keeps_the_layers_that_see_its_latents(tmp_path: Path) -> None:
    run = create_run(tmp_path, "a", {})
    save_generator(run, "ema", Generator(replace(TINY, latent_layers="every")))
    config = changed(CONFIG, image_size=64, grow_from=run.path)
    for asked in ("preset", "every"):
        found = ancestor(changed(config, latent_layers=asked))
        assert found is not None
        assert found.shape.latent_layers == "every"
    with pytest.raises(IncompatibleRun) as caught:
        ancestor(changed(config, latent_layers="first"))
    assert str(caught.value) == (
        f"latent_layers is 'first', but the generator of {run.path} has 'every', and one that grows keeps its own; "
        "give --latent-layers preset"
    )


@pytest.mark.parametrize("schema", [None, 1, SNAPSHOT + 1])
def test_a_snapshot_of_another_version_is_refused(schema: int | None) -> None:
    state = started(like=tiny())
    with pytest.raises(IncompatibleRun) as caught:
        restore(state, {**saved(state), "schema": schema})
    assert str(caught.value) == (
        f"the snapshot has schema {schema}, this version reads schema {SNAPSHOT}; start a new run, or open it with the "
        "version that wrote it"
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights/output.0.bias": None}, "1 tensors differ, first 'output.0.bias'"),
        ({"weights/output.0.gain": torch.ones(1), "weights/more": torch.ones(1)}, "2 tensors differ, first 'more'"),
    ],
)
def test_a_snapshot_of_other_networks_is_refused(changes: dict[str, Tensor | None], message: str) -> None:
    state = started(like=tiny(), population=1)
    tree = saved(state)
    weights = dict(tree["population"][0]["weights"])
    for name, value in changes.items():
        key = name.removeprefix("weights/")
        weights.pop(key, None)
        if value is not None:
            weights[key] = value
    tree["population"][0]["weights"] = weights
    with pytest.raises(IncompatibleRun) as caught:
        restore(state, tree)
    assert str(caught.value) == (
        f"the snapshot does not fit the networks: {message}; resume with the version that wrote it"
    )


def test_streams_of_another_kind_of_device_begin_anew_and_the_same_way_each_time() -> None:
    """The state of a generator on an accelerator is 16 bytes, of one on the CPU 5056."""
    state = started()
    tree = saved(state)
    tree["generation"] = 7
    tree["streams"] = {name: torch.zeros(16, dtype=torch.uint8) for name in tree["streams"]}
    drawn = []
    for _ in range(2):
        restore(state, tree)
        drawn.append(torch.rand(3, generator=state.streams.latent))
    assert torch.equal(*drawn)
    assert not torch.equal(drawn[0], torch.rand(3, generator=started().streams.latent))
