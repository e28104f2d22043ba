"""Ablating units that cause a concept removes it; inserting them draws it where it can stand, and nowhere else."""

import numpy as np
import pytest
import torch
from tests.intervene.planted_edit import PROTOCOL, measured, prepared, step

from ganatomy.config.steps import read_where
from ganatomy.errors import ConfigError, LayerNotFound
from ganatomy.intervene.effects import EffectProtocol, measure_edit
from ganatomy.models.planted import UNITS
from ganatomy.runs.records.effects import PassesRow


def test_the_causal_unit_removes_its_concept_and_only_that():
    effects, of_all = measured(step("ablate", "grass", concept="grass"))
    assert effects["grass"].kept == 0
    assert effects["grass"].interval == (0, 0)
    assert effects["grass"].added == -effects["grass"].area_before
    assert effects["sky"].kept == 1
    assert effects["sky"].area_after == effects["sky"].area_before
    assert effects["other"].kept > 1
    assert effects["grass"].area_before == pytest.approx(of_all.areas[:, 2].mean())
    assert not of_all.areas_after[:, 2].any()
    assert of_all.region_share is None
    assert effects["grass"].edit.inside is None


def test_a_distractor_that_agrees_with_a_concept_does_not_remove_it():
    effects, of_all = measured(step("ablate", "tree copy", concept="tree"))
    assert effects["tree"].kept == 1
    assert of_all.changed.inside == 0


def test_off_target_effects_of_an_entangled_unit_are_seen():
    effects, _ = measured(step("ablate", "door and cloud", concept="door"))
    assert effects["door"].kept == 0
    assert effects["cloud"].kept == 0
    assert effects["building"].kept == 1


def test_random_sets_of_units_that_do_not_carry_the_concept_leave_it_whole():
    tree = step("ablate", "tree copy", concept="tree", carriers=("crown", "trunk", "tree copy"))
    effects, of_all = measured(tree, protocol=EffectProtocol(num_images=20, random_sets=30))
    drawn = {unit for (units,) in of_all.noncarriers for unit in units}
    assert drawn.isdisjoint({3, 4, 5})
    assert drawn == set(range(len(UNITS))) - {3, 4, 5}
    assert effects["tree"].noncarriers.whole.kept == 1
    assert effects["tree"].noncarriers.whole.interval == (1, 1)
    assert {3, 4} <= {unit for (units,) in of_all.others for unit in units}
    assert effects["tree"].random_kept < 1


def test_random_units_are_others_and_measured_alike():
    effects, of_all = measured(step("ablate", "sky"), protocol=EffectProtocol(num_images=20, random_sets=30))
    assert len(of_all.others) == 30
    assert of_all.noncarriers == (), "no dissection tells which units carry the concept"
    assert {unit for (units,) in of_all.others for unit in units} <= set(range(1, len(UNITS)))
    spared = np.mean([units != ((1,),) for units in of_all.others])
    assert effects["grass"].random_kept == pytest.approx(spared)
    low, high = effects["grass"].random_interval
    assert low < spared < high
    assert effects["sky"].random_kept == 1


@pytest.mark.parametrize(
    ("concept", "context", "outside"),
    [("door", "building", "grass"), ("cloud", "sky", "grass"), ("door", "building", "sky")],
)
def test_an_insertion_works_in_its_planted_context_alone(concept, context, outside):
    insert = step("insert", "door and cloud", concept=concept, value=1.0)
    there, _ = measured(insert, where=read_where(context))
    elsewhere, of_all = measured(insert, where=read_where(outside))
    assert there[concept].edit.inside.after == 1
    assert there[concept].edit.inside.added > 0.5
    assert there[concept].edit.outside.added == 0
    assert elsewhere[concept].edit.inside.after == 0
    assert elsewhere[concept].edit.inside.added == 0
    assert of_all.changed.outside == 0


def test_a_concept_that_was_nowhere_before_is_added():
    alone, _ = measured(step("insert", "grass", value=1.0, concept="grass"), where=read_where("0,0,1,0.1"))
    inside = alone["grass"].edit.inside
    assert (inside.before, inside.after, inside.added) == (0, 1, 1)
    assert inside.added_interval == pytest.approx((1, 1))
    assert np.isnan(inside.kept)


def test_later_steps_are_laid_over_earlier_ones():
    off, on = step("ablate", "grass", concept="grass"), step("insert", "grass", concept="grass", value=1.0)
    bottom = read_where("0,0.75,1,1")
    erased, _ = measured(on, off, where=bottom)
    drawn, _ = measured(off, on, where=bottom)
    assert erased["grass"].edit.inside.after == 0
    assert drawn["grass"].edit.inside.after == 1


def test_steps_of_several_layers_are_made_in_one_edit():
    effects, of_all = measured(step("ablate", "sky", concept="sky"), step("ablate", 2, layer="layer2"))
    assert (effects["sky"].kept, effects["grass"].kept) == (0, 0)
    assert {len(draw) for draw in of_all.others} == {2}
    assert all(max(second) < 7 for _, second in of_all.others)


def test_a_region_spares_the_rest_of_the_image():
    effects, of_all = measured(step("ablate", "sky", concept="sky"), where=read_where("0,0,0.25,1"))
    assert effects["sky"].kept == pytest.approx(0.75)
    assert effects["sky"].edit.inside.after == 0
    assert effects["sky"].edit.outside.kept == 1
    assert of_all.region_share == 0.25
    assert of_all.changed.outside == 0
    assert of_all.changed.inside == pytest.approx(effects["sky"].edit.inside.before)


def test_a_region_of_each_sample_is_where_the_segmenter_sees_a_concept():
    effects, of_all = measured(step("ablate", "building", concept="building"), where=read_where("building"))
    assert effects["building"].kept == 0
    assert effects["building"].edit.inside.before == 1
    assert effects["building"].edit.outside.before == 0
    assert of_all.region_share == pytest.approx(effects["building"].area_before)


def test_inside_and_outside_add_up_to_the_whole():
    effects, of_all = measured(step("ablate", "sky", concept="sky"), where=read_where("0,0,0.6,0.2"))
    share = of_all.region_share
    for effect in effects.values():
        for when in ("before", "after", "added"):
            inside, outside = (getattr(part, when) for part in (effect.edit.inside, effect.edit.outside))
            assert inside * share + outside * (1 - share) == pytest.approx(getattr(effect.edit.whole, when))


def test_a_cell_is_copied_from_a_sample():
    edit = prepared(step("copy", source=(5, 0, 0)))
    unedited = edit.baseline.featuremaps[5, :, 0, 0]
    assert torch.equal(edit.steps[0].value, unedited)
    of_all = measure_edit(edit, PROTOCOL)
    sky, _ = (part.whole for part in (of_all.effects[1].edit, of_all.effects[2].edit))
    assert sky.after == sky.before, "the top left is sky in all samples"
    assert (of_all.others, of_all.noncarriers) == ((), ()), "no units are left to draw from"
    assert of_all.effects[1].others is None
    assert np.isnan(of_all.effects[1].random_kept)
    assert np.isnan(of_all.effects[1].random_area_after)
    assert np.isnan(of_all.effects[1].random_interval).all()


def test_a_concept_that_never_occurs_has_no_kept_part():
    effects, _ = measured(step("ablate", "sky"))
    assert np.isnan(effects["never"].kept)
    assert effects["never"].area_before == 0
    assert effects["never"].added == 0


def test_the_interval_holds_the_ratio_and_shrinks_with_more_images():
    def width(num_images):
        half = step("ablate", "grass", concept="grass")  # green falls from 1 to -0.2: grass is gone
        effects, _ = measured(half, protocol=EffectProtocol(num_images, 1), strength=0.6)
        low, high = effects["other"].interval
        assert low <= effects["other"].kept <= high
        return high - low

    assert width(400) < 0.5 * width(25)


def test_batch_size_and_repetition_change_nothing():
    effects = [
        measured(step("ablate", "grass"), protocol=EffectProtocol(20, 2, batch_size=size), where=read_where("sky"))[1]
        for size in (3, 20)
    ]
    assert str(effects[0].effects) == str(effects[1].effects)  # as text, since NaN differs from NaN
    assert np.array_equal(effects[0].areas, effects[1].areas)


def test_passes_are_counted_and_the_lower_part_runs_once_a_sample():
    mean = step("insert", "grass", concept="grass")
    edit = prepared(mean)
    lower = 0

    def counted(*_):
        nonlocal lower
        lower += 1

    edit.baseline.halves.parts[0].register_forward_hook(counted)
    of_all = measure_edit(edit, PROTOCOL)
    assert lower == 0, "all of it was observed before"
    assert of_all.passes == PassesRow(lower=40 + 60, upper=40 * (1 + 1 + 3) + 60, plain=40 * (1 + 1 + 3) + 60)


def test_what_the_layer_does_not_have_is_refused():
    with pytest.raises(ConfigError, match="'layer1' has no unit 11; its units are 0 to 10"):
        measured(step("ablate", 11))
    with pytest.raises(ConfigError, match="5 of 11 units are left to draw random sets of 6 from; change fewer units"):
        measured(step("ablate", *range(6)))
    with pytest.raises(LayerNotFound, match="no layer 'layr1' in PlantedGenerator; did you mean 'layer1'"):
        measured(step("ablate", 0, layer="layr1"))


@pytest.mark.parametrize("name", ["num_images", "random_sets", "batch_size", "value_images"])
def test_a_protocol_of_nothing_is_refused(name):
    for amount in (0, -1):
        with pytest.raises(ConfigError, match=f"{name} is {amount}; give 1 or more"):
            EffectProtocol(**{name: amount})
