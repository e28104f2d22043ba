"""Ablating the units that cause a concept removes it; ablating those that only agree with it does not."""

import numpy as np
import pytest

from ganatomy.errors import ConfigError, LayerNotFound
from ganatomy.intervene.ablation import rectangle
from ganatomy.intervene.effects import Ablation, EffectProtocol, measure_ablation
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
