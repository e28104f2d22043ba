"""Networks that grow in their training: the schedule, what growing keeps, and that a run goes on across it."""

import copy
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.evolve.compare import differences
from torch import Tensor

from ganatomy.config.evolve import EvolveConfig, GrowingSettings
from ganatomy.config.jsonable import to_json
from ganatomy.config.parts import changed
from ganatomy.data.grids import GAP
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.errors import DivergedTraining
from ganatomy.evolve import session
from ganatomy.evolve import train as module
from ganatomy.evolve.generation import next_generation
from ganatomy.evolve.growing import FullSize, Growth, Stage, carried, growth_of, seen_at
from ganatomy.evolve.judge import load_discriminator, mean_logits
from ganatomy.evolve.population import adam_moments
from ganatomy.evolve.state import TrainingState, start
from ganatomy.evolve.train import advance, generation_settings, resume, save, train
from ganatomy.models.networks.progan import ProGanGenerator, ProGanShape
from ganatomy.models.networks.progan_discriminator import ProGanDiscriminator
from ganatomy.progress import SILENT, Silent
from ganatomy.runs.directory import Run, create_run
from ganatomy.runs.files import read_json, read_lines
from ganatomy.runs.manifest import open_manifest, write_manifest
from ganatomy.runs.weights import load_generator

SHAPE = ProGanShape(32, (5, 5, 4, 4, 3, 3, 2, 2), z_dim=6)
GROWTH = Growth(GrowingSettings(start_size=4, fade_kimg=20.0, stable_kimg=10.0), SHAPE, seed=0)

SMALL = EvolveConfig.of(
    image_size=32, generator="progan", discriminator="progan", width=0.06, batch_size=4, population=2, fade_kimg=0.012,
    stable_kimg=0.008, generations=20, tick_generations=2, learning_rate=1e-3,
)  # fmt: skip
"""Generations of 4 images: two at 4 px, then three of fade and two stable at 8, at 16 and at 32 px."""
STAGES = [
    *[Stage(4)] * 2,
    *(Stage(size, fade) for size in (8, 16, 32) for fade in (0, 1 / 3, 2 / 3, 1, 1)),
]


def images(n: int = 12, size: int = 32) -> ImageSet:
    pixels = np.random.default_rng(0).integers(0, 256, (n, size, size, 3), dtype=np.uint8)
    return ImageSet(pixels, (), np.full(n, -1))


def trained(config: EvolveConfig, out: Path) -> tuple[Run, TrainingState]:
    run = create_run(out, "test", to_json(config))
    state = start(config, images())
    train(config, run, state)
    return run, state


def after(generations: int, config: EvolveConfig = SMALL) -> TrainingState:
    """Return the state after so many generations."""
    state = start(config, images())
    settings = generation_settings(config, state.moments)
    for _ in range(generations):
        advance(config, settings, state)
    return state


def at(state: TrainingState, stage: Stage) -> TrainingState:
    """Return a copy of a state, brought to a stage."""
    moved = copy.deepcopy(state)
    moved.come_to(stage)
    return moved


def latents(n: int = 3) -> Tensor:
    return torch.randn((n, 128), generator=torch.Generator().manual_seed(5))


# The schedule


@pytest.mark.parametrize(
    ("kimg", "stage"),
    [
        (0, Stage(4)), (9.99, Stage(4)), (10, Stage(8, 0.0)), (15, Stage(8, 0.25)), (30, Stage(8)), (39, Stage(8)),
        (40, Stage(16, 0.0)), (50, Stage(16, 0.5)), (60, Stage(16)), (70, Stage(32, 0.0)), (85, Stage(32, 0.75)),
        (90, Stage(32)), (1e6, Stage(32)),
    ],
)  # fmt: skip
def test_resolutions_fade_in_one_after_another(kimg: float, stage: Stage) -> None:
    assert GROWTH.stage_at(kimg) == stage


@given(st.floats(0, 200), st.floats(0, 200))
def test_a_training_never_shrinks(a: float, b: float) -> None:
    sooner, later = (GROWTH.stage_at(kimg) for kimg in sorted((a, b)))
    assert (sooner.image_size, sooner.fade) <= (later.image_size, later.fade)


@given(st.sampled_from([4, 8, 16, 32]), st.floats(0.1, 700), st.floats(0.1, 700))
def test_it_is_full_grown_after_all_stages(size: int, fade: float, stable: float) -> None:
    growth = Growth(GrowingSettings(size, fade, stable), SHAPE, seed=0)
    assert growth.stage_at(growth.kimg * (1 + 1e-9)) == Stage(32)
    if size < 32:
        assert growth.stage_at(growth.kimg * 0.999 - 1e-6 * fade) != Stage(32)


def test_a_network_of_one_size_has_no_schedule() -> None:
    assert growth_of(EvolveConfig.of()) is None
    assert growth_of(EvolveConfig.of(data="8gaussians")) is None
    one_size = growth_of(changed(SMALL, start_size=32))
    assert one_size is not None
    assert (one_size.kimg, one_size.stage_at(0)) == (0, Stage(32))
    assert not changed(SMALL, start_size=32).grows
    assert SMALL.grows


def test_a_training_follows_the_schedule() -> None:
    state = start(SMALL, images())
    settings = generation_settings(SMALL)
    for stage in [*STAGES, Stage(32)]:
        advance(SMALL, settings, state)
        assert state.stage is not None
        assert state.stage.image_size == stage.image_size
        assert state.stage.fade == pytest.approx(stage.fade, abs=1e-9)
        shapes = [net.shape for net in (*(one.generator for one in state.population), state.ema)]  # type: ignore[union-attr]
        assert {(shape.image_size, shape.fade) for shape in shapes} == {(state.stage.image_size, state.stage.fade)}
        assert state.environment.discriminator.shape == state.ema.shape


# What growing keeps


@pytest.mark.parametrize("generations", [2, 7])
def test_just_grown_every_network_does_what_it_did(generations: int) -> None:
    """alpha = 0: images are those of before with every pixel repeated, and logits those of the halved images."""
    state = after(generations)
    size = state.ema.image_size
    grown = at(state, Stage(2 * size, 0.0))
    x = torch.rand((4, 3, 2 * size, 2 * size), generator=torch.Generator().manual_seed(1)) * 2 - 1
    halved = torch.nn.functional.avg_pool2d(x, 2)
    before, now = state.environment, grown.environment
    with torch.no_grad():
        for small, large in zip(networks(state), networks(grown), strict=True):
            repeated = small(latents()).repeat_interleave(2, 2).repeat_interleave(2, 3)
            torch.testing.assert_close(large(latents()), repeated, atol=1e-6, rtol=0)
        expected = before.judge(before.features(halved, None))
        torch.testing.assert_close(now.judge(now.features(x, None)), expected, atol=1e-6, rtol=0)


def networks(state: TrainingState) -> list[Any]:
    return [*(one.generator for one in state.population), state.ema]


def test_old_layers_keep_their_weights_and_moments_and_new_ones_are_the_same_in_all() -> None:
    state = after(2)
    grown = at(state, Stage(8, 0.0))
    for small, large in zip(state.population, grown.population, strict=True):
        assert (small.traits, small.objective) == (large.traits, large.objective)
        old, new = dict(small.generator.named_parameters()), dict(large.generator.named_parameters())
        moments = dict(zip(new, adam_moments(large.optimizer), strict=True))
        for (name, weight), kept in zip(old.items(), adam_moments(small.optimizer), strict=True):
            assert torch.equal(weight, new[name])
            assert kept["step"] == 2
            assert all(torch.equal(kept[key], moments[name][key]) for key in ("step", "exp_avg", "exp_avg_sq"))
        added = set(new) - set(old)
        assert {name.split(".")[0] for name in added} == {"layer3", "layer4", "output_8x8"}
        assert all(moments[name] == {} for name in added)
        assert large.optimizer.defaults == small.optimizer.defaults
    for name in added:
        assert len({tuple(net.state_dict()[name].flatten().tolist()) for net in networks(grown)}) == 1
    assert not torch.equal(*(one.generator.layer1.conv.weight for one in grown.population))  # type: ignore[union-attr]
    assert not any(p.requires_grad for p in grown.ema.parameters())


def test_a_learning_rate_of_its_own_stays_with_an_individual_that_grows() -> None:
    state = after(2, changed(SMALL, perturb=0.5))
    rates = [one.optimizer.param_groups[0]["lr"] for one in state.population]
    assert len(set(rates)) == 2
    assert [one.optimizer.param_groups[0]["lr"] for one in at(state, Stage(8, 0.0)).population] == rates


def test_after_the_fade_the_old_output_is_gone_and_all_else_is_kept() -> None:
    fading = after(5)
    stable = at(fading, Stage(8))
    old, new = fading.ema.state_dict(), stable.ema.state_dict()
    assert set(old) - set(new) == {"output_4x4.conv.weight", "output_4x4.wscale.b"}
    assert all(torch.equal(old[name], value) for name, value in new.items())
    judge = stable.environment
    gone = {"from_rgb_4x4.conv.weight", "from_rgb_4x4.wscale.b"}
    assert set(fading.environment.discriminator.state_dict()) - set(judge.discriminator.state_dict()) == gone
    assert all(state["step"] == 5 or state["step"] == 3 for state in adam_moments(judge.optimizer))


def test_a_stage_that_only_fades_changes_no_network() -> None:
    state = after(3)
    before = [*networks(state), state.environment.discriminator]
    state.come_to(Stage(8, 0.9))
    assert all(a is b for a, b in zip(before, [*networks(state), state.environment.discriminator], strict=True))
    assert {net.shape.fade for net in before} == {0.9}


def test_states_of_objectives_grow_too() -> None:
    state = after(2, changed(SMALL, adam_state="per_objective"))
    assert state.moments is not None
    before = copy.deepcopy(state.moments.of)
    old = [name for name, _ in state.population[0].generator.named_parameters()]
    state.come_to(Stage(8, 0.0))
    new = [name for name, _ in state.population[0].generator.named_parameters()]
    assert set(before) == {"heuristic", "minimax", "least_squares"}
    for objective, moments in state.moments.of.items():
        by_name, known = dict(zip(new, moments, strict=True)), dict(zip(old, before[objective], strict=True))
        assert all(torch.equal(by_name[name]["exp_avg"], known[name]["exp_avg"]) for name in old)
        assert all(by_name[name] == {} for name in set(new) - set(old))


def test_before_the_first_step_there_is_nothing_to_carry() -> None:
    net = torch.nn.Linear(1, 1)
    assert carried([], net, net) == [{}, {}]


def test_a_discriminator_of_every_size_is_left_alone() -> None:
    config = changed(SMALL, discriminator="projected", feature_size=64, population=1, objectives=("heuristic",))
    state = after(3, config)
    assert state.ema.image_size == 8
    assert type(state.environment.discriminator).__name__ == "ProjectedDiscriminator"


# What is seen


def test_real_images_are_averaged_down_and_fade_in_likewise() -> None:
    x = torch.arange(16.0).view(1, 1, 4, 4).expand(2, 3, 4, 4)
    halved = torch.tensor([[2.5, 4.5], [10.5, 12.5]])
    assert torch.equal(seen_at(Stage(4), x), x)
    assert torch.equal(seen_at(Stage(2), x)[0, 0], halved)
    quarter = seen_at(Stage(4, 0.25), x)[1, 2]
    expected = 0.25 * x[0, 0] + 0.75 * halved.repeat_interleave(2, 0).repeat_interleave(2, 1)
    torch.testing.assert_close(quarter, expected)
    assert torch.equal(seen_at(Stage(4, 0.0), x)[0, 0], halved.repeat_interleave(2, 0).repeat_interleave(2, 1))
    assert torch.equal(seen_at(Stage(2, 0.5), x)[0, 0], halved.lerp(torch.full((2, 2), 7.5), 0.5))


def test_a_generation_sees_real_images_at_its_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Tensor] = []

    def noting(population: Any, environment: Any, next_real: Callable[[int], Tensor], *rest: Any) -> Any:
        def noted(n: int) -> Tensor:
            seen.append(next_real(n))
            return seen[-1]

        return next_generation(population, environment, noted, *rest)

    monkeypatch.setattr(module, "next_generation", noting)
    state = after(4)
    assert [x.shape[-1] for x in seen] == [4, 4, 8, 8]
    full = state.batches
    full.load_state({**full.state(), "epoch": 0, "position": 12})
    expected = seen_at(Stage(8, 1 / 3), torch.cat([x for x in [full.next(4)]]))
    torch.testing.assert_close(seen[3], expected)


def test_until_it_is_full_grown_pixels_are_repeated_for_scores_and_samples() -> None:
    state = after(4)
    large = state.full_size
    assert isinstance(large, FullSize)
    assert (large.image_size, large.z_dim, large.latent) == (32, 128, "normal")
    with torch.no_grad():
        expected = state.ema(latents()).repeat_interleave(4, 2).repeat_interleave(4, 3)
        assert torch.equal(large(latents()), expected)
    state.come_to(Stage(32))
    assert state.full_size is state.ema
    one_size = start(EvolveConfig.of(data="8gaussians"), Mixture("8gaussians"))
    assert one_size.full_size is one_size.ema


# Runs

TINY = changed(SMALL, objectives=("heuristic", "minimax", "least_squares"), score_images=8)


@pytest.mark.parametrize(
    ("stop", "changes"),
    [
        (1, {}),  # before anything grows
        (2, {}),  # just before it grows
        (3, {}),  # at alpha 0
        (4, {"adam_state": "per_objective"}),  # in the fade
        (5, {"perturb": 0.5, "crossover": True}),  # just before the old output goes
        (6, {"selection": "plus", "gradient_penalty": 10.0, "drift": 0.001}),  # just after
        (9, {"precision": "bf16", "objectives": ("wasserstein",), "discriminator_loss": "wasserstein"}),
        (4, {"discriminator": "projected", "feature_size": 64, "population": 1}),
    ],
)
def test_a_resumed_run_is_bit_identical_across_a_growth(stop: int, changes: dict[str, Any], tmp_path: Path) -> None:
    whole = changed(TINY, generations=stop + 5, **changes)
    _, never_stopped = trained(whole, tmp_path)
    run, _ = trained(changed(whole, generations=stop), tmp_path)
    state = resume(whole, run, images())
    train(whole, run, state)
    assert differences(state, never_stopped) <= {"/seconds"}
    assert never_stopped.stage != Stage(4)


@pytest.mark.parametrize("stop", [2, 4, 7, 9, 17])
def test_an_unfinished_run_holds_a_whole_generator_of_its_resolution(stop: int, tmp_path: Path) -> None:
    run, state = trained(changed(SMALL, generations=stop), tmp_path)
    for which, expected in (("ema", state.ema), ("latest", state.population[0].generator)):
        kept = load_generator(run, which)
        assert isinstance(kept, ProGanGenerator)
        assert (kept.kind, kept.shape) == ("progan", expected.shape)
        assert kept.image_size == STAGES[stop - 1].image_size
        with torch.no_grad():
            torch.testing.assert_close(kept(latents()), expected(latents()), atol=1e-3, rtol=0)  # laid out otherwise
        assert all(torch.equal(value, kept.state_dict()[name]) for name, value in expected.state_dict().items())
    manifest = open_manifest(run)
    assert manifest.image_size == kept.image_size
    assert manifest.data is not None
    assert manifest.data.image_size == kept.image_size


def test_a_run_that_was_killed_between_two_files_goes_on(tmp_path: Path) -> None:
    """The weights are of the next resolution already, the snapshot is not."""
    run, state = trained(changed(SMALL, generations=2), tmp_path)
    snapshot = module.snapshot_path(run)
    kept = snapshot.read_bytes()
    state.come_to(Stage(8, 0.0))
    save(run, state)
    snapshot.write_bytes(kept)
    assert load_generator(run, "ema").image_size == 8
    assert resume(SMALL, run, images()).stage == Stage(4)


def test_samples_metrics_and_kept_averages_tell_the_stage(tmp_path: Path) -> None:
    config = changed(SMALL, sample_every_minutes=1e-9, keep_every_generations=3, generations=9, tick_generations=1)
    run, _ = trained(config, tmp_path)
    sizes = [(line["image_size"], line["fade"]) for line in read_lines(run.path / "metrics.jsonl")]
    expected = [(stage.image_size, pytest.approx(stage.fade, abs=1e-4)) for stage in STAGES[:9]]
    assert sizes == expected
    listed = read_json(run.path / "samples" / "index.json")
    assert {entry["image_size"] for entry in listed} == {32}
    for entry, stage in zip(listed, STAGES, strict=False):
        with Image.open(run.path / "samples" / entry["file"]) as sheet:
            first = np.asarray(sheet.crop((0, 0, 32, 32)))
            assert sheet.width == 8 * (32 + GAP) - GAP
        factor = 32 // (stage.image_size if stage.fade else stage.image_size // 2)
        coarse = first[::factor, ::factor]
        assert np.array_equal(coarse.repeat(factor, 0).repeat(factor, 1), first)
    assert [load_generator(run, f"generation-{n}").image_size for n in (0, 3, 6, 9)] == [4, 8, 8, 16]


def test_the_best_keeps_its_size_when_the_run_outgrows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = itertools.chain([1.0], itertools.repeat(2.0))
    sizes: list[tuple[int, ...]] = []

    class Scores(module.Scores):
        def look(self, run: Run, state: TrainingState, progress: Any = SILENT) -> tuple[bool, list[str]]:
            sizes.append(tuple(state.full_size(latents(1)).shape))
            score = type("S", (), {"metric": "fd", "value": next(values)})
            return self._is_best(run, state, score), []

    monkeypatch.setattr(module, "Scores", Scores)
    run, _ = trained(changed(SMALL, generations=9, score_every_generations=2), tmp_path)
    assert set(sizes) == {(1, 3, 32, 32)}
    assert load_generator(run, "best").image_size == 4
    assert load_generator(run, "ema").image_size == 16
    assert load_generator(run, "best")(latents()).shape == (3, 3, 4, 4)


def test_scores_hold_enlarged_images_against_real_ones_of_the_full_size(tmp_path: Path) -> None:
    config = changed(
        SMALL, generations=4, score_every_generations=4, score_images=8, extractor="tests.evolve.nets:averages",
        score_metric="mmd",
    )  # fmt: skip
    run, _ = trained(config, tmp_path)
    (score,) = run.scores()
    assert score.protocol["image_size"] == 32


def test_a_rollback_goes_back_to_a_smaller_resolution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The snapshot is of 4 px, every child dies at 8 px."""
    died = iter([False, False, False, True])
    original = module.next_generation

    def dying(*args: Any) -> Any:
        if next(died, False):
            raise DivergedTraining("no child lives")
        return original(*args)

    monkeypatch.setattr(module, "next_generation", dying)
    run, state = trained(changed(SMALL, generations=5), tmp_path)
    assert (state.rollbacks, state.generation, state.stage) == (1, 5, Stage(8, pytest.approx(2 / 3)))
    assert load_generator(run, "ema").image_size == 8


def test_the_discriminator_of_a_run_is_opened_at_its_stage(tmp_path: Path) -> None:
    run, state = trained(changed(SMALL, generations=4), tmp_path)
    judge = load_discriminator(run)
    assert isinstance(judge, ProGanDiscriminator)
    assert judge.shape == state.ema.shape
    x = torch.rand(4, 3, 8, 8)
    torch.testing.assert_close(mean_logits(judge, x), mean_logits(state.environment.discriminator, x))


class Told(Silent):
    """Keeps the lines it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        self.lines.append(text)


def test_a_training_tells_how_it_grows_and_stops_by_kimg(tmp_path: Path) -> None:
    told = Told()
    config = changed(SMALL, generations=None, kimg=0.02, num_scenes=8, out=tmp_path, population=1)
    found = session.evolve(config, told)
    assert told.lines[1:] == [
        "it grows from 4 to 32 px and is full grown after 0.06 kimg",
        "generation 3: 8 px fade in",
    ]
    assert found.state.kimg == pytest.approx(0.02)
    assert open_manifest(found.run).image_size == 8
    write_manifest(found.run, open_manifest(found.run))
    again = Told()
    more = changed(EvolveConfig.to_resume(found.run.path), kimg=0.06, resume=found.run.path)
    grown = session.evolve(more, again)
    assert again.lines[-2:] == ["generation 8: 16 px fade in", "generation 13: 32 px fade in"]
    assert open_manifest(grown.run).image_size == 32
    one_size = Told()
    session.evolve(changed(config, start_size=32, generations=1), one_size)
    assert len(one_size.lines) == 1
