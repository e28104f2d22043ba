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
        ({"layers": ("layer2", "layer2")}, "each once"),
        ({"runs": ()}, "no run given; give one run directory or more, such as runs/0001-name"),
        ({"runs": (Path("a"), Path("b/../a"))}, "runs are a, b/../a; give each once"),
        (
            {"runs": (Path("a"), Path("b")), "history": True},
            "history follows the units of one run, and 2 runs are given; give one",
        ),
        ({"real_images": -1}, "real_images is -1; give 0 or more"),
        ({"history": True, "real_images": 9}, "history dissects kept generations alone; leave out real_images"),
        ({"history": True, "directions": "pca:3"}, "history follows channels, and directions are found anew in other"),
        (
            {"layers": ("layer2", "z"), "directions": "sefa:3"},
            "layers hold 'z', the latents, which have no cells",
        ),
        ({"directions": "pca"}, "directions is 'pca'; give pca:20 or sefa:20, or another number"),
        ({"second_segmenter": "scenes", "reading": ("sea",)}, "reading holds 'sea'; give pairs of the form sea=water"),
        ({"second_segmenter": "scenes", "reading": ("=x",)}, "reading holds '=x'"),
        ({"reading": ("sea=water",)}, "settings of a second segmenter are given, but none is named"),
        ({"second_segmenter": "ade20k"}, "segmenter 'ade20k' comes without weights"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        DissectConfig(**{"runs": (Path("run"),), **changes})


def test_the_defaults_are_accepted():
    config = DissectConfig((Path("run"),))
    assert (config.num_images, config.segmenter_choice, config.second_choice) == (1000, None, None)
    assert config.readings == {}


def test_the_second_segmenter_has_settings_of_its_own():
    config = DissectConfig(
        (Path("run"),), second_segmenter="clipseg", second_concepts=("sky", "sea"), reading=("sea=water",)
    )
    assert config.second_choice is not None
    assert (config.second_choice.name, config.second_choice.concepts) == ("clipseg", ("sky", "sea"))
    assert (config.segmenter_choice, config.readings) == (None, {"sea": "water"})


def test_layers_of_directions_have_their_names():
    config = DissectConfig((Path("run"),), ("layer2", "layer3"))
    assert (config.directions_choice, config.dissected_layers) == (None, ("layer2", "layer3"))
    config = DissectConfig((Path("run"),), ("layer2", "layer3"), directions="pca:5:negative")
    assert config.dissected_layers == ("layer2-pca5-negative", "layer3-pca5-negative")
