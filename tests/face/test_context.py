"""Planted units inserted by the face, cell by cell."""

import xml.etree.ElementTree as ET

import pytest
import torch
from tests.screen import requires_one_screen

import ganatomy as ga
from ganatomy.draw import standalone
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.face.context import Contexts
from ganatomy.face.dissection import Dissected
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter

SMALL = {"num_images": 20, "cells": 8, "sizes": (1, 2)}


@pytest.fixture(scope="module")
def doors(generator: PlantedGenerator, found: Dissected) -> Contexts:
    return ga.context(generator, found["layer1"], "door", top=1, **SMALL)


def test_the_best_unit_of_a_dissected_layer_makes_doors_in_buildings_alone(doors: Contexts) -> None:
    record = doors["door"]
    assert record.units == (NUMBER["door and cloud"],)
    assert (list(doors), len(doors)) == (["door"], 1)
    becomes = {row.under: row.inserted.becomes.value for row in record.contexts}
    assert (becomes["building"], becomes["sky"], becomes["grass"]) == (1, 0, 0)
    assert [row.units for row in record.kept] == [1, 2]


def test_it_shows_itself_as_a_table_and_with_figures(doors: Contexts) -> None:
    requires_one_screen(doors)
    assert "door inserted at layer1, 8 cells in each of 20 images" in repr(doors)
    assert "building" in repr(doors)
    assert doors._repr_html_().count("<svg") == 5
    assert set(doors.figures) == {"door-becomes", "door-around", "door-places", "door-trace", "kept"}
    assert ET.fromstring(standalone(doors.figures["door-places"])).tag.endswith("svg")


def test_units_by_number_need_a_segmenter_and_no_dissection(generator: PlantedGenerator) -> None:
    units = [NUMBER["crown"]]
    trees = ga.context(generator, "layer1", "tree", units=units, segmenter=PlantedSegmenter(), times=2.0, **SMALL)
    assert (trees["tree"].labelled, trees["tree"].times) == (None, 2.0)
    with pytest.raises(ConfigError, match=r"layer is the name .layer1.*give segmenter"):
        ga.context(generator, "layer1", "tree", units=units)


def test_what_does_not_fit_is_refused(generator: PlantedGenerator, found: Dissected) -> None:
    layer = found["layer1"]
    with pytest.raises(ConfigError, match="nothing says which units; give a dissected layer, or units"):
        ga.context(generator, "layer1", "tree", segmenter=PlantedSegmenter())
    with pytest.raises(ConfigError, match="units are given for 2 concepts; give one concept"):
        ga.context(generator, layer, ["tree", "sky"], units=[1])
    with pytest.raises(ConfigError, match=r"top is 99, and \d+ units of layer 'layer1' agree with 'tree'; give 1 to"):
        ga.context(generator, layer, "tree", top=99)
    other = PlantedGenerator().eval()
    with torch.no_grad():
        other.layer2.read.weight[0, 0] += 1
    with pytest.raises(IncompatibleRun, match="dissected in a generator of other weights"):
        ga.context(other, layer, "tree")
    with pytest.raises(ConfigError, match="no concept 'sky'"):
        ga.context(generator, layer, "door", top=1, **SMALL)["sky"]
