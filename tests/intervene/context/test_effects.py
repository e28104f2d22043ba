"""Contexts measured as a whole, against the planted truth."""

import math
from dataclasses import replace

import numpy as np
import pytest

import ganatomy as ga
from ganatomy.errors import ConfigError, LayerError, LayerNotFound
from ganatomy.intervene.context.effects import ConceptUnits, ContextProtocol, measure_context
from ganatomy.intervene.context.files import record_contexts
from ganatomy.models.planted import NUMBER, UNITS, PlantedGenerator
from ganatomy.report.sections.context import context_view
from ganatomy.segment.planted import PlantedSegmenter

DOOR, TREE = NUMBER["door and cloud"], NUMBER["tree copy"]
SMALL = ContextProtocol(num_images=24, cells=8, sizes=(1,))


def measured(*units, protocol=SMALL, layer="layer1"):
    return measure_context(PlantedGenerator(), PlantedSegmenter(), layer, units, protocol)


def door(**more):
    return ConceptUnits("door", (DOOR,), 1, **more)


def test_doors_appear_in_buildings_and_a_unit_that_nothing_reads_changes_nothing():
    carriers = tuple(NUMBER[name] for name in ("crown", "trunk"))
    doors, trees = measured(door(), ConceptUnits("tree", (TREE,), 1, carriers))
    by_context = {effect.under: effect for effect in doors.effects}
    assert by_context["building"].inserted.becomes.value == 1
    assert by_context["grass"].inserted.around.value == by_context["sky"].inserted.image.value == 0
    assert by_context["building"].random.becomes.value == 0
    assert doors.floor.kept == 0
    assert doors.effective.cases == by_context["building"].cases
    assert doors.steps == ("layer1", "layer2", "image")
    assert trees.effective.cases == 0
    assert [step.value == 0 for step in trees.ineffective.steps] == [False, True, True]
    assert trees.effects[0].inserted.around.value == trees.effects[0].random.around.value == 0
    assert (trees.floor.kept, trees.floor.interval) == (1, (1, 1))
    assert not doors.random_may_carry
    assert not trees.random_may_carry


def test_maps_are_of_the_commonest_contexts_without_the_concept_itself():
    (doors,) = measured(door())
    names = [one.under for one in doors.maps]
    assert names[0] is None
    assert names[1:] == [effect.under for effect in doors.effects if effect.under not in (None, "door")][:5]
    assert doors.maps[0].effect.shape == (8, 8)
    assert (doors.cells_per_sample, doors.image_size) == (8, 16)


def test_twice_the_mean_and_a_high_quantile_are_other_values():
    half = door()
    for protocol, gain in (
        (ContextProtocol(24, 8, (1,), times=0.2), 0),
        (ContextProtocol(24, 8, (1,), value="quantile"), 1),
    ):
        (doors,) = measured(half, protocol=protocol)
        by_context = {effect.under: effect for effect in doors.effects}
        assert by_context["building"].inserted.becomes.value == gain


def test_figures_depend_on_the_seed_alone():
    first, again = (measured(door(), protocol=ContextProtocol(20, 4, (1,), batch_size=size))[0] for size in (32, 7))
    assert repr(first.effects) == repr(again.effects)  # which holds NaN, unequal to itself
    assert repr(first.floor) == repr(again.floor)
    (other,) = measured(door(), protocol=ContextProtocol(20, 4, (1,), seed=1))
    assert repr(first.effects) != repr(other.effects)


def test_random_units_may_carry_the_concept_where_too_few_do_not():
    (doors,) = measured(door(carriers=tuple(range(len(UNITS)))))
    assert doors.random_may_carry


def test_numbers_of_units_beyond_the_ranking_are_left_out():
    (doors,) = measured(ConceptUnits("door", (DOOR, TREE), 1), protocol=ContextProtocol(10, 2, (1, 2, 9)))
    assert [row.units for row in doors.floor.curve] == [1, 2]
    (doors,) = measured(door(), protocol=ContextProtocol(10, 2, (5,)))
    assert [row.units for row in doors.floor.curve] == [1]


@pytest.mark.parametrize(
    ("units", "layer", "error", "message"),
    [
        ((), "layer1", ConfigError, "concepts are none; give one or more, each once"),
        ((door(), door()), "layer1", ConfigError, "concepts are door, door; give one or more, each once"),
        ((ConceptUnits("dor", (1,), 1),), "layer1", ConfigError, "no concept 'dor'; did you mean 'door'"),
        ((ConceptUnits("door", (), 0),), "layer1", ConfigError, r"units of 'door' are \[\], of which 0 are inserted"),
        ((ConceptUnits("door", (1, 1), 1),), "layer1", ConfigError, r"units of 'door' are \[1, 1\], of which 1 are"),
        (
            (ConceptUnits("door", (11,), 1),),
            "layer1",
            ConfigError,
            "layer 'layer1' has no unit 11; its units are 0 to 10",
        ),
        ((ConceptUnits("door", (-1,), 1),), "layer1", ConfigError, "layer 'layer1' has no unit -1; its units are 0"),
        ((door(),), "layr1", LayerNotFound, "no layer 'layr1' in PlantedGenerator; did you mean 'layer1'"),
        ((door(),), "output", LayerError, "layer 'output' gives the image itself and nothing lies above it"),
        ((ConceptUnits("door", tuple(range(7)), 7),), "layer1", ConfigError, "4 of 11 units are left to draw 7 random"),
    ],
)
def test_what_cannot_be_measured_is_told(units, layer, error, message):
    with pytest.raises(error, match=message):
        measured(*units, layer=layer)


class Nothing(PlantedSegmenter):
    """Knows a concept that is never seen."""

    concepts = (*PlantedSegmenter.concepts, "boat")
    categories = (*PlantedSegmenter.categories, "object")


def test_a_concept_that_is_never_seen_has_no_mean():
    with pytest.raises(ConfigError, match="'boat' is seen in none of 24 samples, so that nothing tells what units are"):
        measure_context(PlantedGenerator(), Nothing(), "layer1", [ConceptUnits("boat", (1,), 1)], SMALL)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"num_images": 0}, "num_images is 0; give 1 or more"),
        ({"cells": 0}, "cells is 0; give 1 or more"),
        ({"sizes": ()}, r"sizes are \[\]; give rising numbers of units, such as 1 2 4 8 20 30"),
        ({"sizes": (3, 3)}, r"sizes are \[3, 3\]; give rising numbers of units"),
        ({"value": "median"}, "value is 'median'; give 'mean' or 'quantile'"),
    ],
)
def test_a_protocol_that_is_none_is_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        ContextProtocol(**settings)


def test_a_concept_that_is_never_seen_can_be_looked_for_at_a_quantile_and_nothing_is_kept_of_it():
    boats, protocol = [ConceptUnits("boat", (DOOR,), 1)], replace(SMALL, value="quantile")
    (found,) = measure_context(PlantedGenerator(), Nothing(), "layer1", boats, protocol)
    assert found.effects[0].inserted.becomes.value == 0
    assert math.isnan(found.floor.kept)
    record, *_ = record_contexts([found], PlantedGenerator(), Nothing(), "layer1", protocol)
    assert (record.floor.kept.value, record.floor.kept.interval) == (None, None)
    assert len(context_view([record], {}).figures) == 5


def test_read_outs_that_are_channels_have_the_channels_figures():
    reads = np.eye(len(UNITS))[[DOOR, TREE]]
    directed = ga.with_directions(PlantedGenerator().eval(), "layer1", reads, name="layer1-two")
    two = [ConceptUnits("door", (0,), 1)]
    (found,) = measure_context(directed, PlantedSegmenter(), "layer1-two", two, SMALL)
    (doors,) = measured(door())
    assert repr([row.inserted for row in found.effects]) == repr([row.inserted for row in doors.effects])
    assert found.steps == ("layer1-two", "layer2", "image")
    assert repr(found.effective.steps[1:]) == repr(doors.effective.steps[1:])
    assert found.floor.kept == doors.floor.kept == 0
