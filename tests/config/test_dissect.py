"""Settings of the dissect command."""

from pathlib import Path

import pytest

from ganatomy.config.dissect import DissectConfig
from ganatomy.errors import ConfigError


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_images": 0}, "num_images is 0; give 1 or more"),
        ({"grid": -1}, "grid is -1; give 1 or more"),
        ({"layers": ()}, r"layers are \[\]; give one or more, each once"),
        ({"layers": ("layer2", "layer2")}, "each once"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        DissectConfig(Path("run"), **changes)


def test_the_defaults_are_accepted():
    assert DissectConfig(Path("run")).num_images == 1000
