"""Settings of the context command."""

from pathlib import Path

import pytest

from ganatomy.config.context import ContextConfig
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.errors import ConfigError


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"concepts": ()}, "concepts are none; give one or more, each once"),
        ({"concepts": ("tree", "tree")}, "concepts are tree, tree; give one or more, each once"),
        ({"concepts": ("tree", "sky"), "units": (1,)}, "units are given for 2 concepts; give one concept, or leave"),
        ({"cells": 0}, "cells is 0; give 1 or more"),
        ({"times": 0.0}, "times is 0.0; give a finite number above 0"),
        ({"sizes": ()}, r"sizes are \[\]; give rising numbers of units, such as 1 2 4 8 20 30"),
        ({"sizes": (0, 2)}, r"sizes are \[0, 2\]; give rising numbers"),
        ({"sizes": (4, 2)}, r"sizes are \[4, 2\]; give rising numbers"),
        ({"input_size": 257}, "belong to a segmenter; give --segmenter too"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        ContextConfig(Path("run"), "layer3", **{"concepts": ("tree",), **changes})


def test_the_segmenter_is_that_of_the_dissection_unless_named():
    assert ContextConfig(Path("run"), "layer3", ("tree",)).segmenter_choice is None
    named = ContextConfig(Path("run"), "layer3", ("tree",), segmenter="scenes")
    assert named.segmenter_choice == SegmenterChoice("scenes")
