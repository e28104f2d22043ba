"""A step sets units to a number, or each to its own, and says how many of them carry the concept."""

import math

import pytest
import torch
from tests.intervene.planted_edit import prepared, step

from ganatomy.config.steps import read_where
from ganatomy.errors import ConfigError
from ganatomy.intervene.steps import Agreement, Step


def test_units_that_take_its_place_are_set_to_values_of_their_own():
    mean = Step("layer1", (2, 0), torch.arange(5.0))
    assert mean.change().value.tolist() == [2, 0]
    assert mean.change((4, 3)).value.tolist() == [4, 3]
    assert Step("layer1", (2,), 1.5).change((4,)).value == 1.5


def test_what_was_done_is_said_with_the_units_that_carry_the_concept():
    twenty = tuple(range(20))
    one = Agreement((0.1,) * 20, 1, ())
    assert (
        Step("layer4", twenty, concept="tree", agreement=one).said
        == "20 units of layer4, 1 of them labelled tree, ablated"
    )
    none = Agreement((0.1,), 0, ())
    assert (
        Step("l", (3,), concept="door", agreement=none, action="insert").said
        == "1 unit of l, not labelled door, inserted"
    )
    assert Step("l", (3, 4), concept="door").said == "2 units of l for door ablated"
    assert Step("l", (3,)).said == "1 unit of l ablated"
    copy = Step("l", (0, 1), torch.ones(2), action="copy", source=(3, 7, 2))
    assert copy.said == "2 units of l copied from sample 3, cell 7,2"
    both = prepared(step("ablate", "sky", concept="sky"), step("insert", "grass", concept="grass"))
    assert both.said == "1 unit of layer1 for sky ablated; 1 unit of layer1 for grass inserted"


def test_a_step_is_recorded_whole():
    (mean,) = prepared(step("insert", "grass", concept="grass", carriers=()), where=read_where("cell:3,4")).steps
    row = mean.row([(4,)], None)
    assert (row.action, row.layer, row.concept, row.units, row.labelled, row.iou) == (
        "insert", "layer1", "grass", (1,), 1, (0.5,),
    )  # fmt: skip
    assert (row.value, row.values, row.strength, row.where) == ("mean", (1.0,), 1.0, "cell:3,4")
    assert (row.noncarriers, row.others) == (((4,),), None)
    assert Step("l", (0,), -2.5).row().value == "-2.5"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"units": ()}, "units are \\[\\]; give one or more unit numbers"),
        ({"units": (1, 1)}, "units are \\[1, 1\\]; give"),
        ({"strength": math.nan}, "strength is nan; give 0 to 1"),
        ({"value": math.nan}, "value is nan; give finite numbers"),
        ({"value": "big"}, "value is a str; give a number, or one for each unit of the layer"),
        ({"strength": torch.ones(1)}, "strength is a Tensor; give one number, 0 to 1"),
    ],
)
def test_a_step_of_nothing_is_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        Step(**{"layer": "layer1", "units": (0,), **settings})
