"""Cells to ablate and to insert at, in the planted world."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.intervene.ace.planted import SCHEDULE, latents, pool_of

from ganatomy.errors import ConfigError
from ganatomy.intervene.ace import pool as pools
from ganatomy.intervene.ace.pool import gather
from ganatomy.intervene.ace.samples import find_candidates, find_pairs, find_present
from ganatomy.intervene.baseline import observe
from ganatomy.intervene.halves import Halves
from ganatomy.intervene.values import mean_where
from ganatomy.segment.planted import PlantedGenerator, PlantedSegmenter


def test_a_pool_is_what_was_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    z = latents(30, "pool")
    whole = observe(PlantedGenerator(), PlantedSegmenter(), "layer1", z)
    seen: list[int] = []
    monkeypatch.setattr(pools, "OBSERVED", 8)
    pool = gather(Halves(PlantedGenerator(), "layer1"), PlantedSegmenter(), z, ["tree"], advance=seen.append)
    assert sum(seen) == len(pool) == 30
    assert torch.equal(pool.shares["tree"], whole.shares("tree"))
    assert torch.allclose(pool.means["tree"], mean_where(whole, "tree"), atol=1e-6)
    assert np.array_equal(pool.areas, whole.areas)
    some = pool.take(torch.tensor([3, 9]))
    assert torch.equal(some.featuremaps, whole.featuremaps[[3, 9]])
    assert torch.equal(some.labels, whole.labels[[3, 9]])


def test_featuremaps_that_are_too_large_are_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pool_of("tree", n=20)
    monkeypatch.setattr(pools, "KEPT_BYTES", 1000)
    made = pool_of("tree", n=20)
    assert kept.featuremaps is not None
    assert made.featuremaps is None
    places = torch.tensor([19, 0])
    assert torch.equal(made.take(places).featuremaps, kept.take(places).featuremaps)
    assert torch.equal(made.means["tree"], kept.means["tree"])


def test_present_cells_show_the_concept_in_the_images_that_show_it_best() -> None:
    pool = pool_of("tree")
    present = find_present(pool, "tree", 40, 0)
    assert len(present) == 40
    assert present.samples.tolist() == sorted(set(present.samples.tolist()))
    assert (pool.shares["tree"][present.samples][present.masks((8, 8))] == 1).all()
    assert len(set(present.cells.tolist())) > 8  # of equally good cells not always the first
    assert torch.equal(find_present(pool, "tree", 40, 0).cells, present.cells)


def test_candidates_are_cells_without_the_concept_in_other_samples() -> None:
    pool, seen = pool_of("tree"), []
    present = find_present(pool, "tree", 40, 0)
    candidates, proposals, successes = find_candidates(pool, "tree", present, SCHEDULE, 0, 16, seen.append)
    assert len(candidates) == 40
    assert not set(candidates.samples.tolist()) & set(present.samples.tolist())
    assert (pool.shares["tree"][candidates.samples][candidates.masks((8, 8))] == 0).all()
    assert proposals == sum(seen) == 48  # a tree comes anywhere, so that three batches are enough
    assert successes == 48
    tried = set(candidates.cells.tolist())
    assert len(tried & set(present.cells.tolist())) > len(tried) / 2


def test_the_search_ends_with_the_proposals() -> None:
    pool = pool_of("door")
    pairs = find_pairs(pool, "door", replace(SCHEDULE, proposals=20), 0)
    assert pairs.proposals == len(pairs.candidates) == 20
    assert len(pairs.present) == 56


def test_a_concept_that_shows_in_too_few_samples_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"'cloud' shows in \d of 12 samples, and 8 are needed; give a larger --pool"):
        find_present(pool_of("cloud", n=12), "cloud", 40, 0)


def test_a_concept_that_nowhere_can_be_made_is_refused() -> None:
    pool = pool_of("tree")
    pool.means["tree"] = torch.zeros(11)
    present = find_present(pool, "tree", 40, 0)
    with pytest.raises(ConfigError, match=r"'tree' came in 0 of 160 cells where all units were set to their mean"):
        find_candidates(pool, "tree", present, SCHEDULE, 0)


def test_a_concept_that_fills_no_cell_is_refused() -> None:
    generator = PlantedGenerator()
    with pytest.raises(
        ConfigError, match=r"'door' covers at most 0\.\d\d of a cell of layer 'layer1' in 1 samples, and"
    ):
        gather(Halves(generator, "layer1"), PlantedSegmenter(), torch.full((1, generator.z_dim), -2.0), ["door"])
