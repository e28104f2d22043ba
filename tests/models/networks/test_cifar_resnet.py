import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tests.models.published import random_checkpoint
from torch import nn
from torch.nn import functional as F

from ganatomy.data.cifar import is_cifar10, load_cifar10
from ganatomy.data.images import to_float
from ganatomy.errors import CheckpointError
from ganatomy.models.networks.cifar_resnet import BasicBlock, CifarResNet, load_cifar_resnet, published_layers

KEPT = {"linear.weight": "classes.weight", "linear.bias": "classes.bias"}


def test_has_56_layers_of_the_published_size() -> None:
    network = CifarResNet()
    layers = [module for module in network.modules() if isinstance(module, (nn.Conv2d, nn.Linear))]
    assert len(layers) == 56
    # the paper's 0.85 million, which count gains and biases of the BatchNorms: a gain for each bias here
    gains = sum(len(layer.bias) for layer in layers[:-1])
    assert sum(p.numel() for p in network.parameters()) + gains == 853_018


def test_gives_64_features_and_10_logits() -> None:
    features, logits = CifarResNet()(torch.zeros(2, 3, 32, 32))
    assert features.shape == (2, 64)
    assert logits.shape == (2, 10)


def test_a_shortcut_skips_pixels_and_adds_zero_channels_on_both_sides() -> None:
    block = BasicBlock(2, 4)
    for parameter in block.parameters():
        nn.init.zeros_(parameter)
    x = torch.arange(32.0).view(1, 2, 4, 4)
    zero = [[0, 0], [0, 0]]
    assert block(x)[0].tolist() == [zero, [[0, 2], [8, 10]], [[16, 18], [24, 26]], zero]


def test_a_block_is_normalised_convolutions_and_its_input() -> None:
    network = CifarResNet()
    published = random_checkpoint(network, published_layers(), KEPT)
    network = load_cifar_resnet(published)

    def normalised(x: torch.Tensor, convolution: str, norm: str) -> torch.Tensor:
        y = F.conv2d(x, published[f"{convolution}.weight"], padding=1)
        parts = (published[f"{norm}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
        return F.batch_norm(y, *parts, eps=1e-5)

    x = torch.randn(2, 16, 8, 8, generator=torch.Generator().manual_seed(0))
    y = F.relu(normalised(x, "layer1.3.conv1", "layer1.3.bn1"))
    expected = F.relu(normalised(y, "layer1.3.conv2", "layer1.3.bn2") + x)
    torch.testing.assert_close(network.blocks[3](x), expected, rtol=1e-4, atol=1e-5)


def test_pixels_are_normalised_as_those_of_imagenet() -> None:
    network = CifarResNet()
    seen = []
    network.stem.register_forward_pre_hook(lambda module, args: seen.append(args[0]))
    network(torch.ones(1, 3, 32, 32))
    expected = torch.tensor([(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225])
    torch.testing.assert_close(seen[0][0, :, 0, 0], expected)


def test_other_weights_are_refused() -> None:
    with pytest.raises(CheckpointError, match=r"not the published weights of CifarResNet: linear\.weight is missing"):
        load_cifar_resnet({})


@pytest.mark.slow
def test_reproduces_the_published_accuracy(shared: Path) -> None:
    cifar = Path(os.environ.get("GANATOMY_CIFAR10", shared / "data" / "cifar10"))
    if not is_cifar10(cifar):
        pytest.skip(f"no CIFAR-10 at {cifar}; set GANATOMY_CIFAR10")
    network = load_cifar_resnet(load_file(shared / "weights" / "cifar10_resnet56.safetensors"))
    test = load_cifar10(cifar, "test")
    labels = torch.from_numpy(test.labels)
    with torch.no_grad():
        guesses = torch.cat([network(batch)[1].argmax(1) for batch in to_float(test.images).split(100)])
    assert (guesses == labels).double().mean().item() == pytest.approx(0.9339, abs=0.0002)
