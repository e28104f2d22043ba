"""StyleGAN2's generator computes what the article says, layer by layer, whatever it is run with."""

import math
from dataclasses import replace

import pytest
import torch
from tests.models.published_stylegan2 import authors
from tests.reference import stylegan2 as reference

from ganatomy.errors import ConfigError, LayerError
from ganatomy.exchange.layouts.stylegan2 import read
from ganatomy.hooks import edit, record, split
from ganatomy.intervene.changes import Change, ablate
from ganatomy.intervene.repair.baking import bake
from ganatomy.models.networks.styled import ModulatedConv, doubled, outer, smoothed
from ganatomy.models.networks.stylegan2 import (
    SIZES,
    StyleGan2Generator,
    StyleGan2Shape,
    initialise_stylegan2,
    mean_w,
    published_channels,
)
from ganatomy.models.protocol import ImageGenerator, sample_latents
from ganatomy.seeds import stream

SMALL = StyleGan2Shape(16, (6, 5, 4), z_dim=7, w_dim=5, mapping_layers=3)
STYLES = ["b4.conv1.affine", "b8.conv0.affine", "b8.torgb.affine", "b16.conv1.affine"]
MAPS = ["b4", "b4.conv1", "b8.conv0", "b8.conv1", "b8", "b8.torgb", "b16.conv0", "b16.conv1"]


def loaded(weights, **changes):
    """Return the generator of published weights, and those in float64."""
    recognised = read(weights)
    generator = StyleGan2Generator(replace(recognised.shape, **changes))
    generator.load_state_dict(recognised.weights)
    return generator.eval(), {name: value.double() for name, value in weights.items()}


def latents(n, z_dim=7):
    return torch.randn(n, z_dim, generator=torch.Generator().manual_seed(1))


def assert_as_defined(weights, n=2, number=None, told=None, **changes):
    generator, exact = loaded(weights, **changes)
    z = latents(n, generator.z_dim)
    given = z if number is None else torch.cat([z, number[:, None].float()], 1)
    expected = reference.images(exact, z.double(), number=number, **(told or {}))
    with torch.no_grad():
        images = generator(given)
        exactly = generator.double()(given.double())
    assert images.dtype == torch.float32
    torch.testing.assert_close(exactly, expected, atol=1e-10, rtol=1e-10)
    torch.testing.assert_close(images.double(), expected, atol=1e-4, rtol=1e-4)
    return images


@pytest.mark.parametrize("channels", [(6,), (6, 5), (6, 5, 4), (4, 6, 5, 3), (3, 3, 2, 2, 2)])
def test_images_are_those_of_the_slow_definition(channels):
    assert_as_defined(authors(channels), n=1 if len(channels) > 3 else 3)


def test_a_filter_that_is_not_symmetric_is_turned_around_as_in_a_convolution():
    taps = torch.tensor([1.0, 2.0, 4.0, 1.0])
    assert_as_defined(authors((4, 3), fir=torch.outer(taps, taps) / 64))


@pytest.mark.parametrize("psi", [0.7, 0.0, 1.5])
@pytest.mark.parametrize("cutoff", [None, 0, 2, 5, 6])
def test_w_is_moved_towards_its_mean_in_as_many_layers_as_are_asked_for(psi, cutoff):
    assert_as_defined(authors((4, 3, 3)), n=1, told={"psi": psi, "cutoff": cutoff}, truncation=psi, cutoff=cutoff)


def test_without_noise_none_is_added():
    nothing = dict.fromkeys(["b4.conv1", "b8.conv0", "b8.conv1"], torch.zeros((), dtype=torch.float64))
    assert_as_defined(authors((4, 3)), told={"noise": nothing}, noise="none")


def test_seeded_noise_is_drawn_once_for_each_layer():
    drawn = {
        name: torch.randn(size, size, generator=stream(3, f"stylegan2/noise/{name}")).double()
        for name, size in (("b4.conv1", 4), ("b8.conv0", 8), ("b8.conv1", 8))
    }
    images = assert_as_defined(authors((4, 3)), told={"noise": drawn}, noise="seeded", noise_seed=3)
    other = loaded(authors((4, 3)), noise="seeded", noise_seed=4)[0]
    assert not torch.equal(other(latents(2)), images)


@pytest.mark.parametrize("noise", ["const", "none", "seeded"])
def test_noise_is_the_same_in_every_pass_and_no_part_of_the_weights(noise):
    generator = loaded(authors((4, 3)), noise=noise)[0]
    assert torch.equal(generator(latents(2)), generator(latents(2)))
    assert set(generator.state_dict()) == set(read(authors((4, 3))).weights)


def test_activations_and_colours_are_limited_where_that_is_asked_for():
    assert_as_defined(authors((4, 3)), told={"clamp": 0.5}, clamp=0.5)


def test_a_class_is_the_last_entry_of_a_latent():
    generator = loaded(authors((4, 3), classes=3))[0]
    assert isinstance(generator, ImageGenerator)
    assert generator.class_names == ("0", "1", "2")
    images = assert_as_defined(authors((4, 3), classes=3), n=3, number=torch.tensor([2, 0, 2]))
    drawn = sample_latents(generator, 4, torch.Generator().manual_seed(0))
    assert drawn.shape == (4, 8)
    assert generator(drawn).shape == (4, 3, 8, 8)
    again = generator(torch.cat([latents(3), torch.tensor([[2.0], [1.0], [2.0]])], 1))
    torch.testing.assert_close(again[[0, 2]], images[[0, 2]])
    assert not torch.allclose(again[1], images[1])


def test_a_grey_generator_gives_three_equal_channels():
    generator, exact = loaded(authors((4, 3), colours=1))
    images = generator(latents(2)).double()
    assert images.shape == (2, 3, 8, 8)
    expected = reference.images(exact, latents(2).double()).expand(-1, 3, -1, -1)
    torch.testing.assert_close(images, expected, atol=1e-4, rtol=1e-4)


def test_latents_may_have_two_more_dimensions():
    generator = loaded(authors((4, 3)))[0]
    assert torch.equal(generator(latents(2)[:, :, None, None]), generator(latents(2)))


def test_latents_of_another_length_are_refused():
    with pytest.raises(ConfigError) as caught:
        loaded(authors((4, 3)))[0](latents(2, 8))
    assert str(caught.value) == "latents have shape (2, 8); give (n, 7)"
    with pytest.raises(ConfigError) as caught:
        loaded(authors((4, 3), classes=2))[0](latents(2, 7))
    expected = "latents have shape (2, 7); give (n, 8), the last entry being the number of the class"
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("size", "base", "parameters"),
    [(256, 16384, 24_767_458), (1024, 32768, 30_370_060)],
)
def test_published_sizes_have_the_published_layers(size, base, parameters):
    shape = StyleGan2Shape(size, published_channels(size, base))
    with torch.device("meta"):
        generator = StyleGan2Generator(shape)
    assert sum(one.numel() for one in generator.parameters()) == parameters
    names = generator.layer_names
    assert names[:3] == ["b4.conv1", "b8.conv0", "b8.conv1"]
    assert names[-1] == f"b{size}.conv1"
    with torch.no_grad(), record(generator, [*names, "mapping", "b8.conv0.affine"]) as recorded:
        assert generator(torch.empty(2, 512, device="meta")).shape == (2, 3, size, size)
    for name in names:
        cells = int(name.partition(".")[0].removeprefix("b"))
        assert recorded[name].shape == (2, min(base // cells, 512), cells, cells)
    assert recorded["mapping"].shape == (2, 512, 1, 1)
    assert recorded["b8.conv0.affine"].shape == (2, 512, 1, 1)


def test_layers_of_all_sizes_are_named_by_their_cells():
    for size in SIZES:
        shape = StyleGan2Shape(size, (2,) * (SIZES.index(size) + 1))
        with torch.device("meta"):
            generator = StyleGan2Generator(replace(shape, noise="seeded"))
        assert len(generator.layer_names) == 2 * len(shape.channels) - 1
        assert all(generator.get_submodule(name) for name in generator.layer_names)


def test_upsampling_puts_zeros_between_cells_and_smooths():
    x = torch.zeros(1, 1, 3, 3)
    x[0, 0, 1, 1] = 1
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 4
    expected = torch.zeros(6, 6)
    expected[1:5, 1:5] = torch.outer(taps, taps)
    torch.testing.assert_close(doubled(x, outer((1, 3, 3, 1)))[0, 0], expected)
    torch.testing.assert_close(doubled(x, outer((1, 1)))[0, 0, 2:4, 2:4], torch.ones(2, 2))
    assert smoothed(torch.ones(1, 2, 5, 5), outer((1, 3, 3, 1)))[0, 0, 2, 2] == 4


def test_scaled_weights_are_brought_back_to_unit_scale():
    conv = ModulatedConv(2, 1, 1)
    conv.weight.data = torch.tensor([[[[3.0]], [[4.0]]]])
    styles = torch.tensor([[1.0, 1.0], [2.0, 0.0]])[:, :, None, None]
    given = conv(torch.tensor([10.0, 20.0]).view(1, 2, 1, 1).expand(2, -1, -1, -1), styles)
    assert given.flatten().tolist() == pytest.approx([(30 + 80) / 5, 60 / 6])


@pytest.mark.parametrize("layer", [*MAPS, *STYLES, "mapping", "mapping.fc1", "truncation"])
def test_going_on_from_an_edited_layer_gives_what_the_whole_edited_network_gives(layer):
    generator = loaded(authors(), truncation=0.7, cutoff=3)[0]
    z = latents(5)
    lower, upper = split(generator, layer)
    with torch.no_grad():
        r, kept = lower.keep(z)
        change = ablate(layer, [1], 0.4)
        with edit(generator, change):
            expected = generator(z)
        some = torch.tensor([4, 0])
        torch.testing.assert_close(upper(change[layer](r), kept), expected)
        torch.testing.assert_close(upper(change[layer](r)[some], kept[some]), expected[some], atol=1e-4, rtol=1e-4)
        assert not torch.allclose(expected, generator(z))
    assert (upper.how, upper.why) == ("replayed", "")


def test_no_featuremap_goes_around_a_layer_but_the_colours_before_it():
    lower, _ = split(loaded(authors())[0], "b16.conv0")
    _, kept = lower.keep(latents(5))
    assert sorted(tuple(tensor.shape) for tensor in kept.crossing) == [(5, 3, 4, 4), (5, 3, 8, 8), (5, 5, 1, 1)]


def test_an_ablated_style_is_baked_exactly_and_a_map_is_not():
    generator = loaded(authors())[0]
    baked = bake(generator, Change("b8.conv0.affine", (1, 3), value=(0.0, 2.0)), latents(20))
    assert baked.way == "before"
    assert baked.difference < 1e-5
    assert baked.generator.b8.conv0.affine.bias[[1, 3]].tolist() == [0.0, 2.0]
    with pytest.raises(LayerError, match=r"the edit of layer 'b8\.conv0' cannot be written into weights"):
        bake(generator, Change("b8.conv0", (1, 3)), latents(20))


def test_weights_start_normal_and_activations_keep_their_scale():
    generator = StyleGan2Generator(StyleGan2Shape(16, (64, 64, 64), z_dim=64, w_dim=64))
    initialise_stylegan2(generator, torch.Generator().manual_seed(0))
    assert generator.b8.conv0.conv.weight.std().item() == pytest.approx(1, abs=0.02)
    assert generator.mapping.fc3.weight.std().item() == pytest.approx(100, rel=0.05)
    assert generator.b8.conv0.affine.bias.unique().tolist() == [1.0]
    assert generator.b8.conv0.bias.any().item() is False
    assert generator.b16.conv1.noise_const.std().item() == pytest.approx(1, abs=0.2)
    with torch.no_grad(), record(generator, ["b4.conv1", "mapping"]) as recorded:
        generator(sample_latents(generator, 64, torch.Generator().manual_seed(1)))
    # Mean square 1 before the rectifier, which makes (1 + 0.2^2) / 2 of it, times 2 by its gain
    inner = recorded["b4.conv1"][:, :, 1:-1, 1:-1]  # away from the padding
    assert inner.square().mean().item() == pytest.approx(1.04, rel=0.2)
    assert recorded["mapping"].square().mean().sqrt().item() == pytest.approx(1, abs=0.3)


def test_the_mean_of_w_is_that_over_latents():
    generator = loaded(authors((4, 3), classes=2))[0]
    z = sample_latents(generator, 30, stream(5, "stylegan2/mean"))
    expected = generator.mapping(z).mean(0).flatten()
    torch.testing.assert_close(mean_w(generator, 30, 5), expected)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"image_size": 32},
            "channels of 3 resolutions do not give 32 px; StyleGAN2 has one resolution for 4 px and one more for each "
            "doubling up to 1024 px, such as 7 for 256 px: give channels of as many",
        ),
        ({"image_size": 24}, "channels of 3 resolutions do not give 24 px; StyleGAN2 has one resolution"),
        ({"w_dim": 0}, "w_dim is 0; give whole numbers from 1 on"),
        ({"channels": (4, 0, 4)}, "channels is (4, 0, 4); give whole numbers from 1 on"),
        ({"cutoff": -1}, "cutoff is -1; give whole numbers from 0 on"),
        ({"colours": 4}, "colours is 4; give 3, or 1 for grey images"),
        ({"noise": "random"}, "noise is 'random'; choose from const, none, seeded"),
        ({"truncation": math.nan}, "truncation is nan; give a finite number, such as 0.7, or 1 for none"),
        ({"clamp": 0.0}, "clamp is 0.0; give a number above 0, or None for no limit"),
        ({"blur": (1.0, 2.0, 1.0)}, "blur is (1.0, 2.0, 1.0); give an even number of taps with a sum above 0"),
    ],
)
def test_what_is_no_shape_is_refused(changes, message):
    with pytest.raises(ConfigError) as caught:
        replace(SMALL, **changes)
    assert str(caught.value).startswith(message)
