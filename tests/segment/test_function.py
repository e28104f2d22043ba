"""Any function is a segmenter, and what is wrong with it is said on one line."""

import hashlib
import math
import re
from pathlib import Path

import pytest
import torch

from ganatomy.errors import ConfigError, DataError
from ganatomy.segment.function import DifferentiableFunctionSegmenter, FunctionSegmenter, load_function
from ganatomy.segment.protocol import DifferentiableSegmenter

HERE = "tests.segment.functions"
IMAGES = torch.tensor([[-1.0, 0.5], [0.1, -0.2]]).expand(2, 3, 2, 2)


def gives(result):
    return FunctionSegmenter("mine", ("dark", "light"), ("object",) * 2, "mine-1", lambda images: result)


def test_labels_without_heads_get_one():
    segmenter = load_function(f"{HERE}:brightness")
    assert segmenter.segment(IMAGES).tolist() == [[[[0, 1], [1, 0]]]] * 2
    assert segmenter.name == f"{HERE}:brightness"
    assert (segmenter.concepts, segmenter.categories) == (("dark", "light"), ("object", "object"))


def test_several_heads_and_other_integers_are_taken():
    labels = load_function(f"{HERE}:two_heads").segment(IMAGES.double())
    assert labels.dtype == torch.int64
    assert labels[0].tolist() == [[[-1, 1], [1, -1]], [[0, -1], [-1, 0]]]


def test_no_gradient_and_no_images_are_needed():
    segmenter = load_function(f"{HERE}:brightness")
    assert not segmenter.segment(IMAGES.clone().requires_grad_()).requires_grad
    assert segmenter.segment(torch.zeros(0, 3, 4, 6)).shape == (0, 1, 4, 6)


def test_a_probability_makes_it_differentiable():
    assert not isinstance(load_function(f"{HERE}:brightness"), DifferentiableSegmenter)
    segmenter = load_function(f"{HERE}:with_probability")
    assert isinstance(segmenter, DifferentiableSegmenter)
    assert (segmenter.concepts, segmenter.categories) == (("night", "day"), ("other", "object"))
    images = IMAGES.clone().requires_grad_()
    probability = segmenter.probability(images, "day")
    torch.testing.assert_close(probability, IMAGES.mean(1).sigmoid())
    probability.sum().backward()
    assert images.grad.abs().min() > 0
    with pytest.raises(ConfigError, match=r"no concept 'dai'; did you mean 'day'\?"):
        segmenter.probability(images, "dai")


def test_an_object_that_can_be_called_is_taken():
    segmenter = load_function(f"{HERE}:of_a_class")
    assert segmenter.concepts == ("shade", "sun")
    assert segmenter.segment(IMAGES).tolist() == [[[[0, 1], [1, 0]]]] * 2


@pytest.mark.parametrize(
    ("function", "names"),
    [
        ("brightness", "('dark', 'light'), ('object', 'object')"),
        ("two_heads", "('dark', 'light'), ('object', 'object')"),
        ("of_a_class", "('shade', 'sun'), ('object', 'object')"),
    ],
)
def test_the_fingerprint_is_that_of_names_and_source_file(function, names):
    source = Path(__file__).with_name("functions.py").read_bytes()
    digest = hashlib.sha256(f"('{HERE}:{function}', {names})".encode() + source).hexdigest()
    assert load_function(f"{HERE}:{function}").fingerprint == f"function-{digest[:16]}"


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("nameless", "has no concepts; put concepts = ('sky', 'tree') beside the function"),
        ("misnamed", "has concepts 'dark, light'; give a tuple of names"),
        ("twins", "has 2 concepts, 1 different ones, and 2 categories; give unique concepts and a category for each"),
        ("uncategorised", "has 2 concepts, 2 different ones, and 1 categories; give unique"),
        ("absent", "tests.segment.functions has no function 'absent'; look at the spelling"),
    ],
)
def test_what_cannot_be_used_is_refused_when_loaded(function, message):
    with pytest.raises(ConfigError, match=re.escape(message)) as caught:
        load_function(f"{HERE}:{function}")
    assert f"segmenter '{HERE}:{function}'" in str(caught.value)


def test_a_function_without_a_file_is_refused(monkeypatch):
    monkeypatch.setattr(math, "concepts", ("dark", "light"), raising=False)
    monkeypatch.delattr(math, "__file__", raising=False)
    with pytest.raises(ConfigError, match="segmenter 'math:sqrt' has no source file to tell it by; wrap it"):
        load_function("math:sqrt")


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (torch.zeros(2, 2, 2), "torch.float32 (2, 2, 2)"),
        (torch.zeros(2, 2, 2, dtype=torch.bool), "torch.bool (2, 2, 2)"),
        (torch.zeros(2, 2, 2, dtype=torch.complex64), "torch.complex64 (2, 2, 2)"),
        (torch.zeros(2, 2, dtype=torch.int64), "torch.int64 (2, 2)"),
        (torch.zeros(1, 2, 2, dtype=torch.int64), "torch.int64 (1, 2, 2)"),
        (torch.zeros(2, 1, 1, dtype=torch.int64), "torch.int64 (2, 1, 1)"),
        (torch.zeros(2, 1, 2, 3, dtype=torch.int64), "torch.int64 (2, 1, 2, 3)"),
        ([[0, 1]], "list"),
    ],
)
def test_what_are_no_labels_is_refused(result, said):
    with pytest.raises(DataError) as caught:
        gives(result).segment(IMAGES)
    assert str(caught.value) == (
        f"segmenter 'mine' gave {said} for images (2, 3, 2, 2); it must give integer labels (n, h, w) or "
        "(n, heads, h, w) of the size of the images"
    )


@pytest.mark.parametrize("label", [-2, 2])
def test_labels_that_name_no_concept_are_refused(label):
    with pytest.raises(DataError, match=f"gave the label {label}; it has 2 concepts, so labels are 0 to 1, and -1 for"):
        gives(torch.full((2, 2, 2), label)).segment(IMAGES)


def test_a_concept_named_by_two_heads_is_refused():
    labels = torch.full((2, 3, 2, 2), -1)
    labels[:, 0] = 0
    labels[1, 2, 0, 1] = 0
    with pytest.raises(DataError, match="named 'dark' by two heads at one pixel; give every head its own concepts"):
        gives(labels).segment(IMAGES)


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (torch.zeros(2, 2, 2, dtype=torch.int64), "gave torch.int64 (2, 2, 2) as probability for images (2, 3, 2, 2)"),
        (torch.zeros(2, 1, 2, 2), "gave torch.float32 (2, 1, 2, 2) as probability"),
        (0.5, "gave float as probability for images (2, 3, 2, 2); it must give floats (n, h, w) of the size"),
        (torch.full((2, 2, 2), 1.5), "gave probabilities from 1.5 to 1.5; they are 0 to 1"),
        (torch.tensor([-0.25, 0.5]).expand(2, 2, 2), "gave probabilities from -0.25 to 0.5; they are 0 to 1"),
        (torch.full((2, 2, 2), torch.nan), "gave probabilities from nan to nan"),
    ],
)
def test_what_is_no_probability_is_refused(result, message):
    segmenter = DifferentiableFunctionSegmenter("mine", ("dark",), ("object",), "1", lambda x: x, lambda x, c: result)
    with pytest.raises(DataError, match=re.escape(f"segmenter 'mine' {message}")):
        segmenter.probability(IMAGES, "dark")


def test_a_failure_names_the_segmenter():
    with pytest.raises(
        DataError, match=r"segmenter '.*:failing' failed on images \(2, 3, 2, 2\): ValueError: out of tune; it must"
    ):
        load_function(f"{HERE}:failing").segment(IMAGES)


def test_what_are_not_images_is_refused():
    with pytest.raises(DataError, match=r"a segmenter takes float images \(n, 3, h, w\)"):
        load_function(f"{HERE}:brightness").segment(torch.zeros(2, 3, 2, 2, dtype=torch.uint8))


def test_a_confidence_beside_it_is_told():
    assert load_function(f"{HERE}:brightness").confidence(IMAGES) is None
    segmenter = load_function(f"{HERE}:with_confidence")
    torch.testing.assert_close(segmenter.confidence(IMAGES), IMAGES.mean(1).abs())
    assert load_function(f"{HERE}:with_probability").confidence(IMAGES) is None


def test_what_is_no_confidence_is_refused():
    wrong = FunctionSegmenter("it", ("a",), ("object",), "1", lambda x: x, confidences=lambda x: x[:, 0] + 5)
    with pytest.raises(DataError, match=r"segmenter 'it' gave confidences from .* to .*; they are 0 to 1"):
        wrong.confidence(IMAGES)
