"""Any function is an extractor, and what is wrong with it is said on one line."""

import hashlib
import re
from pathlib import Path

import pytest
import torch

from ganatomy.errors import ConfigError, DataError
from ganatomy.metrics.extractors.function import load_function

HERE = "tests.metrics.extractors.functions"
CPU = torch.device("cpu")


def test_features_alone() -> None:
    extractor = load_function(f"{HERE}:pixels", CPU)
    images = torch.rand(70, 3, 8, 8) * 2 - 1
    features, logits = extractor.extract(images.contiguous(memory_format=torch.channels_last).contiguous())
    assert torch.equal(features, images[:, 0, 0, :5])
    assert logits is None
    assert (extractor.num_features, extractor.num_classes) == (5, None)
    assert extractor.resize == "as the function does"
    assert extractor.batch_size == 64


def test_features_and_logits_become_float32() -> None:
    extractor = load_function(f"{HERE}:with_logits", CPU)
    features, logits = extractor.extract(torch.ones(2, 3, 8, 8))
    assert (extractor.num_features, extractor.num_classes) == (3, 6)
    assert features.dtype == logits.dtype == torch.float32
    assert logits.tolist() == [[1, 1, 1, -1, -1, -1]] * 2


def test_the_fingerprint_is_that_of_the_name_and_the_source() -> None:
    name = f"{HERE}:pixels"
    content = name.encode() + Path(__file__).with_name("functions.py").read_bytes()
    assert load_function(name, CPU).fingerprint == hashlib.sha256(content).hexdigest()[:16]
    assert load_function(f"{HERE}:with_logits", CPU).fingerprint != load_function(name, CPU).fingerprint


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("failing", "failed on images (2, 3, 64, 64): ValueError: out of tune; it must take images of any size"),
        ("flat", "gave torch.float32 (2,) for 2 images; it must give float features (n, f), or a tuple"),
        ("counting", "gave torch.int64 (2, 3) for 2 images; it must give float features"),
        ("words", "gave str for 2 images; it must give float features"),
        ("triple", "gave a tuple of 3; it must hold features and logits"),
        ("absent", "has no function 'absent'; look at the spelling"),
        ("constant", "has no function 'constant'; look at the spelling"),
    ],
)
def test_what_cannot_be_used_is_refused_when_loaded(function: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)) as caught:
        load_function(f"{HERE}:{function}", CPU)
    assert f"extractor '{HERE}:{function}'" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no_such_module:f", "cannot import 'no_such_module' of extractor 'no_such_module:f': ModuleNotFoundError: No"),
        (":f", "cannot import '' of extractor ':f': ValueError: Empty module name; PYTHONPATH must hold its folder"),
    ],
)
def test_a_module_that_cannot_be_imported_is_refused(name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_function(name, CPU)


def test_a_later_failure_names_the_extractor() -> None:
    extractor = load_function(f"{HERE}:sometimes_failing", CPU)
    with pytest.raises(DataError, match=r"extractor '.*:sometimes_failing' failed on images \(1, 3, 4, 4\): KeyError;"):
        extractor.extract(torch.ones(1, 3, 4, 4))


def test_features_that_follow_the_size_of_the_images_are_refused() -> None:
    extractor = load_function(f"{HERE}:size_dependent", CPU)
    with pytest.raises(
        DataError, match=r"sizes \(32, None\), at first \(64, None\); they must not depend on the images"
    ):
        extractor.extract(torch.zeros(1, 3, 32, 32))
