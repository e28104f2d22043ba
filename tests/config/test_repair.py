import pytest

from ganatomy.config.repair import RepairConfig
from ganatomy.errors import ConfigError


@pytest.mark.parametrize(
    ("value", "constant"),
    [("zero", 0.0), ("low-quantile", "low-quantile"), ("mean", "mean"), ("-0.5", -0.5), ("0", 0.0)],
)
def test_values(value, constant):
    assert RepairConfig("run", value=value).constant == constant


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"value": "nan"}, "value is 'nan'; give zero, low-quantile, mean or a number"),
        ({"value": "high"}, "value is 'high'"),
        ({"units": (1, 1)}, r"units are \[1, 1\]; give unit numbers, from 0, each once"),
        ({"units": (-1,)}, r"units are \[-1\]"),
        ({"budget": 0.0}, "budget is 0"),
        ({"top_images": 1}, "top_images is 1"),
        ({"export": "a.pth"}, "export is a.pth; give a file that ends in .safetensors"),
        ({"segmenter_concepts": ("sky",)}, "give --segmenter too"),
        ({"segmenter": "nobody"}, "no segmenter 'nobody'"),
    ],
)
def test_what_does_not_fit_is_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        RepairConfig("run", **settings)


def test_the_segmenter():
    assert RepairConfig("run").segmenter_choice is None
    assert RepairConfig("run", segmenter="scenes").segmenter_choice.name == "scenes"
