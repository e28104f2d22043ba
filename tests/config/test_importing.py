"""Settings of an import."""

import pytest

from ganatomy.config.importing import ImportConfig, values_of
from ganatomy.errors import ConfigError


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"module": "nets"}, "module is 'nets'; give package.module:Class"),
        ({"z_dim": 3}, "z_dim belongs to a generator with code of its own; give --module too"),
        ({"arguments": ("a=1",)}, "arguments belongs to a generator with code of its own"),
        ({"module": "a:B", "rectifier": "relu"}, "rectifier is for weights without code, and the code of a:B says it"),
        ({"module": "a:B", "as_": "dcgan"}, "as is for weights without code"),
        ({"class_names": ("a", "b"), "num_classes": 3}, "2 class names are given for 3 classes"),
        ({"classes": ("forest",)}, r"classes are \['forest'\], but there are no images; give --data too"),
        ({"module": "a:B", "call": ("noise",)}, "call hold 'noise'; give pairs such as nz=100, each name once"),
        ({"data": "scenes:moon"}, "scenes:moon"),
    ],
)
def test_what_cannot_be_is_refused(settings, said):
    with pytest.raises(ConfigError, match=said):
        ImportConfig("g.pth", **settings)


def test_values_are_read_as_python_writes_them():
    assert values_of(["a=1", "b=(2, 3)", "c=const", "d=None", "e='f=g'"], "call") == {
        "a": 1,
        "b": (2, 3),
        "c": "const",
        "d": None,
        "e": "f=g",
    }
    for pairs in (["1a=2"], ["a=1", "a=2"]):
        with pytest.raises(ConfigError, match="each name once"):
            values_of(pairs, "arguments")
