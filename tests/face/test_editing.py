"""Planted units ablated by the face: what vanishes, beside random units, and what is refused."""

import pytest
import torch
from tests.screen import requires_one_screen

import ganatomy as ga
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.face.dissection import Dissected
from ganatomy.face.editing import Edited
from ganatomy.models.planted import UNITS, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter

GRASS = [unit.name for unit in UNITS].index("grass")


@pytest.fixture(scope="module")
def generator() -> PlantedGenerator:
    return PlantedGenerator().eval()


@pytest.fixture(scope="module")
def found(generator: PlantedGenerator) -> Dissected:
    return ga.dissect(generator, ["layer1"], PlantedSegmenter(), num_images=100)


@pytest.fixture(scope="module")
def without_grass(generator: PlantedGenerator, found: Dissected) -> Edited:
    return ga.ablate(generator, found["layer1"], "grass", top=1, num_images=60, random_sets=2)


def test_the_concept_vanishes_and_others_stay(without_grass: Edited) -> None:
    assert without_grass.ablation.units == (GRASS,)
    assert without_grass["grass"].kept == 0
    assert without_grass["sky"].kept == 1
    assert list(without_grass) == list(PlantedSegmenter().concepts)
    assert len(without_grass) == len(PlantedSegmenter().concepts)


def test_units_by_number_need_a_segmenter_and_no_dissection(generator: PlantedGenerator) -> None:
    kept = ga.ablate(
        generator,
        "layer1",
        units=[GRASS],
        segmenter=PlantedSegmenter(),
        num_images=20,
        random_sets=1,
        region=(0, 0, 1, 1),
    )
    assert kept["grass"].kept == 0
    assert (kept.concept, kept.region) == (None, "0,0,1,1")
    with pytest.raises(ConfigError, match=r"layer is the name .layer1.*give segmenter"):
        ga.ablate(generator, "layer1", units=[GRASS])


def test_a_region_far_from_the_concept_changes_nothing(generator: PlantedGenerator, found: Dissected) -> None:
    above = ga.ablate(
        generator, found["layer1"], "grass", top=1, region=(0.0, 0.0, 1.0, 0.1), num_images=20, random_sets=1
    )
    assert above["grass"].kept == 1


def test_what_says_no_units_is_refused(generator: PlantedGenerator, found: Dissected) -> None:
    for arguments in (
        {"layer": found["layer1"]},
        {"layer": "layer1", "concept": "grass", "segmenter": PlantedSegmenter()},
    ):
        with pytest.raises(ConfigError, match=r"nothing says which units"):
            ga.ablate(generator, **arguments)


@pytest.mark.parametrize("top", [0, -1, 1000])
def test_as_many_units_as_agree_can_be_taken(generator: PlantedGenerator, found: Dissected, top: int) -> None:
    with pytest.raises(
        ConfigError, match=rf"top is {top}, and \d+ units of layer 'layer1' agree with 'grass'; give 1 to"
    ):
        ga.ablate(generator, found["layer1"], "grass", top=top)


def test_a_dissection_of_other_weights_is_refused(found: Dissected) -> None:
    other = PlantedGenerator().eval()
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.add_(1)
    with pytest.raises(IncompatibleRun, match="dissected in a generator of other weights"):
        ga.ablate(other, found["layer1"], "grass", top=1)


def test_a_concept_that_there_is_not_is_refused(generator: PlantedGenerator, found: Dissected) -> None:
    with pytest.raises(ConfigError, match="no concept 'gras'"):
        ga.ablate(generator, found["layer1"], "gras")


def test_it_shows_the_concept_first_and_pictures(without_grass: Edited) -> None:
    requires_one_screen(without_grass)
    lines = repr(without_grass).splitlines()
    assert lines[0] == "1 grass units of layer1 ablated, 60 images"
    assert lines[2].split()[0] == "grass"
    assert without_grass.picture(2).width < without_grass.picture(4).width
    assert "data:image/jpeg" in without_grass._repr_html_()
