"""The network of FID has the published size, takes the published weights, and computes what torch-fidelity does."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from tests.models.published import random_checkpoint
from tests.reference.tensorflow1 import resize_bilinear
from torch import Tensor, nn

from ganatomy.errors import CheckpointError
from ganatomy.models.networks.inception import (
    Fork,
    Inception,
    ReluConv,
    load_inception,
    published_layers,
    resize_like_tensorflow1,
)


@pytest.fixture(scope="module")
def published() -> dict[str, Tensor]:
    network = Inception()
    weights = random_checkpoint(network, published_layers(network), {"fc.weight": "classes.weight"})
    return weights | {"fc.bias": torch.linspace(-1, 1, 1008)}


@pytest.fixture(scope="module")
def network(published: dict[str, Tensor]) -> Inception:
    return load_inception(published)


def test_has_the_published_number_of_weights(network: Inception) -> None:
    # Keras's Inception v3 has 23,817,352 trained weights, without the gains, that end in a layer of 2049 x 1000.
    published_size = 23_817_352 - 2049 * 1000
    assert sum(p.numel() for p in network.body.parameters()) == published_size
    assert network.classes.weight.shape == (1008, 2048)


def test_layers_have_the_names_of_the_public_file(network: Inception) -> None:
    convolutions = [layer.convolution for layer in published_layers(network)]
    assert len(set(convolutions)) == 94
    assert convolutions[:2] == ["Conv2d_1a_3x3.conv", "Conv2d_2a_3x3.conv"]
    assert [name.removesuffix(".conv") for name in convolutions if name.startswith("Mixed_7c")] == [
        "Mixed_7c.branch1x1",
        "Mixed_7c.branch3x3_1",
        "Mixed_7c.branch3x3_2a",
        "Mixed_7c.branch3x3_2b",
        "Mixed_7c.branch3x3dbl_1",
        "Mixed_7c.branch3x3dbl_2",
        "Mixed_7c.branch3x3dbl_3a",
        "Mixed_7c.branch3x3dbl_3b",
        "Mixed_7c.branch_pool",
    ]
    assert sum(name.startswith("Mixed_6b") for name in convolutions) == 10
    assert published_layers(network)[0].norm == "Conv2d_1a_3x3.bn"


def test_grids_shrink_as_in_the_graph(network: Inception) -> None:
    shapes = []
    x = torch.zeros(1, 3, 299, 299)
    for module in network.body:
        x = module(x)
        shapes.append((x.shape[1], x.shape[2]))
    stem = [(32, 149), (32, 147), (64, 147), (64, 73), (80, 73), (192, 71), (192, 35)]
    assert shapes == [*stem, (256, 35), (288, 35), (288, 35), *[(768, 17)] * 5, (1280, 8), (2048, 8), (2048, 8)]


def test_gives_features_and_logits_without_bias(network: Inception) -> None:
    with torch.no_grad():
        features, logits = network(torch.randint(0, 256, (2, 3, 40, 30)).float())
    assert features.shape == (2, 2048)
    assert (features >= 0).all()
    torch.testing.assert_close(logits, features @ network.classes.weight.T)


def test_averages_leave_the_padding_out_and_the_last_block_takes_the_maximum(network: Inception) -> None:
    pools = [module for module in network.modules() if isinstance(module, (nn.AvgPool2d, nn.MaxPool2d))]
    averages = [pool for pool in pools if isinstance(pool, nn.AvgPool2d)]
    assert len(averages) == 8
    assert all(pool(torch.ones(1, 1, 2, 2)).tolist() == [[[[1, 1], [1, 1]]]] for pool in averages)
    assert isinstance(pools[-1], nn.MaxPool2d)
    assert pools[-1](-torch.ones(1, 1, 2, 2)).tolist() == [[[[-1, -1], [-1, -1]]]]


def test_a_fork_joins_its_branches_along_the_channels() -> None:
    first, second = ReluConv("a", 1, (1, 1, 1)), ReluConv("b", 1, (1, 1, 3))
    for branch in (first, second):
        nn.init.ones_(branch.weight)
        nn.init.zeros_(branch.bias)
    joined = Fork((first, second))(torch.tensor([[[[1.0, -2.0, 4.0]]]]))
    assert joined.tolist() == [[[[1, 0, 4]], [[0, 3, 2]]]]


@pytest.mark.parametrize(("height", "width", "size"), [(4, 4, 7), (9, 5, 6), (3, 3, 3), (1, 2, 5)])
def test_resizes_as_tensorflow_1_does(height: int, width: int, size: int) -> None:
    images = torch.randint(0, 256, (2, 3, height, width), generator=torch.Generator().manual_seed(0)).float()
    expected = np.stack([resize_bilinear(image.numpy(), size) for image in images])
    assert np.array_equal(resize_like_tensorflow1(images, size).numpy(), expected)


def test_resizing_keeps_the_first_pixel_and_repeats_the_last() -> None:
    row = torch.tensor([0.0, 8.0]).expand(1, 1, 2, 2)
    assert resize_like_tensorflow1(row, 4)[0, 0].tolist() == [[0, 4, 8, 8]] * 4


def test_other_weights_of_the_same_names_are_refused(published: dict[str, Tensor]) -> None:
    of_torchvision = published | {"fc.weight": torch.zeros(1000, 2048)}
    with pytest.raises(CheckpointError, match=r"fc\.weight has shape \(1000, 2048\) instead of \(1008, 2048\)"):
        load_inception(of_torchvision)


@pytest.mark.oracle
def test_agrees_with_torch_fidelity(
    network: Inception, published: dict[str, Tensor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.find_spec("torch_fidelity")
    if spec is None or spec.submodule_search_locations is None:
        pytest.skip("needs torch-fidelity")
    package = ModuleType("torch_fidelity")  # its __init__ imports torchvision; the network does without
    package.__path__ = list(spec.submodule_search_locations)
    monkeypatch.setitem(sys.modules, "torch_fidelity", package)
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    torch.save(published, tmp_path / "weights.pth")
    theirs = FeatureExtractorInceptionV3("inception", ["2048", "logits_unbiased"], tmp_path / "weights.pth")
    for size in ((32, 32), (50, 71), (310, 299)):
        images = torch.randint(0, 256, (1, 3, *size), dtype=torch.uint8)
        with torch.no_grad():
            features, logits = network(images.float())
            their_features, their_logits = theirs(images)
        assert their_features.std() > 0.5
        # folding rounds otherwise than normalising: a few units in the last place of values about 5
        torch.testing.assert_close(features, their_features, rtol=1e-5, atol=3e-5)
        torch.testing.assert_close(logits, their_logits, rtol=1e-5, atol=3e-5)
