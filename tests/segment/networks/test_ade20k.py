"""The ADE20K network computes what the slow version does, at any image size, and can be differentiated."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from tests.reference import ade20k as reference

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment.networks.ade20k import load_ade20k, network_size, resize

CONCEPTS = ["other", "sky", "windowpane, window", "screen", "screen; display"]


def random_weights(seed: int = 0) -> dict[str, torch.Tensor]:
    """Return weights that keep activations near one, in half precision as published."""
    rng = torch.Generator().manual_seed(seed)
    weights = {}
    for name, shape in reference.shapes(len(CONCEPTS)).items():
        spread = (2 / np.prod(shape[1:])) ** 0.5 if len(shape) == 4 else 0.1
        weights[name] = (spread * torch.randn(shape, generator=rng)).half()
    return weights


def write(path: Path, weights: dict[str, torch.Tensor]) -> Path:
    save_file(weights, path, {"labels": json.dumps(CONCEPTS)})
    return path


@pytest.fixture(scope="module")
def weights_file(tmp_path_factory):
    return write(tmp_path_factory.mktemp("weights") / "random.safetensors", random_weights())


@pytest.fixture
def images():
    return torch.rand(2, 3, 65, 81, generator=torch.Generator().manual_seed(1)) * 2 - 1


def test_agrees_with_the_slow_version(weights_file, images):
    segmenter = load_ade20k(weights_file, 81)
    weights = {name: tensor.double().numpy() for name, tensor in random_weights().items()}
    expected = np.stack([reference.logits(weights, image.double().numpy()) for image in images])
    logits = segmenter.network(images)
    assert np.abs(expected).max() > 0.5
    np.testing.assert_allclose(logits.numpy(), expected, rtol=0, atol=1e-4)
    probabilities = np.stack([segmenter.probability(images, name).double().numpy() for name in segmenter.concepts], 1)
    softmax = np.exp(expected) / np.exp(expected).sum(1, keepdims=True)
    np.testing.assert_allclose(probabilities, softmax, rtol=0, atol=1e-4)


def test_the_mask_is_the_most_probable_concept_at_the_size_of_the_image(weights_file):
    segmenter = load_ade20k(weights_file, 65)
    images = torch.rand(3, 3, 32, 40) * 2 - 1
    labels = segmenter.segment(images)
    probabilities = torch.stack([segmenter.probability(images, name) for name in segmenter.concepts], 1)
    assert labels.shape == (3, 1, 32, 40)
    assert labels.dtype == torch.int64
    assert probabilities.shape == (3, len(CONCEPTS), 32, 40)
    assert torch.equal(labels, probabilities.argmax(1, keepdim=True))


def test_probabilities_are_differentiable_in_the_images(weights_file):
    segmenter = load_ade20k(weights_file, 65)
    images = (torch.rand(2, 3, 32, 32) * 2 - 1).requires_grad_()
    segmenter.probability(images, "sky").mean().backward()
    assert images.grad is not None
    assert all(gradient.abs().max() > 0 for gradient in images.grad)
    assert not any(weight.requires_grad for weight in segmenter.network.parameters())


def test_the_encoder_gives_the_mean_of_its_last_map(weights_file, images):
    network = load_ade20k(weights_file, 81).network.network
    seen = []
    handle = network.blocks[-1].register_forward_hook(lambda module, args, outputs: seen.append(outputs[0]))
    pooled = network.pooled(images)
    handle.remove()
    assert pooled.shape == (2, 320)
    assert seen[0].shape == (2, 320, 9, 11)
    torch.testing.assert_close(pooled, seen[0].flatten(2).mean(2))


@pytest.mark.parametrize(
    ("height", "width", "input_size", "expected"),
    [
        (64, 64, None, (129, 129)),
        (65, 65, None, (257, 257)),
        (128, 128, None, (257, 257)),
        (257, 300, None, (441, 513)),
        (180, 240, 257, (193, 257)),
        (10, 1000, 65, (9, 65)),
    ],
)
def test_the_longer_side_becomes_the_input_size(height, width, input_size, expected):
    assert network_size(height, width, input_size) == expected


def test_resizing_keeps_the_corners():
    ramp = torch.linspace(-1, 1, 5).expand(1, 1, 5, 5)
    assert torch.allclose(resize(ramp, (9, 9))[0, 0, 0], torch.linspace(-1, 1, 9))


@pytest.mark.parametrize(("size", "suggestion"), [(256, 249), (130, 129), (57, 65), (0, 65)])
def test_refuses_input_sizes_of_another_form(weights_file, size, suggestion):
    with pytest.raises(ConfigError, match=rf"input size {size} .* 65 or more of the form 8k\+1, such as {suggestion} "):
        load_ade20k(weights_file, size)


def test_shortens_synonyms_and_numbers_names_that_come_twice(weights_file):
    assert load_ade20k(weights_file, None).concepts == ("other", "sky", "windowpane", "screen", "screen 2")


def test_the_fingerprint_tells_weights_and_input_sizes_apart(weights_file, tmp_path):
    other = write(tmp_path / "other.safetensors", random_weights(seed=1))
    prints = [load_ade20k(path, size).fingerprint for path in (weights_file, other) for size in (None, 129)]
    assert len(set(prints)) == 4
    assert prints[0].startswith("ade20k-")
    assert prints[0].endswith("-input-auto")
    assert prints[1].endswith("-input-129")
    assert load_ade20k(weights_file, 129).fingerprint == prints[1]


def test_refuses_weights_of_another_network(tmp_path):
    weights = random_weights()
    del weights["stem.bias"]
    path = write(tmp_path / "part.safetensors", weights)
    with pytest.raises(CheckpointError, match=r"does not fit DeepLab: stem.bias is missing; pass the weights"):
        load_ade20k(path, None)


@pytest.mark.slow
def test_agrees_with_the_published_definition_on_the_published_weights(shared):
    path = shared / "weights" / "ade20k_deeplabv3plus_mobilenetv2.safetensors"
    spec = importlib.util.spec_from_file_location("ade20k_reference", path.parent / "ade20k_reference.py")
    published = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(published)
    segmenter = load_ade20k(path, 129)
    images = torch.rand(2, 3, 129, 129, generator=torch.Generator().manual_seed(2)) * 2 - 1
    with torch.no_grad():
        expected = published.load(path)(images)
        torch.testing.assert_close(segmenter.network(images), expected, rtol=0, atol=1e-4)
    assert len(set(segmenter.concepts)) == 151
    assert segmenter.concepts[:4] == ("other", "wall", "building", "sky")
    assert segmenter.categories[:3] == ("other", "object", "object")
