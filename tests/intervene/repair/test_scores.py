"""Scores of units by hand-made activations."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from ganatomy.errors import ConfigError
from ganatomy.intervene.repair.bench import Bench, Look
from ganatomy.intervene.repair.scores import (
    STANDS_OUT,
    by_discriminator,
    by_distance,
    by_locality,
    by_nearest,
    top_samples,
)


def bench(maps, features=None):
    """Return a bench of which only activations and features are there."""
    features = torch.zeros(len(maps), 2) if features is None else features
    return Bench(Featuremaps(maps), None, Look(features, np.zeros((len(maps), 1))))


class Featuremaps(SimpleNamespace):
    def __init__(self, featuremaps):
        super().__init__(featuremaps=featuremaps)

    def __len__(self):
        return len(self.featuremaps)


def stream():
    return torch.Generator().manual_seed(0)


def peaked(n=40, units=3):
    """Return maps (n, u, 4, 4): unit u is 1 in one cell of the samples that u counts, and 0 elsewhere."""
    maps = torch.zeros(n, units, 4, 4)
    for unit in range(units):
        maps[unit :: units + 1, unit, 1, 2] = 1 + torch.arange(len(maps[unit :: units + 1])) / 100
    return maps


def test_top_samples_are_those_of_the_highest_peaks():
    maps = torch.zeros(6, 2, 2, 2)
    maps[:, 0, 1, 1] = torch.tensor([0.0, 5, 1, 4, 2, 3])
    maps[2, 1, 0, 0] = 1
    assert top_samples(bench(maps), 3).tolist() == [[1, 3, 5], [2, 0, 1]]
    for count in (1, 4):
        with pytest.raises(ConfigError, match=f"top_images is {count} of 6 samples; give 2 to 3, or more samples"):
            top_samples(bench(maps), count)


def test_a_unit_whose_samples_are_strange_stands_out_and_one_that_never_changes_has_no_score():
    maps = peaked()
    maps[:, 2] = 0.5
    features = torch.randn(40, 2, generator=stream())
    features[1::4] += 4  # those of unit 1
    held = bench(maps, features)
    top, real = top_samples(held, 5), torch.randn(60, 2, generator=torch.Generator().manual_seed(1))
    for scores in (
        by_distance(held, top, real, "kd", 2, stream()),
        by_distance(held, top, real, "fd", 2, stream()),
        by_nearest(held, top, real, 2, stream()),
        by_discriminator(held, top, -features[:, 0], 2, stream()),
    ):
        assert scores.values[1] > scores.random + STANDS_OUT * scores.deviation > scores.values[0]
        assert scores.candidates == (1,)
        assert np.isnan(scores.values[2])


def test_the_nearest_real_image_does_not_mind_one_kind_only():
    """Samples all of one kind are far from the real ones together, and near to those of their kind."""
    maps, kinds = peaked(), torch.arange(40) % 4
    features = torch.nn.functional.one_hot(kinds, 4).float() * 3
    held, real = bench(maps, features), features.repeat(3, 1)
    top = top_samples(held, 5)
    together = by_distance(held, top, real, "kd", 3, stream())
    assert together.candidates
    alone = by_nearest(held, top, real, 3, stream())
    assert alone.values.tolist() == [0.0, 0.0, 0.0]
    assert alone.candidates == ()


def test_no_more_candidates_than_asked_for_come_in_the_order_of_their_scores():
    logits = torch.randn(80, generator=stream()) / 10
    for unit, shift in enumerate((3.0, 5.0, 4.0)):
        logits[unit::20] -= shift  # those of the highest activation of each
    maps = torch.zeros(80, 3, 2, 2)
    for unit in range(3):
        maps[unit::20, unit] = 1
    held = bench(maps)
    top = top_samples(held, 4)
    assert by_discriminator(held, top, logits, 3, stream()).candidates == (1, 2, 0)
    assert by_discriminator(held, top, logits, 2, stream()).candidates == (1, 2)


def test_locality_is_the_part_within_the_best_3x3_cells_above_what_is_off():
    maps = torch.full((10, 3, 5, 5), 0.25)
    maps[0, 0, 0, 0] = 1.25  # one cell
    maps[1, 0, 0, 0], maps[1, 0, 4, 4] = 1.25, 1.25  # two, far apart
    maps[:2, 1] += 1  # the whole map
    held = bench(maps)
    found = by_locality(held, top_samples(held, 2), 8)
    assert found.values[:2] == pytest.approx([(1 + 1 / 2) / 2, 9 / 25], abs=1e-6)
    assert np.isnan(found.values[2])
    assert found.candidates == (0, 1)
    assert (found.random, found.deviation) == (None, None)
