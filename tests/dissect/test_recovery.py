"""Dissection finds in the planted generator what was planted there, to the last count."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import dissection as reference

from ganatomy.dissect.latents import LatentSet
from ganatomy.dissect.layers import dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.samples import TEST
from ganatomy.hooks import record
from ganatomy.models.planted import NUMBER, PAINTS, PIXELS, UNITS, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter

GENERATOR, SEGMENTER = PlantedGenerator(), PlantedSegmenter()
LAYERS = ("layer1", "layer2")
NUM_IMAGES = 60
OBJECTS = slice(0, 5)
"""The concepts of the first head, of which every pixel shows one."""


def dissected(seed=0, num_images=NUM_IMAGES, layers=LAYERS):
    protocol = DissectionProtocol(num_images=num_images, seed=seed)
    return dissect_layers(GENERATOR, SEGMENTER, layers, protocol).layers


@pytest.fixture(scope="module")
def dissection():
    return dict(zip(LAYERS, dissected(), strict=True))


@pytest.fixture(scope="module")
def seen():
    """Return the maps of both layers and the labels of the test samples, generated anew."""
    latents = LatentSet(GENERATOR, 0, TEST, NUM_IMAGES).take(torch.arange(NUM_IMAGES))
    with torch.no_grad(), record(GENERATOR, LAYERS) as recorded:
        images = GENERATOR(latents)
    return dict(recorded), SEGMENTER.segment(images)


def test_every_unit_gets_the_concept_that_was_planted(dissection):
    units = dissection["layer1"].report.units
    for planted, found in zip(UNITS, units, strict=True):
        if planted.agrees_with:
            assert found.concept == planted.agrees_with[0], planted.name
            assert found.iou > 0.25, planted.name
        else:
            assert not found.interpretable, planted.name
    assert units[NUMBER["dead"]].concept is None
    assert all(units[unit].interpretable for unit, planted in enumerate(UNITS) if planted.causes)


def test_scores_are_ratios_of_planted_cells(dissection, seen):
    report, (_, labels) = dissection["layer1"].report, seen
    found = {name: report.units[number].iou for name, number in NUMBER.items()}
    assert [found[name] for name in ("sky", "grass", "building", "tree copy")] == [1.0] * 4
    assert (found["crown"], found["trunk"]) == (2 / 3, 1 / 3)
    doors, clouds, grass = (int((labels == SEGMENTER.concepts.index(c)).sum()) for c in ("door", "cloud", "grass"))
    assert found["door and cloud"] == doors / (doors + clouds)
    assert found["foreground"] == grass / (NUM_IMAGES * PIXELS * PIXELS / 4)


def test_the_copy_outranks_the_units_that_cause_trees(dissection):
    ranking = [unit for unit, _ in dissection["layer1"].report.ranking("tree")]
    assert ranking[:3] == [NUMBER["tree copy"], NUMBER["crown"], NUMBER["trunk"]]


def test_every_paint_of_the_second_layer_gets_its_concept(dissection):
    for paint, found in zip(PAINTS, dissection["layer2"].report.units, strict=True):
        if paint.reads == ("artifact",):
            assert not found.interpretable
        else:
            assert found.concept == paint.part or (paint.part is None and found.concept == paint.object)
            assert (found.iou, found.interpretable) == (1.0, True)


def test_place_explains_the_place_only_unit_and_no_other(dissection):
    for planted, found in zip(UNITS, dissection["layer1"].report.units, strict=True):
        assert found.explained_by == ("place" if planted.kind == "place-only" else None), planted.name
        if planted.kind == "place-only":
            assert found.shuffled_iou == pytest.approx(found.iou, abs=0.1)  # equal over all pairs of samples
        elif planted.agrees_with:
            assert found.shuffled_iou < found.iou - 0.2
        if planted.agrees_with:
            assert found.shifted_iou < found.iou - 0.2


@pytest.mark.parametrize("layer", LAYERS)
def test_every_count_is_that_of_boolean_masks(dissection, seen, layer):
    maps, labels = seen
    tally = dissection[layer].counts.test
    table = tally.joint.table(range(len(SEGMENTER.concepts)))
    masks = [(labels == c).any(1) for c in range(len(SEGMENTER.concepts))]
    for unit, edges in enumerate(tally.edges):
        for threshold in edges.unique().tolist():  # most units have few activations, each at several levels
            active = reference.masks_above(maps[layer][:, [unit]], (PIXELS, PIXELS), 0, threshold)
            expected = [reference.cells(active, shown) for shown in masks]
            for j in (edges == threshold).nonzero()[:, 0].tolist():
                both = table[unit, :, j + 1 :].sum(-1)
                above, shown = both[OBJECTS].sum(), table[unit].sum(-1)
                neither = labels[:, 0].numel() - above - shown + both
                assert torch.stack([both, above - both, shown - both, neither], 1).tolist() == expected, (unit, j)


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 10**6))
def test_any_seed_recovers_the_planted_units(seed):
    (layer,) = dissected(seed, num_images=48, layers=LAYERS[:1])
    for planted, found in zip(UNITS, layer.report.units, strict=True):
        if planted.agrees_with:
            assert found.concept in planted.agrees_with, planted.name
        else:
            assert not found.interpretable, planted.name
    exact = [NUMBER[name] for name in ("sky", "grass", "building", "tree copy")]
    assert np.array_equal([layer.report.units[unit].iou for unit in exact], np.ones(4))
