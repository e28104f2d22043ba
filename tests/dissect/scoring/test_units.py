"""The unit table of planted units: scores, intervals, what explains them."""

import numpy as np
import pytest
import torch
from tests.dissect.counting.test_masks import shifts
from tests.dissect.counting.test_tally import edges_of
from tests.reference import dissection as reference

from ganatomy.dissect.counting.counts import AtThreshold, Concepts, LayerCounts
from ganatomy.dissect.counting.covariance import PixelCovariance
from ganatomy.dissect.counting.levels import FRACTIONS
from ganatomy.dissect.counting.masks import MaskSource, category_groups
from ganatomy.dissect.counting.tally import Tally
from ganatomy.dissect.scoring.profiles import PROFILES, choose_thresholds, sharing_counts
from ganatomy.dissect.scoring.significance import Nulls
from ganatomy.dissect.scoring.units import CARRIES, RANKED, LayerReport, UnitReport, report_layer

GRID, GROUPS = (8, 8), 8
CATEGORIES = ("other", "object", "object", "part")
CONCEPTS = Concepts(("other", "sky", "tree", "leaf"), CATEGORIES, category_groups(CATEGORIES))
FIRST = torch.arange(12)


def scene(seed):
    """Return maps and labels of 12 samples: a sky of changing height, a tree that the second unit follows, leaves."""
    rng = torch.Generator().manual_seed(seed)
    objects, parts = torch.zeros(12, 8, 8, dtype=torch.int64), torch.full((12, 8, 8), -1)
    for i in range(12):
        objects[i, : 1 + i % 4] = 1
        row, column = 5 + int(torch.randint(2, (), generator=rng)), int(torch.randint(7, (), generator=rng))
        objects[i, row:, column : column + 2] = 2
        parts[i, row, column : column + 2] = 3
    maps = torch.zeros(12, 5, 8, 8)
    maps[:, 0], maps[:, 1], maps[:, 2] = (objects == 1).float(), (objects == 2).float(), (parts == 3).float()
    maps[:, 3, :2] = 1.0  # always where a sky tends to be
    maps[:, :4] = torch.where(maps[:, :4] > 0, 1 + torch.rand(12, 4, 8, 8, generator=rng), 0.1)
    return maps, torch.stack([objects, parts], 1)


def counted(seed=0, blocks=4, rules=PROFILES["paper"]):
    maps, labels = scene(seed)
    fractions = FRACTIONS if rules.fraction is None else torch.tensor([rules.fraction], dtype=torch.float64)
    edges = edges_of(maps, fractions=fractions)

    def tally(top=6):
        covariance = PixelCovariance(5, 4, GRID) if rules.counting.covariance else None
        return Tally(edges, GRID, GROUPS, top, covariance=covariance)

    validation = tally()
    validation.add(maps, MaskSource(CATEGORIES, GRID, 0, "v", nulls=False).label(labels, FIRST), FIRST)
    alike = sharing_counts(rules)
    choices = {name: choose_thresholds(profile, validation, CONCEPTS) for name, profile in alike.items()}
    test, sums = tally(top=3), {name: [] for name in alike}
    for block in torch.tensor_split(FIRST, blocks):
        test.add(maps[block], MaskSource(CATEGORIES, GRID, 0, "test").label(labels[block], block), block)
        for name, choice in choices.items():
            sums[name].append(AtThreshold.of(test, CONCEPTS, choice.threshold))
    return LayerCounts(validation, test, {name: AtThreshold.from_running(part) for name, part in sums.items()})


def report(profile="paper", **changes):
    rules = PROFILES[profile]
    made = counted(rules=rules, **changes)
    return report_layer("layer1", made, CONCEPTS, rules, sharing_counts(rules), np.random.default_rng(0))


def test_rows_are_the_scores_of_the_masks_at_the_chosen_thresholds():
    maps, labels = scene(0)
    steps = list(shifts(12, 8))
    rows = report().units
    assert [row.concept for row in rows] == ["sky", "tree", "leaf", "sky", None]
    assert [row.category for row in rows] == ["object", "object", "part", "object", None]
    for row, concept in zip(rows, (1, 2, 3, 1), strict=False):
        active = reference.masks_above(maps, GRID, row.unit, row.threshold)
        shown = (labels == concept).any(1)
        assert row.iou == reference.iou(active, shown)
        assert row.iqr == pytest.approx(reference.information_quality_ratio(active, shown), abs=1e-9)
        moved = torch.stack([mask.roll(step, (0, 1)) for mask, step in zip(shown, steps, strict=True)])
        assert row.shifted_iou == reference.iou(active, moved)
        paired = [i for i in range(12) if i % 3]  # blocks of 3, of which the first has no sample before it
        assert row.shuffled_iou == reference.iou(active[paired], shown[[i - 1 for i in paired]])
        assert row.interpretable == (row.iqr > 0.01 and row.iou > 0.05)
        assert row.iou_interval[0] <= row.iou <= row.iou_interval[1]
        assert [sample for sample, _ in row.top] == maps[:, row.unit].amax((1, 2)).topk(3).indices.tolist()
    assert report().concept_area[3] == pytest.approx(float((labels[:, 1] == 3).double().mean()))


def test_a_unit_that_is_active_at_one_place_is_explained_by_place():
    follows, _, _, place, dead = report(blocks=6).units
    assert (follows.explained_by, follows.iou) == (None, 1.0)
    assert (place.interpretable, place.explained_by) == (True, "place")
    assert (dead.explained_by, dead.interpretable, dead.threshold) == (None, False, float("inf"))
    assert np.isnan([dead.iou, dead.iqr, dead.level, dead.shuffled_iou, dead.shifted_iou, dead.z, dead.q]).all()


def test_with_one_block_nothing_is_above_chance():
    rows = report(blocks=1).units
    assert all(row.explained_by for row in rows if row.interpretable)
    assert np.isnan(rows[0].z)


def test_every_profile_counts_its_own_units():
    counts = report().counts
    assert set(counts) == {"paper", "compat", "max-iou"}
    assert (counts["paper"].interpretable, counts["paper"].concepts) == (4, 3)
    assert counts["paper"].interpretable == report().interpretable
    low, high = counts["paper"].interpretable_interval
    assert low <= 4 <= high
    for name in PROFILES:
        made = report(name)
        assert (made.profile, made.top_fraction) == (name, PROFILES[name].fraction)
        assert made.interpretable == made.counts[name].interpretable


def test_pnas_labels_by_iou_at_the_top_hundredth():
    maps, labels = scene(0)
    labelled = [unit for unit in report("pnas2020").units if unit.concept is not None]
    assert [unit.unit for unit in labelled] == [0, 1, 2, 3]
    for unit in labelled:
        active = reference.masks_above(maps, GRID, unit.unit, unit.threshold)
        ious = [reference.iou(active, (labels == concept).any(1)) for concept in (1, 2, 3)]
        assert unit.iou == max(ious)
        assert unit.level == 0.01


def row(number, concept, iou, interpretable=True):
    nan = float("nan")
    scores = (iou, (nan, nan), 0.1, 1.0, 0.1, 0.0, 0.0, 1.0, 0.5)
    return UnitReport(number, concept, "object", *scores, interpretable, None, ())


def layer_report(units, iou):
    nulls = Nulls(*[np.asarray(iou)] * 6)
    concepts = Concepts(("a", "b"), ("object", "object"), (2, 2))
    return LayerReport("layer1", "paper", concepts, (0.5, 0.5), units, nulls, np.asarray(iou), {})


def test_ranking_and_concept_counts_put_the_best_first():
    iou = [[0.1, 0.0], [0.3, 0.2], [np.nan, np.nan], [0.2, 0.4]]
    made = layer_report((row(0, "a", 0.1), row(1, "a", 0.3), row(2, None, np.nan, False), row(3, "b", 0.4)), iou)
    assert made.ranking("a") == [(1, 0.3), (3, 0.2), (0, 0.1)]
    assert made.ranking("b") == [(3, 0.4), (1, 0.2)]
    assert made.concept_counts() == [("a", 2, 0.3), ("b", 1, 0.4)]
    assert made.interpretable == 3
    for first, ranked in ((CARRIES, RANKED + 9), (0.01, RANKED)):
        iou = (
            np.concatenate([np.linspace(first, 0.039, 29), np.full(30, 0.5)]) if first < CARRIES else np.full(59, 0.04)
        )
        assert len(layer_report((), np.stack([iou] * 2, 1)).ranking("a")) == ranked, "all that carry it, or else 50"
