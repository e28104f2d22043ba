"""Ablating the units that cause a concept removes it; ablating those that only agree with it does not."""

import math

import numpy as np
import pytest
import torch

from ganatomy.errors import ConfigError, LayerNotFound
from ganatomy.intervene.effects import Ablation, EffectProtocol, draw_random_units, measure_ablation
from ganatomy.intervene.regions import rectangle
from ganatomy.models.planted import NUMBER, UNITS, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter

PROTOCOL = EffectProtocol(num_images=40, random_sets=3)


class WithNever(PlantedSegmenter):
    """Knows a concept that nothing shows."""

    concepts = (*PlantedSegmenter.concepts, "never")
    categories = (*PlantedSegmenter.categories, "object")


def effects_of(ablation, protocol=PROTOCOL):
    measured = measure_ablation(PlantedGenerator(), WithNever(), ablation, protocol)
    return {effect.concept: effect for effect in measured.effects}, measured


def test_the_causal_unit_removes_its_concept_and_only_that():
    effects, measured = effects_of(Ablation("layer1", (1,)))
    assert effects["grass"].kept == 0
    assert effects["grass"].interval == (0, 0)
    assert effects["sky"].kept == 1
    assert effects["sky"].area_after == effects["sky"].area_before
    assert effects["other"].kept > 1
    assert effects["grass"].area_before == pytest.approx(measured.areas[:, 2].mean())


def test_a_distractor_that_agrees_with_a_concept_does_not_remove_it():
    effects, _ = effects_of(Ablation("layer1", (NUMBER["tree copy"],)))
    assert effects["tree"].kept == 1


def test_a_region_spares_the_rest_of_the_image():
    effects, _ = effects_of(Ablation("layer1", (0,), region=rectangle((0, 0, 0.25, 1), 16)))
    assert effects["sky"].kept == pytest.approx(0.75)


def test_random_units_are_others_and_measured_alike():
    effects, measured = effects_of(Ablation("layer1", (0,)), EffectProtocol(num_images=20, random_sets=30))
    assert len(measured.random_units) == 30
    assert {unit for units in measured.random_units for unit in units} <= set(range(1, len(UNITS)))
    spared = np.mean([units != (1,) for units in measured.random_units])
    assert effects["grass"].random_kept == pytest.approx(spared)
    low, high = effects["grass"].random_interval
    assert low < spared < high
    assert effects["sky"].random_kept == 1


def test_a_concept_that_never_occurs_has_no_kept_part():
    effects, _ = effects_of(Ablation("layer1", (0,)))
    assert np.isnan(effects["never"].kept)
    assert effects["never"].area_before == 0


def test_the_interval_holds_the_ratio_and_shrinks_with_more_images():
    half = Ablation("layer1", (1,), strength=0.6)  # green falls from 1 to -0.2: grass is gone

    def width(num_images):
        effects, _ = effects_of(half, EffectProtocol(num_images, 1))
        low, high = effects["other"].interval
        assert low <= effects["other"].kept <= high
        return high - low

    assert width(400) < 0.5 * width(25)


def test_batch_size_and_repetition_change_nothing():
    ablation = Ablation("layer1", (1,))
    one = measure_ablation(PlantedGenerator(), PlantedSegmenter(), ablation, EffectProtocol(20, 2, batch_size=3))
    two = measure_ablation(PlantedGenerator(), PlantedSegmenter(), ablation, EffectProtocol(20, 2, batch_size=20))
    assert str(one.effects) == str(two.effects)  # as text, since NaN differs from NaN
    assert np.array_equal(one.areas, two.areas)


def test_what_the_layer_does_not_have_is_refused():
    with pytest.raises(ConfigError, match="'layer1' has no unit 11; its units are 0 to 10"):
        effects_of(Ablation("layer1", (11,)))
    with pytest.raises(ConfigError, match="6 of the 11 units of layer 'layer1' are ablated, which leaves 5"):
        effects_of(Ablation("layer1", tuple(range(6))))
    with pytest.raises(LayerNotFound, match="no layer 'layr1' in PlantedGenerator; did you mean 'layer1'"):
        effects_of(Ablation("layr1", (0,)))


def test_a_region_without_the_centre_of_a_pixel_changes_the_cell_it_is_in():
    effects, _ = effects_of(Ablation("layer1", (0,), region=rectangle((0.5, 0.03, 0.501, 0.031), 16)))
    whole, _ = effects_of(Ablation("layer1", (0,)))
    # One of 8 x 8 cells of a unit whose map is 16 px; sky is two rows of cells or more, this one always among them
    assert effects["sky"].area_before - effects["sky"].area_after == pytest.approx(1 / 64)
    assert effects["sky"].interval[1] < 1
    assert whole["sky"].kept == 0


def test_random_units_are_drawn_without_running_the_rest_of_the_generator():
    generator, calls = PlantedGenerator(), {"layer1": 0, "layer2": 0, "output": 0}

    def count(name):
        def counted(*_):
            calls[name] += 1

        return counted

    for name in calls:
        generator.get_submodule(name).register_forward_hook(count(name))
    draw_random_units(generator.eval(), Ablation("layer1", (0, 1)), PROTOCOL)
    assert calls == {"layer1": 1, "layer2": 0, "output": 0}


def test_random_units_are_as_many_as_are_left():
    units = draw_random_units(PlantedGenerator(), Ablation("layer1", (0, 1)), EffectProtocol(random_sets=40))
    assert {len(drawn) for drawn in units} == {2}
    assert {unit for drawn in units for unit in drawn} <= set(range(2, len(UNITS)))


@pytest.mark.parametrize("name", ["num_images", "random_sets", "batch_size"])
def test_a_protocol_of_nothing_is_refused(name):
    for amount in (0, -1):
        with pytest.raises(ConfigError, match=f"{name} is {amount}; give 1 or more"):
            EffectProtocol(**{name: amount})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"units": ()}, "units are \\[\\]; give one or more unit numbers"),
        ({"units": (1, 1)}, "units are \\[1, 1\\]; give"),
        ({"strength": math.nan}, "strength is nan; give 0 to 1"),
        ({"value": math.nan}, "value is nan; give finite numbers"),
        ({"value": torch.ones(1)}, "value is a Tensor; an ablation that is measured takes one number"),
        ({"strength": torch.ones(1)}, "strength is a Tensor; an ablation that is measured takes one number"),
        ({"region": torch.zeros(2, 2)}, "region is 0 everywhere and would change nothing"),
    ],
)
def test_an_ablation_of_nothing_is_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        Ablation(**{"layer": "layer1", "units": (0,), **settings})
