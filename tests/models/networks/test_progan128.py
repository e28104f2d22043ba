"""The generators on the way to Progressive GAN have the published tensors, and are what the slow definition gives."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from tests.reference import progan as reference

from ganatomy.errors import ConfigError
from ganatomy.hooks import record
from ganatomy.models.networks.progan128 import LearnedScale, PixelNorm, ProGan128Generator, ProGan128Shape

VARIANTS: list[Any] = ["simple", "minibatch_disc", "equallr", "pixelwisenorm"]


def generator(variant: Any, channels: tuple[int, ...] = (6, 5, 4, 3), size: int = 8) -> ProGan128Generator:
    torch.manual_seed(0)
    net = ProGan128Generator(ProGan128Shape(variant, size, channels, z_dim=7)).eval()
    for name, value in net.state_dict().items():
        if value.ndim == 4:
            value.copy_(torch.randn(value.shape) * value[0].numel() ** -0.5)
        elif value.is_floating_point():
            value.copy_(torch.rand(value.shape) + 0.5 if name.endswith(("var", "scale")) else torch.randn(value.shape))
    return net


def published(net: ProGan128Generator) -> dict[str, Any]:
    """Return its weights under the names of GAN Dissection's files: layer1 is features.0."""
    arrays = {name: value.double().numpy() for name, value in net.state_dict().items()}
    parts = {name: f"features.{index}" for index, name in enumerate(net.layer_names)} | {"output": "output"}
    return {f"{parts[name.split('.')[0]]}.{name.split('.', 1)[1]}": array for name, array in arrays.items()}


@pytest.mark.parametrize("variant", VARIANTS)
@torch.no_grad()
def test_a_variant_is_what_the_slow_definition_gives(variant: Any) -> None:
    net = generator(variant, (6, 5, 4, 3, 3, 2), 16)
    z = torch.randn(4, 7)
    expected = reference.variant(published(net), variant, z.double().numpy())
    assert expected.std() > 0.1
    np.testing.assert_allclose(net(z).numpy(), expected, rtol=0, atol=5e-5)
    assert torch.equal(net(z[:, :, None, None]), net(z))


WIDTHS = (512, 512, 512, 512, 256, 256, 128, 128, 64, 64, 32, 32)
BESIDE = {
    "simple": 2 * sum(WIDTHS) + 3,  # gain and shift of BatchNorm, the output's bias
    "minibatch_disc": sum(WIDTHS) + 3,
    "equallr": sum(WIDTHS) + 3 + 13,  # a scale of each convolution
    "pixelwisenorm": sum(WIDTHS) + 3 + 13,
}
"""Parameters of the published ones beside the convolutions' weights."""


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_published_ones_have_so_many_parameters(variant: Any) -> None:
    z_dim = 128 if variant == "simple" else 512
    with torch.device("meta"):
        net = ProGan128Generator(ProGan128Shape(variant, z_dim=z_dim))
        images = net(torch.empty(2, z_dim))
    weights = 16 * z_dim * 512 + sum(9 * a * b for a, b in pairwise(WIDTHS)) + 32 * 3
    assert sum(p.numel() for p in net.parameters()) == weights + BESIDE[variant]
    assert images.shape == (2, 3, 128, 128)
    assert net.layer_names == [f"layer{index}" for index in range(1, 13)]


def test_parameters_have_the_published_names() -> None:
    names = {variant: sorted(generator(variant, (2, 2), 4).state_dict()) for variant in VARIANTS}
    layer = ["layer1.conv.weight", "layer2.conv.weight"]
    assert names["minibatch_disc"] == sorted(
        [*layer, "layer1.conv.bias", "layer2.conv.bias", "output.conv.bias", "output.conv.weight"]
    )
    assert names["simple"] == sorted(
        [*layer, "output.conv.bias", "output.conv.weight"]
        + [
            f"layer{index}.norm.{part}"
            for index in (1, 2)
            for part in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
        ]
    )
    assert names["equallr"] == sorted(
        [*layer, "output.conv.weight"]
        + [f"{part}.wscale.{value}" for part in ("layer1", "layer2", "output") for value in ("b", "scale")]
    )
    assert names["pixelwisenorm"] == names["equallr"]


@pytest.mark.parametrize("variant", VARIANTS)
@torch.no_grad()
def test_layer4_has_8x8_cells_and_is_what_its_rectifier_gives(variant: Any) -> None:
    net = generator(variant)
    with record(net, ["layer4", "layer4.relu"]) as recorded:
        images = net(torch.randn(5, 7))
    assert recorded["layer4"].shape == (5, 3, 8, 8)
    assert torch.equal(recorded["layer4"], recorded["layer4.relu"])
    assert (recorded["layer4"].min() < 0) == (variant != "simple")
    assert images.abs().max() <= 1


def test_a_pixel_has_a_mean_square_of_one() -> None:
    x = torch.tensor([1.0, 7.0]).view(1, 2, 1, 1)  # mean square 25
    torch.testing.assert_close(PixelNorm()(x), x / 5)


def test_one_number_scales_all_channels() -> None:
    scale = LearnedScale(2)
    assert scale(torch.ones(1, 2, 1, 1)).flatten().tolist() == [1, 1]
    scale.scale.data, scale.b.data = torch.tensor([3.0]), torch.tensor([10.0, -1.0])
    assert scale(torch.tensor([2.0, 4.0]).view(1, 2, 1, 1)).flatten().tolist() == [16, 11]


def test_only_the_scale_of_a_normalised_latent_does_not_matter() -> None:
    z = torch.randn(3, 7, generator=torch.Generator().manual_seed(1))
    for variant in VARIANTS:
        net = generator(variant)
        assert torch.allclose(net(z), net(30 * z), atol=1e-5) == (variant != "simple")


def test_what_cannot_be_built_is_refused() -> None:
    expected = "no variant 'wgan' of Progressive GAN; choose from simple, minibatch_disc, equallr, pixelwisenorm"
    with pytest.raises(ConfigError) as refused:
        ProGan128Shape("wgan")  # type: ignore[arg-type]
    assert str(refused.value) == expected
    with pytest.raises(ConfigError, match="3 layers do not give 8 px"):
        ProGan128Shape("simple", 8, (4, 4, 4))


def test_every_second_layer_doubles_the_cells() -> None:
    net = generator("simple", (2,) * 10, 64)
    with record(net, net.layer_names) as recorded:
        net(torch.randn(1, 7))
    assert [recorded[name].shape[2] for name in net.layer_names] == [4, 4, 8, 8, 16, 16, 32, 32, 64, 64]
