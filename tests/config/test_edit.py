"""Settings of the edit command."""

from pathlib import Path

import pytest

from ganatomy.config.edit import EditConfig
from ganatomy.config.jsonable import from_json, to_json
from ganatomy.config.steps import StepSettings, read_where
from ganatomy.errors import ConfigError


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "nothing to edit; give a concept with --ablate or --insert, a cell with --copy, or --units"),
        ({"ablate": ("tree",), "random_sets": 0}, "random_sets is 0; give 1 or more"),
        ({"ablate": ("tree",), "value_images": 0}, "value_images is 0; give 1 or more"),
        ({"ablate": ("tree",), "value": "nan"}, "value is 'nan'; give a finite number"),
        ({"ablate": ("tree",), "strength": 1.5}, "strength is 1.5; give 0 to 1"),
        ({"ablate": ("tree",), "input_size": 257}, "belong to a segmenter; give --segmenter too"),
        ({"ablate": ("tree",), "where": "0,0,1"}, "where is '0,0,1'; give x0,y0,x1,y1"),
        ({"ablate": "tree"}, "ablate is 'tree'; give a list"),
        (
            {"check": "edits", "units": (1,), "where": "grass"},
            "check is edits, which says what is edited; leave out units",
        ),
    ],
)
def test_settings_that_cannot_be_used_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        EditConfig(Path("run"), "layer1", **changes)


def test_steps_and_region_are_read():
    config = EditConfig(Path("run"), "layer1", ("tree",), insert=("door@layer2",), where="0,0.25,0.5,1")
    assert config.steps == (
        StepSettings("ablate", "layer1", "tree"),
        StepSettings("insert", "layer2", "door", value="mean"),
    )
    assert config.region == read_where("0,0.25,0.5,1")
    assert EditConfig(Path("run"), "layer1", units=(1,)).region is None


def test_settings_of_a_single_ablation_still_load():
    old = {"schema": 1, "run": "r", "layer": "layer1", "ablate": "tree", "value": -1.5, "region": "0,0,1,0.5", "top": 5}
    config = from_json(EditConfig, old)
    assert (config.ablate, config.value, config.where, config.top) == (("tree",), "-1.5", "0,0,1,0.5", 5)
    assert from_json(EditConfig, to_json(config)) == config
    units = from_json(EditConfig, {"schema": 1, "run": "r", "layer": "layer1", "ablate": None, "units": [3]})
    assert (units.ablate, units.units, units.value, units.where) == ((), (3,), None, None)


def test_a_check_asks_for_no_other_edit():
    config = EditConfig(Path("run"), check=Path("edits"), weights="latest")
    assert from_json(EditConfig, to_json(config)) == config
