"""Alpha against the plain way to find it, the published fault, and what stops early."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from tests.intervene.ace.planted import SCHEDULE, latents, pool_of, tree_scores
from tests.reference import ace as reference

from ganatomy.intervene.ace.optimise import _batches, _parted, _rate, optimise, pair_loss
from ganatomy.intervene.ace.pool import gather
from ganatomy.intervene.ace.samples import Cells, Pairs, find_pairs
from ganatomy.intervene.ace.schedule import PUBLISHED
from ganatomy.intervene.halves import Halves
from ganatomy.models.networks.dcgan import Generator, GeneratorShape, initialise
from ganatomy.models.planted import NUMBER, UNITS
from ganatomy.segment.planted import PlantedGenerator, PlantedSegmenter

SMALL = replace(PUBLISHED, train_pairs=12, held_out_pairs=4, proposals=64, steps=5, step_pairs=6)


def by_reference(pool, concept, pairs, schedule, initial, **more: Any):
    train, _ = _parted(pairs, schedule)
    shape = tuple(pool.shares[concept].shape[1:])

    def listed(present: Cells, candidates: Cells):
        rows = zip(present.samples, present.cells, candidates.samples, candidates.cells, strict=True)
        return [(pool.z[a], divmod(int(p), shape[1]), pool.z[i], divmod(int(q), shape[1])) for a, p, i, q in rows]

    steps = [listed(*batch) for batch in _batches(train, schedule, 0)]
    return reference.optimise(
        pool.halves.generator, pool.segmenter, pool.halves.layer, concept, shape, pool.means[concept], steps, initial,
        schedule.learning_rate, schedule.l2, **more
    )  # fmt: skip


@pytest.mark.parametrize("elsewhere", [False, True], ids=["mended", "published fault"])
def test_alpha_is_that_of_the_plain_way_on_the_planted_generator(elsewhere: bool) -> None:
    pool = pool_of("tree", n=64)
    pairs = find_pairs(pool, "tree", SMALL, 0)
    initial = tree_scores().scores
    found = optimise(pool, "tree", pairs, initial, SMALL, read_elsewhere=elsewhere)
    expected = by_reference(pool, "tree", pairs, SMALL, initial, read_elsewhere=elsewhere)
    assert torch.allclose(found.values, expected, atol=1e-4)
    assert not torch.allclose(found.values, initial, atol=1e-2)


def test_alpha_is_that_of_the_plain_way_on_a_dcgan() -> None:
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4))
    initialise(generator, torch.Generator().manual_seed(0))
    for parameter in generator.parameters():
        parameter.data.mul_(20)
    generator.eval()
    z = torch.randn(40, 4, generator=torch.Generator().manual_seed(1))
    pool = gather(Halves(generator, "layer2"), PlantedSegmenter(), z, ["sky"], 0.0)
    pairs = Pairs(
        Cells(torch.arange(16), torch.arange(16) * 3), Cells(torch.arange(16, 32), torch.arange(16) * 2), 16, 16
    )
    initial = torch.linspace(0, 1, 6)
    found = optimise(pool, "sky", pairs, initial, SMALL).values
    assert all(parameter.grad is None for parameter in generator.parameters())
    assert torch.allclose(found, by_reference(pool, "sky", pairs, SMALL, initial), atol=1e-4)
    assert not torch.allclose(found, initial, atol=1e-3)


def test_the_loss_of_a_pair_is_what_is_left_less_what_comes_and_the_norm() -> None:
    pool = pool_of("tree", n=64)
    pairs = find_pairs(pool, "tree", SMALL, 0)
    nothing, all_units = torch.zeros(len(UNITS)), torch.ones(len(UNITS))
    present, candidates = pairs.present, pairs.candidates
    flawless = PlantedSegmenter().probability(PlantedGenerator()(latents(8)), "tree").max().item()
    untouched = pair_loss(pool, "tree", nothing, present, candidates, 0.0).item() / len(present)
    moved = pair_loss(pool, "tree", all_units, present, candidates, 0.0).item() / len(present)
    assert untouched == pytest.approx(flawless, abs=0.05)  # trees stay, and none come
    assert moved == pytest.approx(-flawless, abs=0.05)
    weighted = pair_loss(pool, "tree", all_units, present, candidates, 0.01).item() / len(present)
    assert weighted - moved == pytest.approx(0.01 * len(UNITS))


def test_the_published_fault_gives_other_alphas() -> None:
    pool = pool_of("tree")
    pairs = find_pairs(pool, "tree", SCHEDULE, 0)
    initial = torch.full((len(UNITS),), 0.2)
    mended = optimise(pool, "tree", pairs, initial, SCHEDULE).values
    faulty = optimise(pool, "tree", pairs, initial, SCHEDULE, read_elsewhere=True).values
    assert (mended - faulty).abs().max() > 0.1
    assert mended[NUMBER["crown"]] > 0.9


def test_a_concept_that_no_longer_gains_stops_and_the_best_alpha_is_kept() -> None:
    pool = pool_of("tree")
    schedule = replace(SCHEDULE, steps=400, check_every=5, patience=2)
    seen: dict[str, int] = {}

    def advance(purpose):
        return lambda number: seen.__setitem__(purpose, seen.get(purpose, 0) + number)

    pairs = find_pairs(pool, "tree", schedule, 0)
    found = optimise(pool, "tree", pairs, torch.full((len(UNITS),), 0.5), schedule, advance=advance)
    assert len(found.losses) < 400
    assert len(found.held_out) * 5 == len(found.losses)
    assert min(found.held_out[-2:]) >= min(found.held_out[:-2])
    assert seen == {"optimisation": 24 * len(found.losses), "held out": 16 * len(found.held_out)}


def test_candidates_come_again_where_there_are_fewer_than_present_cells() -> None:
    present, candidates = Cells(torch.arange(12), torch.zeros(12)), Cells(torch.arange(4), torch.arange(4))
    schedule = replace(SCHEDULE, steps=2, step_pairs=6, held_out_pairs=1)
    train, held_out = _parted(Pairs(present, candidates, 4, 4), schedule)
    assert [len(cells) for cells in (*train, *held_out)] == [11, 3, 1, 1]
    (first, given), (second, others) = _batches((present, candidates), schedule, 0)
    assert torch.cat([first.samples, second.samples]).tolist() == list(range(12))
    assert torch.cat([given.samples, others.samples]).bincount().tolist() == [3, 3, 3, 3]


def test_the_learning_rate_falls_in_a_straight_line() -> None:
    schedule = replace(SCHEDULE, steps=3, learning_rate=0.3, last_rate=0.1)
    assert [_rate(schedule, step) for step in range(3)] == pytest.approx([0.3, 0.2, 0.1])
