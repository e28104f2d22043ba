"""Distances between areas: by hand, against the Frechet distance of the same features, and beside chance."""

import numpy as np
import pytest
import torch

from ganatomy.dissect.areas.distances import (
    Distance,
    area_distance,
    area_distance_error,
    measure_distances,
    object_areas,
    segmentation_distance,
    segmentation_distance_error,
)
from ganatomy.errors import DataError
from ganatomy.metrics.frechet import frechet_distance
from ganatomy.stats.moments import Moments

OBJECTS = ("other", "object", "object", "object")


def rng(seed=0):
    return np.random.default_rng(seed)


def shares(n, seed, weights=(1.0, 4.0, 3.0, 2.0)):
    """Return (n, 4) areas that add up to 1."""
    return rng(seed).dirichlet(weights, n)


def test_by_hand_for_two_concepts():
    """Means differ by 50 and -50 points; variances are 5000 / 3 and four times that, fully correlated."""
    real = np.array([[0.25, 0.75], [0.75, 0.25], [0.25, 0.75], [0.75, 0.25]])
    generated = np.array([[0.5, 0.5], [1.5, -0.5], [0.5, 0.5], [1.5, -0.5]])
    # per column 2500/3 and 10000/3, so that the traces are 5000/3 and 20000/3, of one direction
    expected = 2 * 50**2 + 5000 / 3 + 20000 / 3 - 2 * (5000 / 3 * 20000 / 3) ** 0.5
    assert segmentation_distance(generated, real) == pytest.approx(expected)
    assert area_distance(generated, real) == pytest.approx(0.5)


def test_it_is_the_frechet_distance_of_percents_with_full_covariances():
    a, b = shares(80, 1), shares(90, 2, (1, 2, 3, 4))
    expected = frechet_distance(*(Moments.of(torch.tensor(100 * x)) for x in (b, a)))
    assert segmentation_distance(a, b) == pytest.approx(expected, rel=1e-12)
    means, spreads = [100 * x.mean(0) for x in (a, b)], [100 * x.std(0, ddof=1) for x in (a, b)]
    diagonal = ((means[0] - means[1]) ** 2).sum() + ((spreads[0] - spreads[1]) ** 2).sum()
    assert segmentation_distance(a, b) > diagonal * 1.01


def test_objects_are_compared_with_what_has_no_name_and_without_parts():
    areas = np.array([[0.1, 0.2, 0.3, 0.9], [0.0, 0.5, 0.5, 0.2]])
    categories = ("other", "object", "object", "part")
    assert object_areas(areas, categories) == pytest.approx(np.array([[0.1, 0.2, 0.3, 0.4], [0.0, 0.5, 0.5, 0.0]]))
    assert object_areas(areas, ("part",) * 4) is areas


def test_a_concept_that_never_occurs_moves_nothing():
    a, b = shares(60, 1), shares(130, 2, (1, 2, 3, 4))
    wide = [np.column_stack([x, np.zeros(len(x))]) for x in (a, b)]
    narrow = measure_distances(a, b, OBJECTS, rng())
    assert measure_distances(*wide, (*OBJECTS, "object"), rng()).fsd.value == pytest.approx(narrow.fsd.value)


def test_chance_is_called_chance_and_a_difference_is_not():
    """Images of the same kind are as far off as halves are, whatever the bias of so few; others are further."""
    real = shares(200, 2)
    same = measure_distances(shares(100, 1), real, OBJECTS, rng())
    assert same.num_images == 100
    for found in (same.fsd, same.area):
        assert found.chance_low <= found.chance <= found.chance_high
        assert 0 < found.value < 2.5 * found.chance
    other = measure_distances(shares(100, 1, (1, 2, 3, 4)), real, OBJECTS, rng())
    assert other.fsd.is_beyond_chance
    assert other.area.is_beyond_chance
    assert other.fsd.value > 10 * other.fsd.chance


def test_all_sets_are_of_one_size():
    few = measure_distances(shares(30, 1), shares(200, 2), OBJECTS, rng())
    assert few.num_images == 30
    assert few.fsd.chance > measure_distances(shares(100, 1), shares(200, 2), OBJECTS, rng()).fsd.chance
    assert measure_distances(shares(500, 1), shares(21, 2), OBJECTS, rng()).num_images == 10


def test_beyond_chance_is_above_every_halving():
    assert Distance(2.0, 0.1, 1.0, 0.5, 1.9).is_beyond_chance
    assert not Distance(1.9, 0.1, 1.0, 0.5, 1.9).is_beyond_chance


def test_errors_are_the_spread_over_fresh_draws():
    draws = [(shares(200, s), shares(300, 1000 + s, (1, 2, 3, 4))) for s in range(150)]
    spread = np.std([segmentation_distance(*draw) for draw in draws])
    assert np.mean([segmentation_distance_error(*draw) for draw in draws[:20]]) == pytest.approx(spread, rel=0.2)
    spread = np.std([area_distance(*draw) for draw in draws])
    assert np.mean([area_distance_error(*draw, rng()) for draw in draws[:5]]) == pytest.approx(spread, rel=0.2)


def test_too_few_images_are_refused():
    with pytest.raises(DataError, match=r"there are 9 generated and 3 real images.*needs 2 and 4 or more"):
        measure_distances(shares(9, 1), shares(3, 1), OBJECTS, rng())
