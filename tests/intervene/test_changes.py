"""An ablation holds its units, in its region, and touches nothing else."""

import math

import hypothesis
import hypothesis.extra.numpy
import hypothesis.strategies
import pytest
import torch
from torch import nn

from ganatomy.errors import ConfigError, LayerError
from ganatomy.hooks import edit, on_tokens
from ganatomy.intervene.changes import Blend, Change, ablate, edits_of

MAPS = torch.arange(1.0, 25.0).view(1, 2, 3, 4)


def edited(maps, *edits):
    net = nn.Sequential(nn.Identity())
    with edit(net, edits[0]):
        if edits[1:]:
            with edit(net, edits[1]):
                return net(maps)
        return net(maps)


def test_units_are_set_and_the_others_stay():
    maps = edited(MAPS, ablate("0", [1], value=-5.0))
    assert torch.equal(maps[:, 0], MAPS[:, 0])
    assert (maps[:, 1] == -5).all()


def test_strength_goes_part_of_the_way():
    assert torch.allclose(edited(MAPS, ablate("0", [0], strength=0.25))[:, 0], MAPS[:, 0] * 0.75)


def test_a_region_in_image_pixels_takes_every_cell_it_touches():
    region = torch.zeros(6, 8, dtype=torch.bool)
    region[0, 3] = True  # 2 x 2 pixels a cell: cell (0, 1)
    maps = edited(MAPS, ablate("0", [0], region=region))
    assert maps[0, 0, 0, 1] == 0
    maps[0, 0, 0, 1] = MAPS[0, 0, 0, 1]
    assert torch.equal(maps, MAPS)


def test_a_soft_region_is_a_strength_per_cell():
    region = torch.full((3, 4), 0.5)
    assert torch.allclose(edited(MAPS, ablate("0", [0], region=region, strength=0.5))[:, 0], MAPS[:, 0] * 0.75)


def test_ablations_compose():
    maps = edited(MAPS, ablate("0", [0], value=2.0), ablate("0", [0], value=4.0, strength=0.5))
    assert (maps[:, 0] == 3).all()


@pytest.mark.parametrize("units", [[], [1, 1], [-1], [0.5], ["a"], torch.tensor([1, 1])])
def test_units_that_are_none_are_refused(units):
    with pytest.raises(ConfigError, match="give one or more unit numbers, from 0, each once"):
        ablate("0", units)


def test_a_unit_beyond_the_layer_is_refused():
    with pytest.raises(ConfigError, match="layer '0' has no unit 7; its units are 0 to 1"):
        edited(MAPS, ablate("0", [0, 7]))


@pytest.mark.parametrize("strength", [2, -0.1, math.nan, math.inf, [0.5, math.nan], torch.tensor(1.5)])
def test_strengths_out_of_range_are_refused(strength):
    with pytest.raises(ConfigError, match=r"strength is .*; give 0 to 1"):
        ablate("0", [0, 1], strength=strength)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300, [0.0, math.nan], torch.tensor([math.inf, 0])])
def test_values_that_are_not_finite_are_refused(value):
    with pytest.raises(ConfigError, match=r"value is .*; give finite numbers"):
        ablate("0", [0, 1], value=value)


@pytest.mark.parametrize("name", ["value", "strength"])
def test_amounts_are_one_number_or_one_for_each_unit(name):
    for amount, said in (([0.0], r"\(1,\)"), (torch.zeros(3), r"\(3,\)"), (torch.zeros(2, 1), r"\(2, 1\)")):
        message = f"{name} has shape {said} for 2 units; give a number, one for each unit"
        with pytest.raises(ConfigError, match=message):
            ablate("0", [0, 1], **{name: amount})
    for amount in ("high", None, [[0.0], [0.0, 1.0]]):
        with pytest.raises(ConfigError, match=f"{name} is .*; give a number, or one for each unit"):
            ablate("0", [0, 1], **{name: amount})


@pytest.mark.parametrize("kind", [list, torch.tensor])
def test_each_unit_has_its_value_and_strength_in_the_order_given(kind):
    maps = edited(torch.zeros(2, 3, 1, 1), ablate("0", [2, 0], value=kind([4.0, 8.0]), strength=kind([1.0, 0.25])))
    assert maps[:, :, 0, 0].tolist() == [[2.0, 0.0, 4.0]] * 2


def test_a_tensor_of_no_dimension_is_a_number():
    maps = edited(MAPS, ablate("0", [0], value=torch.tensor(4.0), strength=torch.tensor(0.5)))
    assert torch.equal(maps[:, 0], (MAPS[:, 0] + 4) / 2)


def test_gradients_reach_values_and_strengths():
    value = torch.tensor([2.0, 3.0], requires_grad=True)
    strength = torch.tensor([0.5, 0.25], requires_grad=True)
    maps = edited(torch.ones(1, 2, 2, 2), ablate("0", [1, 0], value=value, strength=strength))
    by_value, by_strength = torch.autograd.grad(maps.sum(), [value, strength])
    assert by_value.tolist() == [2.0, 1.0]  # four cells times the strength
    assert by_strength.tolist() == [4.0, 8.0]  # four cells times value - 1


def test_other_types_of_featuremaps_keep_their_type():
    for dtype in (torch.float64, torch.bfloat16):
        maps = edited(MAPS.to(dtype), ablate("0", [1], value=0.1))
        assert maps.dtype == dtype
        assert (maps[:, 1] == torch.tensor(0.1, dtype=dtype)).all()


def test_units_without_cells_are_ablated_and_have_no_region():
    assert edited(torch.ones(2, 3), ablate("0", [1])).tolist() == [[1.0, 0.0, 1.0]] * 2
    message = (
        r"layer '0' returns shape \(2, 3\), which has no cells; leave out the region, or choose a layer that keeps"
    )
    with pytest.raises(LayerError, match=message):
        edited(torch.ones(2, 3), ablate("0", [1], region=torch.ones(2, 2)))


def test_tokens_are_refused_with_what_to_do():
    tokens = torch.ones(2, 9, 16)
    message = r"\(2, 9, 16\), but units are the second .* give ganatomy.hooks.on_tokens\(ablate\(...\), cells=\(rows"
    with pytest.raises(LayerError, match=message):
        edited(tokens, ablate("0", [5]))


def test_a_unit_of_tokens_is_ablated_in_its_region():
    region = torch.tensor([[0, 0], [1, 0]])
    edits = on_tokens(ablate("0", [5], region=region), cells=(2, 2), first=1)
    expected = torch.ones(2, 5, 16)
    expected[:, 3, 5] = 0  # the class token, then row by row
    assert torch.equal(edited(torch.ones(2, 5, 16), edits), expected)


@pytest.mark.parametrize("output", [torch.ones(3), torch.ones(1, 2, 3, 4, 5), MAPS.long()])
def test_other_outputs_are_refused(output):
    with pytest.raises(LayerError, match=r"returns shape .* of torch.*; choose one that returns featuremaps"):
        edited(output, ablate("0", [0]))


def test_a_region_is_looked_at_before_the_layer_runs():
    with pytest.raises(ConfigError, match="region has values from"):
        ablate("0", [0], region=torch.full((2, 2), 1.5))


def blends():
    amounts = hypothesis.extra.numpy.arrays("f8", (2, 3), elements=hypothesis.strategies.floats(0, 1))
    return hypothesis.strategies.builds(
        lambda a, v: Blend(torch.from_numpy(a), torch.from_numpy(a * (4 * v - 2))), amounts, amounts
    )


@hypothesis.given(blends(), blends(), blends())
def test_blends_compose_associatively_and_as_one_after_another(first, second, third):
    left, right = first.then(second).then(third), first.then(second.then(third))
    maps = torch.arange(6.0, dtype=torch.float64).view(2, 3)
    assert torch.allclose(left(maps), right(maps), atol=1e-12)
    assert torch.allclose(left(maps), third(second(first(maps))), atol=1e-12)
    assert ((left.strength >= 0) & (left.strength <= 1)).all()


def test_the_composed_value_is_that_of_layers_of_paint():
    a1, v1, a2, v2 = (torch.tensor(x, dtype=torch.float64) for x in (0.3, 2.0, 0.6, -1.0))
    both = Blend(a1, a1 * v1).then(Blend(a2, a2 * v2))
    assert torch.isclose(both.strength, 1 - (1 - a1) * (1 - a2))
    assert torch.isclose(both.added / both.strength, (v1 * a1 * (1 - a2) + v2 * a2) / both.strength)


def test_where_nothing_is_changed_the_map_stays_to_the_bit_and_full_strength_gives_the_value():
    maps = torch.randn(1, 2, 3, 4)
    changed = Change("0", (1,), value=0.1).blend(maps)(maps)
    assert torch.equal(changed[:, 0], maps[:, 0])
    assert (changed[:, 1] == torch.tensor(0.1)).all()


def test_changes_of_several_layers_are_grouped_in_their_order():
    net = nn.Sequential(nn.Identity(), nn.Identity())
    changes = [Change("0", (0,), value=1.0), Change("1", (0,), value=5.0, strength=0.5), Change("0", (0,), value=3.0)]
    with edit(net, edits_of(changes)):
        assert net(torch.zeros(1, 1, 1, 1)).item() == 4


def test_amounts_and_regions_of_each_sample():
    maps = torch.zeros(2, 3, 2, 2)
    region = torch.tensor([[[1.0, 0], [0, 0]], [[0, 0], [0, 0.5]]])
    change = Change("0", (0, 2), value=torch.tensor([[1.0, 2], [4, 6]]), strength=[1.0, 0.5], region=region)
    changed = change.blend(maps)(maps)
    assert changed[0, :, 0, 0].tolist() == [1, 0, 1]
    assert changed[1, :, 1, 1].tolist() == [2, 0, 1.5]
    assert changed.sum() == 1 + 1 + 2 + 1.5
    one = change.take(torch.tensor([1]))
    assert torch.equal(one.blend(maps[1:])(maps[1:]), changed[1:])


def test_a_region_can_weigh_the_pixels_of_a_cell():
    region = torch.zeros(4, 4)
    region[0, 0] = 1
    maps = torch.ones(1, 1, 2, 2)
    assert Change("0", (0,), region=region, pooling="mean").blend(maps)(maps).flatten().tolist() == [0.75, 1, 1, 1]


@pytest.mark.parametrize(
    ("name", "amount"),
    [("value", torch.zeros(3, 1)), ("strength", torch.zeros(3, 1)), ("region", torch.ones(3, 2, 2))],
)
def test_amounts_for_another_number_of_samples_are_refused(name, amount):
    with pytest.raises(ConfigError, match=f"{name} is given for 3 samples, but layer '0' ran on 2; give one for each"):
        edited(torch.zeros(2, 1, 2, 2), edits_of([Change("0", (0,), **{name: amount})]))
