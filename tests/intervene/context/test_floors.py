"""What is kept of concepts as ever more of their units are ablated."""

import math

import numpy as np
import pytest
import torch

from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import ConfigError
from ganatomy.intervene.baseline import measure, observe
from ganatomy.intervene.changes import Change
from ganatomy.intervene.context.controls import draw_orders, first_of
from ganatomy.intervene.context.floors import Left, ablate_ever_more, floors_of
from ganatomy.models.planted import NUMBER, UNITS
from ganatomy.segment.planted import PlantedGenerator, PlantedSegmenter
from ganatomy.stats.resampling import draw_counts

SEGMENTER = PlantedSegmenter()
WIDTH = len(UNITS)


def planted(n=60):
    generator = PlantedGenerator()
    return observe(generator, SEGMENTER, "layer1", LatentSet(generator, 0, "test", n).take(torch.arange(n)))


def left(baseline, concept, *names, without=()):
    ranking = [NUMBER[name] for name in names]
    orders = draw_orders(len(baseline), WIDTH, {*ranking, *(NUMBER[name] for name in without)}, 0)
    return ablate_ever_more(baseline, concept, ranking, range(1, len(ranking) + 1), orders)


def test_a_concept_is_kept_whole_by_a_unit_that_nothing_reads_and_vanishes_with_those_that_paint_it():
    baseline = planted()
    found = [
        left(baseline, "tree", "tree copy", "noise"),
        left(baseline, "cloud", "door and cloud"),
        left(baseline, "grass", "foreground", "grass"),
    ]
    tree, cloud, grass = floors_of(found, np.random.default_rng(0))
    assert [row.kept for row in tree.curve] == [1, 1]
    assert (tree.kept, tree.interval) == (1, (1, 1))
    assert (cloud.kept, cloud.units) == (0, 1)
    assert [row.kept for row in grass.curve] == [1, 0]
    assert (grass.kept, grass.units) == (0, 2)
    assert math.isnan(tree.ratio)  # the others vanish
    assert grass.ratio == 0


def test_a_concept_of_two_units_shrinks_by_one_and_vanishes_by_both():
    baseline = planted()
    crown, both = (left(baseline, "tree", *names) for names in (("crown",), ("crown", "trunk")))
    shrunk, gone = floors_of([crown, both], np.random.default_rng(0))
    assert shrunk.kept == pytest.approx(1 / 3)
    assert [row.kept for row in gone.curve] == pytest.approx([1 / 3, 0])


def test_areas_are_those_of_the_ablated_generator():
    baseline = planted(10)
    orders = draw_orders(10, WIDTH, {NUMBER["crown"]}, seed=3)
    found = ablate_ever_more(baseline, "tree", [NUMBER["crown"]], [1], orders, batch_size=4)
    tree = SEGMENTER.concepts.index("tree")
    assert np.array_equal(found.before, baseline.areas[:, tree])
    for sample in range(10):
        one = baseline.take(torch.tensor([sample]))
        random = measure(one, [Change("layer1", (int(orders[sample, 0]),))])
        assert found.random[0, sample] == random.areas[0, tree]


def test_floors_and_ratios_are_those_of_loops_over_resamples():
    rng = np.random.default_rng(1)
    found = []
    for concept, strength in (("tree", 0.6), ("sky", 0.2), ("door", 0.1)):
        before = rng.random(20)
        after = before * (strength + 0.1 * rng.random((4, 20)))
        found.append(Left(concept, (1, 2, 4, 8), before, after, np.tile(before, (4, 1))))
    floors = floors_of(found, np.random.default_rng(7))
    drawn = []
    for weights in draw_counts(20, np.random.default_rng(7)):
        least = [min((weights * after).sum() / (weights * one.before).sum() for after in one.after) for one in found]
        drawn.append(least)
    for place, floor in enumerate(floors):
        column = [least[place] for least in drawn]
        ratios = [least[place] / np.mean(least[:place] + least[place + 1 :]) for least in drawn]
        assert list(floor.interval) == pytest.approx(list(np.quantile(column, [0.025, 0.975])))
        assert list(floor.ratio_interval) == pytest.approx(list(np.quantile(ratios, [0.025, 0.975])))
        curve = [after.mean() / found[place].before.mean() for after in found[place].after]
        assert floor.kept == pytest.approx(min(curve))
        assert floor.units == (1, 2, 4, 8)[int(np.argmin(curve))]
        assert [row.random_kept for row in floor.curve] == pytest.approx([1] * 4)
    assert floors[0].ratio > 2


def test_one_concept_has_no_ratio():
    (only,) = floors_of([left(planted(10), "sky", "sky")], np.random.default_rng(0))
    assert only.kept == 0
    assert math.isnan(only.ratio)


def test_random_units_are_drawn_for_every_sample_anew_and_not_from_the_concepts_own():
    orders = draw_orders(50, 9, {2, 5}, seed=0)
    assert orders.shape == (50, 7)
    assert all(sorted(row) == [0, 1, 3, 4, 6, 7, 8] for row in orders.tolist())
    assert len({tuple(row) for row in orders.tolist()}) > 40
    chosen = first_of(orders, 3, 9)
    assert (chosen.sum(1) == 3).all()
    assert not chosen[:, [2, 5]].any()
    assert (first_of(orders, 2, 9) & ~chosen).sum() == 0  # sets grow, as the concept's do


def test_where_too_few_units_are_left_no_random_ones_are_ablated():
    baseline = planted(10)
    names = [unit.name for unit in UNITS[:8]]
    found = left(baseline, "sky", *names)
    assert np.isfinite(found.random[:3]).all()
    assert np.isnan(found.random[3:]).all()
    (floor,) = floors_of([found], np.random.default_rng(0))
    assert math.isnan(floor.curve[-1].random_kept)
    with pytest.raises(ConfigError, match="3 of 11 units are left to draw 4 random ones from; insert fewer units"):
        first_of(draw_orders(2, WIDTH, range(8), 0), 4, WIDTH)
