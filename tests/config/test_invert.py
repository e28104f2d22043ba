"""Settings of `ganatomy invert`."""

from pathlib import Path

import pytest

from ganatomy.config.invert import InvertConfig
from ganatomy.config.jsonable import from_json, to_json
from ganatomy.errors import ConfigError

PHOTOS = (Path("a.jpg"),)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"photos": ()}, "photos are none; give one or more image files"),
        ({"distance": -1.0}, "distance is -1.0; give a finite number, 0 or more"),
        ({"steps": 0}, "steps is 0; give 1 or more"),
        ({"restarts": 0}, "restarts is 0; give 1 or more"),
        ({"held_out": -1}, "held_out is -1; give 0 or more"),
        ({"pull": float("nan")}, "pull is nan; give a finite number, 0 or more"),
    ],
)
def test_what_cannot_be_is_refused(more, said):
    with pytest.raises(ConfigError, match=said):
        InvertConfig(**({"run": Path("run"), "photos": PHOTOS} | more))


def test_settings_are_read_as_they_were_written():
    config = InvertConfig(Path("run"), PHOTOS, layer="layer3", distance=0.5, perceptual="none")
    assert from_json(InvertConfig, to_json(config)) == config
