"""Planted units edited by the face: what appears and vanishes, beside random units, and what is refused."""

import pytest
import torch
from tests.screen import requires_one_screen

import ganatomy as ga
from ganatomy.errors import ConfigError, GanatomyError, IncompatibleRun
from ganatomy.face.dissection import Dissected
from ganatomy.face.editing import Edited
from ganatomy.models.planted import UNITS, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter

GRASS = [unit.name for unit in UNITS].index("grass")


@pytest.fixture(scope="module")
def without_grass(generator: PlantedGenerator, found: Dissected) -> Edited:
    return ga.ablate(generator, found["layer1"], "grass", top=1, num_images=60, random_sets=2)


def test_the_concept_vanishes_and_others_stay(without_grass: Edited) -> None:
    assert without_grass.steps[0].units == (GRASS,)
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
    assert (kept.concept, kept.steps[0].place.said) == (None, "0,0,1,1")
    with pytest.raises(ConfigError, match=r"layer is the name .layer1.*give segmenter"):
        ga.ablate(generator, "layer1", units=[GRASS])


def test_a_region_far_from_the_concept_changes_nothing(generator: PlantedGenerator, found: Dissected) -> None:
    above = ga.ablate(
        generator, found["layer1"], "grass", top=1, region=(0.0, 0.0, 1.0, 0.1), num_images=20, random_sets=1
    )
    assert above["grass"].kept == 1


def test_what_says_no_units_is_refused(generator: PlantedGenerator, found: Dissected) -> None:
    with pytest.raises(ConfigError, match="nothing to edit; give a concept"):
        ga.ablate(generator, found["layer1"])
    for concept, layer in (("grass", "layer1"), ("grass@layer2", "layer2")):
        with pytest.raises(ConfigError, match=f"nothing says which units of layer '{layer}'; give it dissected, or"):
            ga.edit(generator, "layer1", insert=concept, segmenter=PlantedSegmenter())


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
    assert lines[0] == "1 unit of layer1, labelled grass, ablated, 60 images"
    assert lines[2].split()[0] == "grass"
    assert without_grass.picture(2).width < without_grass.picture(4).width
    assert "data:image/jpeg" in without_grass._repr_html_()


def test_several_steps_are_laid_over_one_another(generator: PlantedGenerator, found: Dissected) -> None:
    few = {"top": 1, "num_images": 30, "random_sets": 2, "value_images": 40}
    swapped = ga.edit(generator, found, ablate="sky@layer1", insert=["grass"], where="cell:0,0", **few)
    assert [step.action for step in swapped.steps] == ["ablate", "insert"]
    inside = swapped["grass"].edit.inside
    assert inside is not None
    assert (inside.before, inside.after) == (0, 1)
    assert swapped.concept == "sky"
    shown = repr(swapped).splitlines()
    assert "labelled sky, ablated; 1 unit of layer1, labelled grass, inserted, 30 images" in shown[0]
    assert "inside after" in shown[1]
    assert swapped["grass"].noncarriers is None or swapped["grass"].noncarriers.inside is not None


def test_a_cell_is_copied_with_all_of_its_units(generator: PlantedGenerator) -> None:
    copied = ga.edit(
        generator, "layer1", copy="0,0,0", where=(0, 0.9, 1, 1), segmenter=PlantedSegmenter(), num_images=20
    )
    inside = copied["sky"].edit.inside
    assert inside is not None
    assert (inside.before, inside.after) == (0, 1)
    assert copied["sky"].others is None
    assert "kept by random units" not in repr(copied)


def test_a_region_may_be_a_mask(generator: PlantedGenerator, found: Dissected) -> None:
    mask = torch.zeros(16, 16)
    mask[14:, :] = 1
    part = ga.ablate(generator, found["layer1"], "grass", top=1, region=mask, num_images=20, random_sets=1)
    assert 0 < part["grass"].kept < 1
    assert part["grass"].edit.inside is not None


def test_random_units_that_do_not_carry_the_concept_leave_it(generator: PlantedGenerator, found: Dissected) -> None:
    without = ga.ablate(generator, found["layer1"], "grass", top=1, num_images=20, random_sets=20)
    noncarriers = without["grass"].noncarriers
    assert noncarriers is not None
    assert noncarriers.whole.kept == 1
    assert without["grass"].random_kept <= 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"ablate": 3}, "3 is no step; give a concept such as 'tree', or a list of them"),
        ({"insert": [3]}, r"\[3\] is no step; give a concept"),
        ({"insert": "grass", "value": "zero"}, "value is 'zero', but nothing is ablated"),
        ({"insert": "grass", "where": "boat"}, "no concept 'boat'; choose from"),
        ({"insert": "grass@layer3"}, "layer 'layer3' was not dissected"),
    ],
)
def test_mistakes_in_an_edit(
    generator: PlantedGenerator, found: Dissected, given: dict[str, object], message: str
) -> None:
    with pytest.raises(GanatomyError, match=message):
        ga.edit(generator, found, top=1, num_images=4, **given)  # type: ignore[arg-type]


def test_several_layers_need_a_layer_for_each_step(generator: PlantedGenerator) -> None:
    both = ga.dissect(generator, ["layer1", "layer2"], PlantedSegmenter(), num_images=20)
    with pytest.raises(ConfigError, match="no layer for 'grass'; give --layer, or write CONCEPT@LAYER"):
        ga.edit(generator, both, ablate="grass")
