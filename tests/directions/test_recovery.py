"""Directions are dissected, ablated and inserted as channels are, and find what channels mix."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.directions.turned import TurnedGenerator, rotation

from ganatomy.directions.axes import Directions
from ganatomy.directions.generator import with_layer
from ganatomy.dissect.latents import LatentSet
from ganatomy.dissect.layers import dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.intervene.baseline import measure, observe
from ganatomy.intervene.changes import Change
from ganatomy.intervene.values import mean_where
from ganatomy.models.planted import NUMBER, UNITS, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.stats.resampling import Interval

SEGMENTER = PlantedSegmenter()
PROTOCOL = DissectionProtocol(num_images=40)
AXES = torch.eye(len(UNITS))


def dissected(generator, layer):
    (one,) = dissect_layers(generator, SEGMENTER, [layer], PROTOCOL).layers
    return one


def with_axes():
    return with_layer(PlantedGenerator(), Directions.given("axes", "layer1", AXES))


def with_turned():
    return with_layer(TurnedGenerator(), Directions.given("unturned", "layer1", rotation().T))


def test_unit_axes_are_dissected_as_channels_are() -> None:
    """Equal to the last bit: thresholds, scores, nulls and the samples on the cards."""
    generator = with_axes()
    channels, axes = dissected(generator, "layer1"), dissected(generator, "axes")
    drawn = Interval(0, 0)  # of resamples that the layer's name draws
    one, other = ([replace(unit, iou_interval=drawn) for unit in layer.report.units] for layer in (channels, axes))
    assert repr(one) == repr(other)
    assert channels.key != axes.key
    assert np.array_equal(channels.report.nulls.iou, axes.report.nulls.iou, equal_nan=True)


def test_a_few_directions_are_as_many_units() -> None:
    generator = with_layer(PlantedGenerator(), Directions.given("two", "layer1", AXES[[2, 0]]))
    units = dissected(generator, "two").report.units
    assert [unit.concept for unit in units] == ["building", "sky"]


def test_read_outs_find_what_turned_channels_mix() -> None:
    generator = with_turned()
    z = LatentSet(generator, 0, "test", 8).take(torch.arange(8))
    assert torch.equal(generator(z), PlantedGenerator()(z))
    concepts = ("sky", "grass", "building", "tree")

    def best(layer):
        report = dissected(generator, layer).report
        return {concept: report.ranking(concept)[0] for concept in concepts}

    channels, read_outs = best("layer1"), best("unturned")
    for concept in concepts:
        assert read_outs[concept][1] > 0.99, concept
        assert channels[concept][1] < 0.9, concept
    assert [read_outs[concept][0] for concept in concepts] == [
        NUMBER[n] for n in ("sky", "grass", "building", "tree copy")
    ]


def test_directions_of_other_vectors_are_other_content() -> None:
    keys = {
        dissected(with_layer(PlantedGenerator(), Directions.given("some", "layer1", rows)), "some").key
        for rows in (AXES[:1], AXES[1:2])
    }
    assert len(keys) == 2


def latents(n):
    return LatentSet(PlantedGenerator(), 0, "test", n).take(torch.arange(n))


@pytest.mark.parametrize("change", [{}, {"value": 0.7, "strength": 0.5}, {"region": torch.ones(16, 16).tril()}])
def test_read_outs_are_edited_as_the_channels_that_they_undo(change) -> None:
    plain = observe(PlantedGenerator(), SEGMENTER, "layer1", latents(20))
    turned = observe(with_turned(), SEGMENTER, "unturned", latents(20))
    assert torch.allclose(turned.featuremaps.float(), plain.featuremaps, atol=1e-6)
    assert np.array_equal(turned.areas, plain.areas)
    units = (NUMBER["crown"], NUMBER["sky"])
    for name in ("areas", "changed_inside"):
        by_channels = getattr(measure(plain, [Change("layer1", units, **change)]), name)
        assert np.allclose(getattr(measure(turned, [Change("unturned", units, **change)]), name), by_channels)


def test_what_is_inserted_is_measured_in_the_directions() -> None:
    plain = observe(PlantedGenerator(), SEGMENTER, "layer1", latents(20))
    turned = observe(with_turned(), SEGMENTER, "unturned", latents(20))
    assert torch.allclose(mean_where(turned, "tree").float(), mean_where(plain, "tree"), atol=1e-6)


def test_what_lies_below_directions_runs_once_a_sample() -> None:
    generator, seen = with_axes(), []
    generator.network.layer1.register_forward_hook(lambda _module, inputs, _output: seen.append(len(inputs[0])))
    baseline = observe(generator, SEGMENTER, "axes", latents(20), batch_size=8)
    for unit in range(3):
        measure(baseline.take(torch.arange(10)), [Change("axes", (unit,))], batch_size=8)
    assert sum(seen) == 20


def test_halves_run_the_lower_one_again_where_its_output_is_not_at_hand() -> None:
    generator, z = with_turned(), latents(6)
    baseline = observe(generator, SEGMENTER, "unturned", z)
    change = [Change("unturned", (NUMBER["sky"],))]
    kept = baseline.halves.above(baseline.featuremaps, baseline.kept, change)
    assert torch.equal(baseline.halves.above(baseline.featuremaps, z, change), kept)
    assert torch.equal(baseline.halves.above(baseline.halves.below(z), z), generator(z))


def test_directions_above_the_layer_of_a_baseline_are_changed_too() -> None:
    generator = with_axes()
    baseline = observe(generator, SEGMENTER, "layer1", latents(20))
    units = (NUMBER["sky"],)
    outcome = measure(baseline, [Change("axes", units)])
    assert np.array_equal(outcome.areas, measure(baseline, [Change("layer1", units)]).areas)
