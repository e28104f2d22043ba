"""Profiles against the authors' codes: published arithmetic, image by image, and numbers worked out by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dissect.counting.test_masks import shifts
from tests.reference import authors
from tests.reference import dissection as reference

from ganatomy.dissect.counting.counts import AtThreshold, Concepts, LayerCounts
from ganatomy.dissect.counting.covariance import PixelCovariance
from ganatomy.dissect.counting.grid import upsample
from ganatomy.dissect.counting.levels import FRACTIONS, PilotValues
from ganatomy.dissect.counting.masks import MaskSource, category_groups
from ganatomy.dissect.counting.tally import Tally
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.scoring.profiles import PROFILES, choose_thresholds, profile_of, sharing_counts, threshold_values
from ganatomy.dissect.scoring.units import report_layer, scored

CATEGORIES = ("other", "part", "object", "object")
"""The first category is not the first one by name."""


def vocabulary(categories):
    return Concepts(tuple("abcdefgh"[: len(categories)]), categories, category_groups(categories))


def counted(maps, labels, categories, rules, grid, block=4):
    """Return the counts of given samples, which are validation and test samples at once."""
    samples, how = torch.arange(len(maps)), rules.counting.upsampling(DissectionProtocol())
    pilot = PilotValues(len(maps), None if rules.counting.of_cells else grid, torch.Generator().manual_seed(0), how)
    pilot.add(maps)
    fixed = rules.fraction and torch.tensor([rules.fraction], dtype=torch.float64)
    edges, concepts = pilot.edges(FRACTIONS if fixed is None else fixed), vocabulary(categories)

    def tally(source):
        units = maps.shape[1]
        covariance = PixelCovariance(units, len(categories), grid) if rules.counting.covariance else None
        return Tally(edges, grid, source.num_groups, how=how, covariance=covariance)

    source = MaskSource(categories, grid, 0, "v", nulls=False)
    validation, test = tally(source), tally(source)
    validation.add(maps, source.label(labels, samples), samples)
    profiles = sharing_counts(rules)
    chosen = {name: choose_thresholds(other, validation, concepts).threshold for name, other in profiles.items()}
    sums = {name: [] for name in profiles}
    for part in torch.split(samples, block):
        test.add(maps[part], MaskSource(categories, grid, 0, "test").label(labels[part], part), part)
        for name, thresholds in chosen.items():
            sums[name].append(AtThreshold.of(test, concepts, thresholds))
    return LayerCounts(validation, test, {name: AtThreshold.from_running(part) for name, part in sums.items()})


def reported(maps, labels, categories, name, grid=None):
    rules = profile_of(name)
    made = counted(maps, labels, categories, rules, grid or tuple(labels.shape[2:]))
    report = report_layer("l", made, vocabulary(categories), rules, sharing_counts(rules), np.random.default_rng(0))
    return report, made


def random_samples(seed, n=12, units=4, cells=4, pixels=8):
    """Return maps of small integers, of which a doubling is exact, and labels of two heads, some without a name."""
    rng = torch.Generator().manual_seed(seed)
    objects = torch.randint(-1, 4, (n, 1, cells, cells), generator=rng)
    objects = torch.where(objects == 1, 0, objects).repeat_interleave(2, 2).repeat_interleave(2, 3)
    parts = torch.where(torch.rand(n, 1, pixels, pixels, generator=rng) < 0.3, 1, -1)
    objects[: n // 2] = objects[: n // 2].clamp(min=2)  # samples of which every pixel has a name under the first head
    parts[n // 3 :: 2] = -1
    maps = torch.randint(-2, 5, (n, units, cells, cells), generator=rng).float()
    maps[:, 0] += 6 * (objects[:, 0, ::2, ::2] == 2)  # units that follow a concept
    maps[:, 1] += 6 * (objects[:, 0, ::2, ::2] == 3)
    return maps, torch.cat([objects, parts], 1)


def test_the_ratio_is_of_the_pixels_of_images_with_the_category():
    """Ten images of 100 pixels, the category in one: there 50 active, 50 shown, 30 both."""
    maps, labels = torch.zeros(10, 1, 10, 10), torch.zeros(10, 1, 10, 10, dtype=torch.int64)
    labels[0, 0, :5] = 1
    maps[0, 0, :3] = maps[0, 0, 5:7] = maps[3, 0, :9] = 1
    categories = ("object", "part")
    # the unit agrees on too few pixels to have a threshold, so that counts are taken at one that 1 exceeds
    made = counted(maps, labels, categories, PROFILES["compat"], (10, 10)).test
    above = int((made.edges[0] < 1).nonzero()[-1])
    blocks = AtThreshold.of(made, vocabulary(categories), np.array([above]))
    own = scored(PROFILES["compat"], np.array([1]), blocks, vocabulary(categories))
    assert own.iou[0, 0] == 30 / 70
    assert own.iqr[0, 0] == pytest.approx(0.01474, abs=5e-6)
    _, expected = authors.tallied(list(maps[:, 0] > 0.5), list(labels), categories)[1]
    assert own.iqr[0, 0] == pytest.approx(expected, abs=1e-12)


def bottom_row(elsewhere):
    """Return 100 images of 4 x 4: the unit is on in each bottom row, of which 46 show concept 1."""
    maps, labels = torch.full((100, 1, 4, 4), 0.1), torch.full((100, 1, 4, 4), elsewhere)
    maps[:, :, 3] = 1
    labels[:46, :, 3] = 1
    return maps, labels


def test_images_with_a_pixel_without_a_name_count_for_the_first_category():
    for elsewhere in (-1, 0):  # no label, and the label of what has no name
        report, _ = reported(*bottom_row(elsewhere), ("other", "object"), "compat")
        (unit,) = report.units
        assert unit.iou == 0.46
        assert unit.iqr == pytest.approx(0.251, abs=5e-4)
        assert report.ranking("b") == [(0, 0.46)]


def test_row_ranking_and_nulls_are_of_one_profile():
    maps, labels = bottom_row(0)
    for name, iou in (("compat", 1.0), ("paper", 0.46)):  # the concept's category is in 46 of the 100 images
        report, _ = reported(maps, labels, ("object", "part"), name)
        assert report.units[0].concept == "b"
        assert report.units[0].iou == report.nulls.iou[0, 1] == report.ranking("b")[0][1] == iou


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6), st.sampled_from(["compat", "max-iou", "netdissect"]))
def test_scores_and_nulls_are_those_of_the_images_with_the_category(seed, name):
    maps, labels = random_samples(seed)
    report, made = reported(maps, labels, CATEGORIES, name)
    choice = choose_thresholds(PROFILES[name], made.validation, vocabulary(CATEGORIES))
    thresholds = threshold_values(made.test.edges, choice.threshold)
    steps = list(shifts(12, 8))
    before = [None if i % 4 == 0 else labels[i - 1] for i in range(12)]  # blocks of four samples
    moved = [own.roll(step, (1, 2)) for own, step in zip(labels, steps, strict=True)]
    for unit, threshold in enumerate(thresholds):
        active = list(reference.masks_above(maps, (8, 8), unit, threshold))
        for found, masks in ((report.nulls.iou, None), (report.nulls.shuffled, before), (report.nulls.shifted, moved)):
            expected = authors.tallied(active, list(labels), CATEGORIES, masks)
            for concept, (iou, _) in expected.items():
                assert found[unit, concept] == pytest.approx(iou, abs=1e-12, nan_ok=True), (unit, concept)
        row = report.units[unit]
        if row.concept:
            own = authors.tallied(active, list(labels), CATEGORIES)["abcd".index(row.concept)]
            assert (row.iou, row.iqr) == pytest.approx(own, abs=1e-12)


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 10**6), st.sampled_from(["compat", "max-iou"]))
def test_concepts_and_thresholds_are_those_that_the_code_of_2018_chooses(seed, name):
    maps, labels = random_samples(seed)
    _, made = reported(maps, labels, CATEGORIES, name)
    choice = choose_thresholds(PROFILES[name], made.validation, vocabulary(CATEGORIES))
    upsampled = upsample(maps, (8, 8))
    for unit, edges in enumerate(made.test.edges):
        expected = authors.chosen(
            list(upsampled[:, unit]), list(labels), CATEGORIES, edges.tolist(), by_iou=name == "max-iou"
        )
        if expected is None:
            assert choice.concept[unit] == -1
        else:
            found = authors.fractions(
                list(upsampled[:, unit]), list(labels), CATEGORIES, float(edges[choice.threshold[unit]])
            )[int(choice.concept[unit])]
            union = found.sum() - found[1, 1]
            score = found[0, 0] / union if name == "max-iou" else authors.ratio_of_table(found)
            assert score == pytest.approx(expected[0], abs=1e-9)


def test_pnas2020_is_the_top_hundredth_of_all_scored_pixels_with_zeros_around():
    rng = torch.Generator().manual_seed(0)
    maps = torch.randn(12, 3, 4, 4, generator=rng)
    _, labels = random_samples(1)
    maps[:, 0] += 3 * (labels[:, 0, ::2, ::2] == 2)
    report, made = reported(maps, labels, CATEGORIES, "pnas2020")
    upsampled = authors.upsampled_2020(maps, (8, 8))
    for unit, row in enumerate(report.units):
        values = upsampled[:, unit].flatten().sort().values
        threshold = values[int(0.99 * (len(values) - 1))]
        # 1e-6: single precision against double
        assert float(made.test.edges[unit, 0]) == pytest.approx(float(threshold), abs=1e-6)
        active = upsampled[:, unit] > threshold + 1e-6
        scores = {c: reference.iou(active, (labels == c).any(1)) for c in (1, 2, 3)}
        best = max(scores, key=scores.get)
        assert (row.concept, row.iou) == ("abcd"[best], scores[best])
        assert row.interpretable == (scores[best] > 0.04)
    assert report.units[0].concept == "c"
    clamped = upsample(maps, (8, 8))
    assert (upsampled - clamped).abs().max() > 1  # on N(0, 1) maps, at borders


def test_netdissect_takes_the_threshold_of_the_cells_as_they_are():
    maps = torch.arange(12 * 2 * 64).view(12, 2, 8, 8).float()[:, :, :4, :4].contiguous()
    _, labels = random_samples(2)
    _, made = reported(maps, labels, CATEGORIES, "netdissect")
    for unit in range(2):
        values = maps[:, unit].flatten().sort().values
        assert made.test.edges[unit].tolist() == [float(values[int(0.995 * (len(values) - 1))])]


def test_the_correlation_is_that_of_all_pixels():
    maps, labels = random_samples(3)
    maps += 100  # far from 0, where sums of squares would cancel
    report, made = reported(maps, labels, CATEGORIES, "correlation")
    upsampled = upsample(maps, (8, 8))
    found = made.test.covariance.correlation
    for unit in range(4):
        for concept in range(4):
            expected = authors.correlation(upsampled[:, unit], (labels == concept).any(1))
            assert found[unit, concept] == pytest.approx(expected, abs=1e-9)
    best = found[:, 1:].argmax(1) + 1
    assert [unit.concept for unit in report.units if unit.concept] == [
        "abcd"[c] for unit, c in zip(report.units, best, strict=True) if unit.concept
    ]
    assert report.units[0].concept == "c"
    assert report.units[0].correlation == found[0, 2]
