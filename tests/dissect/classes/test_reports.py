"""What is known of parks and streets is found: where trees are, and which units draw them in which class."""

import math

import pytest
from tests.dissect.classes.parks import EACH, PROTOCOL, by_class, dissection, generator
from tests.planted_classes import PARK, STREET

from ganatomy.dissect.classes.reports import ByClass, ClassUnit, chosen_classes, dissect_classes
from ganatomy.errors import ConfigError
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter

TREE, SKY = (PlantedSegmenter.concepts.index(name) for name in ("tree", "sky"))


def unit(found: ByClass, number: int, name: str) -> ClassUnit:
    layer = found.classes[number].layers[0]
    assert layer.layer == "layer1"
    return layer.units[NUMBER[name]]


def test_areas_are_told_class_by_class() -> None:
    park, street = by_class().classes
    assert (park.name, street.name) == ("park", "street")
    assert street.areas[TREE].mean == street.areas[TREE].present == 0
    tree = park.areas[TREE]
    assert 0.3 < tree.present < 0.7  # the latent decides on it half of the time
    assert tree.interval.low < tree.mean < tree.interval.high
    assert tree.mean == pytest.approx(tree.present * 6 * 4 / 256, rel=1e-6)  # of two by three cells
    assert park.areas[SKY] == street.areas[SKY]  # of the same latents


@pytest.mark.parametrize("name", ["crown", "trunk", "tree copy"])
def test_a_unit_that_draws_trees_draws_them_in_parks_alone(name: str) -> None:
    park, street = (unit(by_class(), number, name) for number in (PARK, STREET))
    assert (park.concept, park.is_above_chance) == ("tree", True)
    assert park.iou_interval.low <= park.iou <= park.iou_interval.high
    assert park.iou == pytest.approx({"crown": 2 / 3, "trunk": 1 / 3, "tree copy": 1.0}[name], abs=0.02)
    assert park.q < 0.05
    assert max(park.shuffled_iou, park.shifted_iou) < park.iou
    assert (street.concept, street.is_above_chance) == (None, False)
    assert math.isnan(street.iou)


@pytest.mark.parametrize("name", ["building", "door and cloud"])
def test_a_unit_that_draws_in_both_classes_is_the_same_in_both(name: str) -> None:
    park, street = (unit(by_class(), number, name) for number in (PARK, STREET))
    assert park.concept == street.concept
    assert park.is_above_chance
    assert street.is_above_chance
    assert park.iou == pytest.approx(street.iou, abs=0.02)


def test_a_unit_of_place_is_not_above_chance_in_any_class() -> None:
    assert not any(unit(by_class(), number, "foreground").is_above_chance for number in (PARK, STREET))


def test_there_are_more_units_above_chance_in_parks() -> None:
    park, street = (one.layers[0] for one in by_class().classes)
    above = {NUMBER[name] for name in ("crown", "trunk", "tree copy")}
    assert park.above_chance - street.above_chance == len(above)


def test_some_classes_are_those_of_all() -> None:
    found = dissect_classes(generator(), PlantedSegmenter(), dissection(), ["street"], PROTOCOL, EACH)
    assert [one.name for one in found.classes] == ["street"]
    assert found.classes[0].areas == by_class().classes[STREET].areas
    assert [repr(unit) for unit in found.classes[0].layers[0].units] == [
        repr(unit) for unit in by_class().classes[STREET].layers[0].units
    ]
    assert found.num_images == EACH


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (["park", 0], "classes are park, 0; give each once"),
        (["pork"], "no class 'pork'; did you mean 'park'?"),
        (["each", "park"], "no class 'each'; choose from park, street, or give a number, 0 to 1"),
    ],
)
def test_classes_that_there_are_not_are_refused(wanted: list[str | int], message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        chosen_classes(generator(), wanted)
    assert str(refused.value) == message


def test_a_generator_without_classes_is_refused() -> None:
    with pytest.raises(ConfigError) as refused:
        chosen_classes(PlantedGenerator(), ["each"])
    assert str(refused.value) == "classes are each, but the generator takes no classes; leave them out"
