"""The generator of Progressive GAN has the published layers, and each computes what can be worked out by hand."""

import math

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from ganatomy.errors import ConfigError
from ganatomy.hooks import record, split
from ganatomy.models.networks.progan import (
    SHAPES,
    Block,
    Output,
    ProGanGenerator,
    ProGanShape,
    WScale,
    initialise_normal,
    pixel_norm,
)
from ganatomy.models.protocol import sample_latents

SMALL = ProGanShape(8, (6, 5, 4, 3), z_dim=7)

# Inputs, outputs and cells a side of the layers of the published 256 px file
LAYERS = [
    (512, 512, 4), (512, 512, 4), (512, 512, 8), (512, 512, 8), (512, 512, 16), (512, 512, 16), (512, 256, 32),
    (256, 256, 32), (256, 128, 64), (128, 128, 64), (128, 64, 128), (64, 64, 128), (64, 32, 256), (32, 32, 256),
]  # fmt: skip


def small(seed=0):
    generator = ProGanGenerator(SMALL).eval()
    initialise_normal(generator, torch.Generator().manual_seed(seed))
    return generator


def test_the_256_px_generator_has_the_published_parameters():
    with torch.device("meta"):
        generator = ProGanGenerator(SHAPES[256])
    kernels = [16] + [9] * 13
    expected = sum(a * b * cells + b for (a, b, _), cells in zip(LAYERS, kernels, strict=True)) + 32 * 3 + 3
    assert expected == 18_344_995
    assert sum(p.numel() for p in generator.parameters()) == expected


def test_every_layer_of_the_256_px_generator_has_its_units_and_cells():
    with torch.device("meta"):
        generator = ProGanGenerator(SHAPES[256])
    assert generator.layer_names == [f"layer{number}" for number in range(1, 15)]
    with torch.no_grad(), record(generator, [*generator.layer_names, "output_256x256"]) as recorded:
        assert generator(torch.empty(2, 512, device="meta")).shape == (2, 3, 256, 256)
    shapes = [tuple(recorded[name].shape) for name in generator.layer_names]
    assert shapes == [(2, units, cells, cells) for _, units, cells in LAYERS]
    assert recorded["output_256x256"].shape == (2, 3, 256, 256)


def test_an_image_costs_17_6_gflop():
    with torch.device("meta"):
        generator = ProGanGenerator(SHAPES[256])
    with FlopCounterMode(display=False) as counter:
        generator(torch.empty(1, 512, device="meta"))
    convolutions = sum(2 * 9 * a * b * cells**2 for a, b, cells in LAYERS[1:]) + 2 * 32 * 3 * 256**2
    first = 2 * 512 * 512 * 16 * 16  # 16 taps for each of 16 cells; all but one of them meet padding
    assert counter.get_total_flops() == convolutions + first
    assert round(convolutions / 1e9, 1) == 17.6


@pytest.mark.parametrize("size", SHAPES)
def test_there_is_a_generator_of_every_public_size(size):
    with torch.device("meta"):
        generator = ProGanGenerator(SHAPES[size])
    assert generator.layer_names == [f"layer{number}" for number in range(1, 2 * int(math.log2(size)) - 1)]
    assert [name for name, _ in generator.named_children()][-1] == f"output_{size}x{size}"
    assert generator(torch.empty(1, 512, device="meta")).shape == (1, 3, size, size)


def test_units_are_those_of_the_published_tables():
    assert list(SHAPES) == [4, 8, 16, 32, 64, 128, 256, 512, 1024]
    assert SHAPES[256] == ProGanShape()
    for size in (4, 8, 16, 32, 64, 128):
        assert SHAPES[size].channels == SHAPES[256].channels[: len(SHAPES[size].channels)]
    assert SHAPES[1024].channels == (*(512,) * 8, 256, 256, 128, 128, 64, 64, 32, 32, 16, 16)
    assert SHAPES[512].channels == SHAPES[1024].channels[:-2]


def test_latents_with_two_more_dimensions_give_the_same_images():
    generator, z = small(), torch.randn(3, 7, generator=torch.Generator().manual_seed(1))
    assert torch.equal(generator(z[:, :, None, None]), generator(z))


def test_the_1024_px_generator_ends_with_sixteen_units():
    with torch.device("meta"):
        generator = ProGanGenerator(SHAPES[1024])
    assert generator.layer_names[-1] == "layer18"
    assert generator(torch.empty(1, 512, device="meta")).shape == (1, 3, 1024, 1024)
    assert generator.layer18.conv.weight.shape == (16, 16, 3, 3)
    assert generator.layer9.conv.weight.shape == (256, 512, 3, 3)


def test_parameters_have_the_names_and_shapes_of_the_published_file():
    shapes = {name: tuple(tensor.shape) for name, tensor in small().state_dict().items()}
    assert shapes == {
        "layer1.conv.weight": (6, 7, 4, 4),
        "layer1.wscale.b": (6,),
        "layer2.conv.weight": (5, 6, 3, 3),
        "layer2.wscale.b": (5,),
        "layer3.conv.weight": (4, 5, 3, 3),
        "layer3.wscale.b": (4,),
        "layer4.conv.weight": (3, 4, 3, 3),
        "layer4.wscale.b": (3,),
        "output_8x8.conv.weight": (3, 3, 1, 1),
        "output_8x8.wscale.b": (3,),
    }


def test_pixels_are_divided_by_the_root_of_their_mean_square():
    x = torch.tensor([[[[1.0, 0.0]], [[7.0, 0.0]]]])  # mean squares (1 + 49) / 2 = 25 and 0
    torch.testing.assert_close(pixel_norm(x), x / 5)
    tiny = torch.full((1, 2, 1, 1), 1e-4)  # mean square 1e-8, as much as the eps beside it
    torch.testing.assert_close(pixel_norm(tiny), torch.full((1, 2, 1, 1), math.sqrt(0.5)))


def test_scaling_by_the_root_of_the_inputs_comes_before_the_bias():
    wscale = WScale(4, 2, gain=3.0)
    wscale.b.data = torch.tensor([10.0, -1.0])
    x = torch.tensor([2.0, 4.0]).view(1, 2, 1, 1)
    assert wscale(x).flatten().tolist() == [2 * 3 / 2 + 10, 4 * 3 / 2 - 1]


def test_the_first_layer_spreads_the_latent_over_its_kernel():
    block = Block(2, 1, kernel=4, padding=3)
    block.conv.weight.data = torch.arange(32.0).view(1, 2, 4, 4) - 16
    block.wscale.b.data = torch.tensor([0.5])
    y = block(torch.tensor([3.0, 3.0]).view(1, 2, 1, 1))  # normalised to 1, 1
    # The cell at (0, 0) meets the kernel's last tap: -16 + 15 of the first channel, 15 of the second
    scale = math.sqrt(2) / 4 / math.sqrt(2)
    assert y.shape == (1, 1, 4, 4)
    assert y[0, 0, 0, 0].item() == pytest.approx((-1 + 15) * scale + 0.5, rel=1e-5)
    assert y[0, 0, 3, 3].item() == pytest.approx(0.2 * ((-16 + 0) * scale + 0.5), rel=1e-5)


def test_an_upsampling_block_doubles_cells_and_rectifies_last():
    block = Block(1, 1, kernel=3, padding=1, upsampled=True)
    block.conv.weight.data = torch.ones(1, 1, 3, 3)
    y = block(torch.tensor([[[[5.0, -5.0]]]]))[0, 0]  # normalised to 1, -1; upsampled to 1 1 -1 -1 in two rows
    scale = math.sqrt(2) / 3
    row = torch.tensor([4.0, 2.0, 0.2 * -2.0, 0.2 * -4.0]) * scale  # sums of 2 x 2, 2 x 3 and 2 x 3, 2 x 2 cells
    torch.testing.assert_close(y, row.expand(2, 4))


def test_colours_are_mixed_without_a_bound():
    output = Output(4)
    output.conv.weight.data = torch.ones(3, 4, 1, 1)
    output.wscale.b.data = torch.tensor([0.0, 1.0, -9.0])
    assert output(torch.full((1, 4, 1, 1), 7.0)).flatten().tolist() == pytest.approx([2.0, 3.0, -7.0])


@pytest.mark.parametrize("layer", ["layer1", "layer2", "layer3", "layer4"])
def test_a_recorded_layer_is_what_its_rectifier_gives(layer):
    generator = small()
    z = torch.randn(5, 7, generator=torch.Generator().manual_seed(1))
    with torch.no_grad(), record(generator, [layer, f"{layer}.wscale"]) as recorded:
        generator(z)
    before = recorded[f"{layer}.wscale"]
    assert before.min() < 0 < before.max()
    torch.testing.assert_close(recorded[layer], torch.where(before > 0, before, 0.2 * before))


def test_the_scale_of_the_latent_does_not_matter():
    generator = small()
    z = torch.randn(3, 7, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(generator(z), generator(30 * z))


def test_weights_start_normal_and_activations_keep_their_scale():
    generator = ProGanGenerator(ProGanShape(16, (64,) * 6, z_dim=64))
    initialise_normal(generator, torch.Generator().manual_seed(0))
    weights = torch.cat([part.weight.flatten() for part in generator.modules() if isinstance(part, nn.Conv2d)])
    assert weights.std().item() == pytest.approx(1, abs=0.01)
    assert weights.mean().item() == pytest.approx(0, abs=0.01)
    assert not any(part.b.any() for part in generator.modules() if isinstance(part, WScale))
    z = sample_latents(generator, 64, torch.Generator().manual_seed(1))
    with torch.no_grad(), record(generator, ["layer1", "layer4"]) as recorded:
        generator(z)
    # Gain sqrt(2): mean square 2 before the rectifier, (1 + 0.2^2) / 2 of it after; layer1's cells meet one tap of 16
    assert recorded["layer1"].square().mean().item() == pytest.approx(1.04 / 16, rel=0.1)
    inner = recorded["layer4"][:, :, 1:-1, 1:-1]  # away from the padding
    assert inner.square().mean().item() == pytest.approx(1.04, rel=0.1)


@pytest.mark.parametrize("channels", [(), (4, 4, 4), (4, 4)])
def test_channels_that_do_not_give_the_image_size_are_refused(channels):
    message = f"{len(channels)} layers do not give 8 px; Progressive GAN has two layers for 4 px and two more"
    with pytest.raises(ConfigError, match=message):
        ProGanShape(8, channels)


def grown(fade):
    """A generator of 16 px, and one of 8 px of which it has the weights."""
    generator = ProGanGenerator(ProGanShape(16, (6, 5, 4, 3, 3, 2), z_dim=7, fade=fade)).eval()
    initialise_normal(generator, torch.Generator().manual_seed(3))
    smaller = small()
    smaller.load_state_dict({name: generator.state_dict()[name] for name in smaller.state_dict()})
    return generator, smaller


def test_just_grown_it_makes_the_images_of_before_with_every_pixel_repeated():
    generator, smaller = grown(0.0)
    z = torch.randn(3, 7, generator=torch.Generator().manual_seed(4))
    with torch.no_grad():
        assert torch.equal(generator(z), smaller(z).repeat_interleave(2, 2).repeat_interleave(2, 3))


def test_a_fade_mixes_both_images_by_its_share():
    generator, smaller = grown(0.25)
    z = torch.randn(3, 7, generator=torch.Generator().manual_seed(4))
    full = ProGanGenerator(ProGanShape(16, generator.shape.channels, z_dim=7)).eval()
    full.load_state_dict({name: generator.state_dict()[name] for name in full.state_dict()})
    with torch.no_grad():
        coarse = smaller(z).repeat_interleave(2, 2).repeat_interleave(2, 3)
        torch.testing.assert_close(generator(z), 0.25 * full(z) + 0.75 * coarse)


def test_only_without_a_fade_do_its_parts_run_one_after_another():
    generator, _ = grown(0.25)
    assert generator.parts_in_order == []
    assert generator.layer_names == ["layer1", "layer2", "layer3", "layer4", "layer5", "layer6"]
    assert [name for name, _ in small().parts_in_order][-1] == "output_8x8"
    assert generator.grows


@pytest.mark.parametrize("layer", ["layer2", "layer4", "layer5", "layer6"])
def test_a_generator_that_fades_can_be_split_at_every_layer(layer):
    generator, _ = grown(0.25)
    z = torch.randn(3, 7, generator=torch.Generator().manual_seed(4))
    lower, upper = split(generator, layer)
    with torch.no_grad():
        torch.testing.assert_close(upper(lower(z), z), generator(z))


@pytest.mark.parametrize(("fade", "size"), [(-0.1, 8), (1.5, 8), (float("nan"), 8), (0.5, 4)])
def test_a_fade_is_a_share_of_two_resolutions(fade, size):
    with pytest.raises(ConfigError) as caught:
        ProGanShape(size, (3,) * (2 if size == 4 else 4), fade=fade)
    expected = f"fade is {fade:g} at {size} px; give 0 to 1, and 1 where no resolution lies below"
    assert str(caught.value) == expected
