"""Steps of an edit in words, and the part of the images that they are made in."""

import pytest

from ganatomy.config.steps import StepSettings, Where, read_steps, read_where
from ganatomy.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("0,0.25,0.5,1", Where("rectangle", "0,0.25,0.5,1", corners=(0, 0.25, 0.5, 1))),
        ("masks/sky.PNG", Where("mask", "masks/sky.PNG")),
        ("cell:3,12", Where("cell", "cell:3,12", cell=(3, 12))),
        ("cell:random", Where("random-cell", "cell:random")),
        ("grass", Where("concept", "grass")),
        ("a red, wooden door", Where("concept", "a red, wooden door")),
        ("concept:0,0,1,1", Where("concept", "concept:0,0,1,1")),
    ],
)
def test_a_part_of_the_images_is_read(text, where):
    assert read_where(text) == where


def test_the_concept_of_a_part_is_without_its_prefix():
    assert (read_where("concept:grass").concept, read_where("grass").concept) == ("grass", "grass")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0,0,1", "where is '0,0,1'; give x0,y0,x1,y1 in fractions of the image with x0 < x1 and y0 < y1, such as"),
        ("0.5,0,0.5,1", "where is '0.5,0,0.5,1'; give x0,y0,x1,y1"),
        ("0,0,2,1", "where is '0,0,2,1'; give x0,y0,x1,y1"),
        ("nan,0,1,1", "where is 'nan,0,1,1'; give x0,y0,x1,y1"),
        ("cell:3", "where is 'cell:3'; give cell:ROW,COLUMN, counted from 0 at the top left, or cell:random"),
        ("", "where is empty; give x0,y0,x1,y1, a PNG file, cell:ROW,COLUMN or a concept"),
        ("concept:", "where is empty; give"),
    ],
)
def test_what_is_no_part_is_refused(text, message):
    with pytest.raises(ConfigError) as refused:
        read_where(text)
    assert str(refused.value).startswith(message)


def test_ablations_come_first_then_insertions_then_copies():
    steps = read_steps("layer3", ["tree", "sky@layer2"], ["door"], ["3,7,2", "4,0,0@layer4"])
    assert steps == (
        StepSettings("ablate", "layer3", "tree"),
        StepSettings("ablate", "layer2", "sky"),
        StepSettings("insert", "layer3", "door", value="mean"),
        StepSettings("copy", "layer3", source=(3, 7, 2)),
        StepSettings("copy", "layer4", source=(4, 0, 0)),
    )


def test_units_alone_are_ablated_and_beside_a_step_they_are_its_own():
    assert read_steps("l", units=(3,)) == (StepSettings("ablate", "l", None, (3,)),)
    assert read_steps("l", insert=["door"], units=(3,)) == (StepSettings("insert", "l", "door", (3,), "mean"),)
    assert read_steps("l", copy=["1,2,3"], units=(3,)) == (StepSettings("copy", "l", units=(3,), source=(1, 2, 3)),)


def test_a_value_goes_to_the_steps_that_it_is_for():
    def values(value, **steps):
        return [step.value for step in read_steps("l", **steps, value=value)]

    both = {"ablate": ["tree"], "insert": ["door"]}
    assert values(None, **both) == ["zero", "mean"]
    assert values("quantile", **both) == ["zero", "quantile"]
    assert values("low-quantile", **both) == ["low-quantile", "mean"]
    assert values("-2.5", ablate=["tree"]) == [-2.5]
    assert values(3, insert=["tree"]) == [3.0]
    assert values("mean-outside", ablate=["tree"]) == ["mean-outside"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "nothing to edit; give a concept with --ablate or --insert, a cell with --copy, or --units"),
        ({"ablate": ["a", "b"], "units": (1,)}, "units are given for 2 steps; give them for one, or leave them out"),
        ({"ablate": ["@layer2"]}, "ablate is '@layer2'; give CONCEPT, or CONCEPT@LAYER"),
        ({"insert": ["tree@"]}, "insert is 'tree@'; give CONCEPT, or CONCEPT@LAYER"),
        ({"copy": ["1,2"]}, "copy is '1,2'; give SAMPLE,ROW,COLUMN, whole numbers from 0 on, such as 3,7,2"),
        ({"layer": None, "ablate": ["tree"]}, "no layer for 'tree'; give --layer, or write CONCEPT@LAYER"),
        ({"layer": None, "units": (1,)}, "no layer for '--units'; give --layer"),
        ({"ablate": ["a"], "value": "big"}, "value is 'big'; give a finite number, for ablations zero, low-quantile,"),
        ({"ablate": ["a"], "value": float("nan")}, "value is nan; give a finite number"),
        ({"ablate": ["a"], "value": "-inf"}, "value is '-inf'; give a finite number"),
        (
            {"ablate": ["a"], "value": "mean"},
            "value is 'mean', but nothing is inserted; give zero, low-quantile, mean-",
        ),
        (
            {"insert": ["a"], "value": "zero"},
            "value is 'zero', but nothing is ablated; give mean, published-mean, quant",
        ),
        ({"copy": ["0,0,0"], "value": "zero"}, "value is 'zero', but nothing is ablated; leave it out, a copied cell"),
        ({"copy": ["0,0,0"], "value": "3"}, "value is 3, but nothing is ablated or inserted; leave it out, a copied"),
        ({"ablate": ["a"], "insert": ["b"], "value": "3"}, "value is 3, and concepts are ablated and inserted; say in"),
        ({"units": (1,), "value": "mean-outside"}, "value is 'mean-outside', but no concept is given; name it with"),
    ],
)
def test_steps_that_cannot_be_made_are_refused(asked, message):
    with pytest.raises(ConfigError) as refused:
        read_steps(**{"layer": "layer1", **asked})
    assert str(refused.value).startswith(message)
