"""What an edit in Python is told: words, numbers, regions, layers."""

import pytest
import torch

import ganatomy as ga
from ganatomy.config.steps import StepSettings
from ganatomy.errors import ConfigError
from ganatomy.face.dissection import Dissected
from ganatomy.face.steps import as_layers, as_numbers, as_where, as_words, chosen_step, only_name, segmenter_of
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter


@pytest.fixture(scope="module")
def found() -> Dissected:
    return ga.dissect(PlantedGenerator().eval(), ["layer1"], PlantedSegmenter(), num_images=60)


def test_one_step_may_be_given_by_itself() -> None:
    assert as_words("tree") == ("tree",)
    assert as_words(["tree", "sky@layer2"]) == ("tree", "sky@layer2")
    assert as_numbers([3, 17]) == (3, 17)


def test_a_region_is_text_corners_or_a_mask() -> None:
    mask = torch.ones(2, 2)
    assert as_where(mask) is mask
    assert as_where(None) is None
    corners, grass = as_where((0, 0, 0.5, 1)), as_where("grass")
    assert not isinstance(corners, torch.Tensor)
    assert not isinstance(grass, torch.Tensor)
    assert corners is not None
    assert corners.corners == (0, 0, 0.5, 1)
    assert grass is not None
    assert grass.concept == "grass"


def test_a_layer_by_itself_is_that_of_all_steps(found: Dissected) -> None:
    assert only_name("layer3") == "layer3"
    assert only_name(found) == only_name(found["layer1"]) == "layer1"
    assert as_layers(found) is found
    assert segmenter_of(found, None) is found.segmenter


def test_units_of_a_dissection_know_how_well_they_agree(found: Dissected) -> None:
    best = chosen_step(found.generator, found, StepSettings("ablate", "layer1", "grass"), 1)
    assert best.units == (NUMBER["grass"],)
    assert best.agreement is not None
    assert (best.agreement.iou, best.agreement.labelled) == ((1.0,), 1)
    assert set(best.agreement.carriers) >= {NUMBER["grass"], NUMBER["foreground"]}
    assert NUMBER["sky"] not in best.agreement.carriers
    given = chosen_step(found.generator, found["layer1"], StepSettings("ablate", "layer1", "grass", (0,)), 1)
    assert given.agreement is not None
    assert (given.units, given.agreement.labelled) == ((0,), 0)
    alone = chosen_step(found.generator, "layer1", StepSettings("ablate", "layer1", "grass", (0,)), 1)
    assert alone.agreement is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: as_layers(3), "layer is a int; give a dissected layer"),
        (lambda: as_words(3), "3 is no step; give a concept such as 'tree', or a list of them"),
        (lambda: as_numbers("3"), "units is '3'; give a list of unit numbers"),
        (lambda: as_where(3), "where is a int; give text, x0, y0, x1, y1, or a mask"),
        (lambda: segmenter_of("layer1", None), "layer is the name 'layer1', which says no segmenter"),
    ],
)
def test_what_is_none_of_these_is_refused(call: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        call()  # type: ignore[operator]
