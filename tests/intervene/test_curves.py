"""Curves over a ranking on the planted generator, whose units are known."""

import numpy as np
import pytest
import torch

from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import ConfigError
from ganatomy.intervene.baseline import Baseline, observe
from ganatomy.intervene.curves import ablation_curve, insertion_curve, kept, mean_curve, pixels_of, sizes_up_to
from ganatomy.intervene.values import mean_where
from ganatomy.models.planted import NUMBER
from ganatomy.segment.planted import PlantedGenerator, PlantedSegmenter

SEGMENTER = PlantedSegmenter()
TREE = SEGMENTER.concepts.index("tree")
BY_IOU = (NUMBER["tree copy"], NUMBER["crown"], NUMBER["trunk"])
BY_CAUSE = (NUMBER["crown"], NUMBER["trunk"], NUMBER["tree copy"])


def observed(n: int = 40) -> Baseline:
    generator = PlantedGenerator()
    return observe(generator, SEGMENTER, "layer1", LatentSet(generator, 0, "test", n).take(torch.arange(n)))


def test_the_causal_units_remove_what_the_decoy_leaves() -> None:
    baseline = observed()
    before = baseline.areas[:, TREE]
    decoy = kept(before, ablation_curve(baseline, BY_IOU, (1, 2, 3))[:, :, TREE], (1, 2, 3))
    causes = kept(before, ablation_curve(baseline, BY_CAUSE, (1, 2, 3), batch_size=7)[:, :, TREE], (1, 2, 3))
    assert decoy.values == pytest.approx((1, 1 / 3, 0))
    assert causes.values == pytest.approx((1 / 3, 0, 0))
    assert causes.sizes == (1, 2, 3)
    for value, interval in zip(causes.values, causes.intervals, strict=True):
        assert interval.low - 1e-9 <= value <= interval.high + 1e-9


def test_areas_are_those_of_all_concepts_in_every_sample() -> None:
    baseline, seen = observed(10), []
    areas = ablation_curve(baseline, BY_CAUSE, (2,), advance=seen.append)
    assert areas.shape == (1, 10, len(SEGMENTER.concepts))
    assert np.array_equal(np.delete(areas[0], [0, TREE], 1)[:, 2:], np.delete(baseline.areas, [0, TREE], 1)[:, 2:])
    assert sum(seen) == 10


def test_units_are_inserted_at_a_cell_and_read_there() -> None:
    baseline = observed()
    cells = torch.zeros(40, 8, 8, dtype=torch.bool)
    cells[:, 7, 4] = True
    shown = insertion_curve(baseline, BY_IOU, mean_where(baseline, "tree"), cells, (1, 3))[:, :, TREE]
    assert (shown[0] == 0).all()  # nothing reads the copy
    assert (shown[1] == 1).all()  # crown and trunk, each at its mean over tree cells, together are a tree
    assert mean_curve(shown, (1, 3)).values == (0, 1)


def test_the_pixels_of_a_cell_are_those_whose_middle_lies_in_it() -> None:
    cells = torch.zeros(1, 8, 8, dtype=torch.bool)
    cells[0, 1, 2] = True
    assert pixels_of(cells, observed(1)).nonzero().tolist() == [[0, 2, 4], [0, 2, 5], [0, 3, 4], [0, 3, 5]]


def test_sizes_end_with_the_ranking() -> None:
    assert sizes_up_to(30) == (1, 2, 3, 5, 8, 12, 20, 30)
    assert sizes_up_to(128) == (1, 2, 3, 5, 8, 12, 20, 30)
    assert sizes_up_to(7) == (1, 2, 3, 5, 7)


def test_sizes_must_fit_the_ranking() -> None:
    baseline = observed(2)
    with pytest.raises(ConfigError, match=r"sizes are \[1, 4\], and 3 units are ranked; give 1 to 3"):
        ablation_curve(baseline, BY_IOU, (1, 4))
    with pytest.raises(ConfigError, match=r"sizes are \[0\], and 3 units"):
        insertion_curve(baseline, BY_IOU, torch.zeros(11), torch.ones(2, 8, 8), (0,))
