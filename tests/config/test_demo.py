"""Settings of the demo that cannot be used are refused before anything starts."""

import pytest

from ganatomy.config.demo import DemoConfig
from ganatomy.errors import ConfigError


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layer": "layer1"}, "layer is 'layer1'; choose one of the layers dissected: layer2, layer3"),
        ({"minutes": 0.0}, "minutes is 0.0; give a finite number above 0"),
        ({"num_scenes": 0}, "num_scenes is 0; give 1 or more"),
        ({"num_images": -3}, "num_images is -3; give 1 or more"),
        ({"top": 0}, "top is 0; give 1 or more"),
    ],
)
def test_settings_that_cannot_be_used(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        DemoConfig(**changes)  # type: ignore[arg-type]
