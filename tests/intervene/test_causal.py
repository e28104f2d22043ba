"""Average causal effects in the planted world, by arithmetic."""

import numpy as np
import pytest
import torch

from ganatomy.dissect.latents import LatentSet
from ganatomy.intervene.baseline import Baseline, observe
from ganatomy.intervene.causal import Arms, causal_effects, measure_cause, measure_random, random_cells
from ganatomy.intervene.values import mean_where
from ganatomy.models.planted import NUMBER
from ganatomy.segment.planted import PlantedGenerator, PlantedSegmenter

SEGMENTER = PlantedSegmenter()
CAUSES = (NUMBER["crown"], NUMBER["trunk"])


def observed(n: int = 60) -> Baseline:
    generator = PlantedGenerator()
    return observe(generator, SEGMENTER, "layer1", LatentSet(generator, 0, "test", n).take(torch.arange(n)))


def test_the_effect_is_what_comes_less_what_is_left_in_areas_of_the_concept() -> None:
    baseline = observed()
    cells = random_cells(baseline, 0)
    assert cells.sum((1, 2)).tolist() == [1] * 60
    arms = measure_cause(baseline, CAUSES, mean_where(baseline, "tree"), cells, batch_size=13)
    effects = {effect.concept: effect for effect in causal_effects(SEGMENTER.concepts, baseline.areas, arms)}
    tree = effects["tree"]
    free = 1 - baseline.featuremaps[:, NUMBER["artifact"]][cells].mean().item()  # which is laid over a tree
    assert 0.9 < free < 1
    assert tree.inserted.value == pytest.approx(free)
    assert tree.at_cell.value == pytest.approx(free / tree.area)  # everywhere after insertion, nowhere after ablation
    assert tree.in_image.value == pytest.approx(free / 64 / tree.area)  # one of 64 cells
    assert tree.kept.value == 0
    assert tree.kept.interval == (0, 0)
    assert tree.at_cell.interval.low < tree.at_cell.value < tree.at_cell.interval.high
    assert effects["grass"].kept.value == 1
    assert effects["sky"].at_cell.value < 0  # where a tree is, no sky is


def test_what_does_not_occur_has_no_effect_that_can_be_told() -> None:
    nothing = np.zeros((5, 1))
    arms = Arms(nothing, nothing, nothing, nothing, nothing)
    (effect,) = causal_effects(["boat"], nothing, arms)
    assert np.isnan(effect.kept.value)
    assert np.isnan(effect.at_cell.interval.low)
    assert effect.inserted.value == 0


def test_random_sets_are_dealt_out_among_the_samples() -> None:
    baseline, seen = observed(10), []
    cells, value = random_cells(baseline, 0), mean_where(observed(), "tree")
    sets = [CAUSES, (NUMBER["sky"],), (NUMBER["grass"],)]
    arms = measure_random(baseline, sets, value, cells, advance=seen.append)
    assert sum(seen) == 3 * 10
    alone = measure_cause(baseline.take(torch.arange(4)), CAUSES, value, cells[:4])
    assert np.array_equal(arms.erased[:4], alone.erased)
    assert (arms.erased[4:7, SEGMENTER.concepts.index("sky")] == 0).all()
