"""Extractors by name; what is asked of each is said when it is missing."""

from pathlib import Path

import pytest

from ganatomy.errors import ConfigError
from ganatomy.metrics.extractors import NAMES, load_extractor


def test_a_function_is_loaded_by_module_and_name() -> None:
    name = "tests.metrics.extractors.functions:pixels"
    assert load_extractor(name, None).name == name


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(
        ConfigError,
        match=r"no extractor 'clip'; choose one of inception, resnet56, ade20k, efficientnet or module:function",
    ):
        load_extractor("clip", None)
    assert NAMES == ("inception", "resnet56", "ade20k", "efficientnet")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("inception", r"the public file pt_inception-2015-12-05-6726825d\.pth"),
        ("resnet56", "a safetensors file of the CIFAR-10 ResNet-56"),
        ("ade20k", "the safetensors file of the ade20k segmenter"),
    ],
)
def test_missing_weights_are_asked_for(name: str, what: str) -> None:
    with pytest.raises(
        ConfigError, match=rf"extractor '{name}' comes without weights; pass {what} with --extractor-weights"
    ):
        load_extractor(name, None)


@pytest.mark.parametrize("name", ["efficientnet", "module:function"])
def test_weights_that_are_not_wanted_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=rf"extractor '{name}' takes no weights; leave out some\.pth"):
        load_extractor(name, Path("some.pth"))
