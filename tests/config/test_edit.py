"""Settings of the edit command."""

from pathlib import Path

import pytest

from ganatomy.config.edit import EditConfig
from ganatomy.errors import ConfigError


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "nothing to ablate; give a concept with --ablate, or units with --units"),
        ({"ablate": "tree", "random_sets": 0}, "random_sets is 0; give 1 or more"),
        ({"ablate": "tree", "value": float("nan")}, "value is nan; give a finite number"),
        ({"ablate": "tree", "value": float("-inf")}, "value is -inf; give a finite number"),
        ({"ablate": "tree", "strength": 1.5}, "strength is 1.5; give 0 to 1"),
        ({"ablate": "tree", "input_size": 257}, "belong to a segmenter; give --segmenter too"),
        ({"ablate": "tree", "region": "0,0,1"}, "region is '0,0,1'; give x0,y0,x1,y1"),
        ({"ablate": "tree", "region": "0.5,0,0.5,1"}, "with x0 < x1 and y0 < y1"),
        ({"ablate": "tree", "region": "0,0,2,1"}, "in fractions of the image"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        EditConfig(Path("run"), "layer1", **changes)


def test_a_region_is_read_as_fractions():
    assert EditConfig(Path("run"), "layer1", units=(1,), region="0,0.25,0.5,1").rectangle == (0, 0.25, 0.5, 1)
    assert EditConfig(Path("run"), "layer1", units=(1,)).rectangle is None
