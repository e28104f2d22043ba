"""Settings of `ganatomy paint`."""

from pathlib import Path
from typing import Any

import pytest

from ganatomy.config.jsonable import from_json, to_json
from ganatomy.config.paint import PaintConfig
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.errors import ConfigError


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"port": -1}, "port is -1; give 0 to 65535"),
        ({"port": 65536}, "port is 65536; give 0 to 65535"),
        ({"value_images": 0}, "value_images is 0; give 1 or more"),
        ({"segmenter": "scenes", "input_size": 64}, "leave out the input size 64"),
        ({"input_size": 64}, "input_size belong to a segmenter"),
    ],
)
def test_what_cannot_be_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        PaintConfig(Path("run"), **more)


def test_settings_are_read_as_they_were_written() -> None:
    config = PaintConfig(Path("run"), "layer3", 8000, open=True, segmenter="scenes", weights="repaired")
    assert from_json(PaintConfig, to_json(config)) == config


def test_a_segmenter_is_chosen_or_that_of_the_dissection() -> None:
    assert PaintConfig(Path("run")).segmenter_choice is None
    assert PaintConfig(Path("run"), segmenter="scenes").segmenter_choice == SegmenterChoice("scenes")
