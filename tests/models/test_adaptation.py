"""Modules of other people behave as generators of images."""

from collections import namedtuple
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.hooks import edit, find_layer, record
from ganatomy.models.adaptation import AdaptedGenerator, adapt
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.given import as_generator
from ganatomy.models.protocol import ImageGenerator, sample_latents


class Foreign(nn.Module):
    """Latents (n, 3) to 2 x 2 pixels of their colour; `wrap` makes of the images what it returns."""

    def __init__(self, wrap: Any = lambda images: images, latent_dimensions: int = 2) -> None:
        super().__init__()
        self.first = nn.Identity()
        self.second = nn.Sequential(nn.Conv2d(3, 3, 1, bias=False))
        self.second[0].weight.data = torch.eye(3)[:, :, None, None]
        self.wrap, self.latent_dimensions = wrap, latent_dimensions

    def forward(self, z: Tensor) -> Any:
        if z.ndim != self.latent_dimensions:
            raise RuntimeError(f"latents are {tuple(z.shape)}")
        cells = z.reshape(len(z), 3, 1, 1)
        return self.wrap(self.second(self.first(cells.expand(-1, -1, 2, 2))))


Both = namedtuple("Both", ("features", "picture"))
Z = torch.tensor([[-1.0, 0.0, 1.0], [0.5, 0.25, -0.5]])


def images(z: Tensor = Z) -> Tensor:
    return z[:, :, None, None].expand(-1, -1, 2, 2)


def test_the_module_becomes_an_image_generator() -> None:
    generator = adapt(Foreign(), z_dim=3)
    assert isinstance(generator, ImageGenerator)
    assert (generator.z_dim, generator.image_size, generator.latent, generator.class_names) == (3, 2, "normal", None)
    assert torch.equal(generator(Z), images())


@pytest.mark.parametrize("added", [0, 1, 2])
def test_latents_with_more_dimensions_of_length_one(added: int) -> None:
    generator = adapt(Foreign(latent_dimensions=2 + added), z_dim=3)
    assert (generator.added, generator.is_spatial) == (added, added == 2)
    assert torch.equal(generator(Z), images())


@pytest.mark.parametrize(
    "wrap",
    [
        lambda x: (x, torch.zeros(2)),
        lambda x: [torch.zeros(len(x), 3), x],
        lambda x: {"mask": torch.zeros(len(x), 2, 2), "image": x},
        lambda x: Both(x.flatten(1), x),
        lambda x: (x, torch.zeros(len(x), 3, 2, 2, dtype=torch.int64)),
        lambda x: {"bytes": torch.zeros(len(x), 3, 2, 2, dtype=torch.uint8), "floats": x},
    ],
)
def test_images_are_found_among_other_outputs(wrap: Any) -> None:
    assert torch.equal(adapt(Foreign(wrap), z_dim=3)(Z), images())


def test_the_output_can_be_named() -> None:
    by_name = Foreign(lambda x: {"small": x / 2, "large": x})
    assert torch.equal(adapt(by_name, z_dim=3, output="large")(Z), images())
    assert torch.equal(adapt(Foreign(lambda x: (x / 2, x)), z_dim=3, output=1)(Z), images())


@pytest.mark.parametrize(
    ("wrap", "options", "message"),
    [
        (
            lambda x: (torch.zeros(2), x, x),
            {},
            "the generator returns several images: 0: (2,), 1: (2, 3, 2, 2), 2: (2, 3, 2, 2); say which one, such as "
            "output=1",
        ),
        (
            lambda x: {"codes": x.flatten(1)},
            {},
            "the generator returns no images (n, 3, h, w) or (n, 1, h, w) but 'codes': (2, 12)",
        ),
        (lambda x: x, {"output": "image"}, "the generator returns no output 'image'; choose one of 0: (2, 3, 2, 2)"),
        (lambda x: "x", {}, "the generator returns a str; it must return a tensor, tuple or dict"),
        (lambda x: x[:, :, :1], {}, "the generator makes images of 1 x 2 px; only square ones can be opened up"),
        (
            lambda x: x,
            {"value_range": (1, 0)},
            "value_range is (1, 0); give what stands for black, then what stands for white",
        ),
        (lambda x: x, {"classes": 0}, "classes are none; give how many there are, or their names, or leave it out"),
        (
            lambda x: x.byte(),
            {"value_range": (0, 1)},
            "the images are uint8, but value_range is (0, 1); give value_range=(0, 255)",
        ),
        (
            lambda x: x,
            {"call": {"noise_mode": "const"}},
            "call has 'noise_mode', which Foreign does not take; it takes latents and nothing else",
        ),
    ],
)
def test_what_cannot_be_adapted_is_refused(wrap: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        adapt(Foreign(wrap), z_dim=3, **options)
    assert str(refused.value) == message


def test_all_attempts_are_told_where_the_module_fails() -> None:
    with pytest.raises(ConfigError) as refused:
        adapt(nn.Linear(5, 3), z_dim=4)
    message = str(refused.value)
    assert message.startswith("Linear cannot run on latents of z_dim 4: of latents (2, 4) RuntimeError: ")
    assert "; of latents (2, 4, 1, 1) RuntimeError: " in message
    assert "; of latents (2, 4, 1) RuntimeError: " in message
    assert message.endswith(
        "; give the length of its latents as z_dim, if it takes classes how many as classes, and what else it needs "
        "as call"
    )


def test_a_module_without_z_dim_says_what_to_pass() -> None:
    expected = (
        "Foreign has no z_dim, so that no latents can be drawn for it; say how long they are, such as "
        "ganatomy.adapt(module, z_dim=128)"
    )
    for attempt in (lambda: adapt(Foreign()), lambda: LatentSet(Foreign(), 0, "mine", 4).take(torch.arange(2))):
        with pytest.raises(ConfigError) as refused:
            attempt()
        assert str(refused.value) == expected


def test_values_and_channels_become_rgb_from_minus_one_to_one() -> None:
    generator = adapt(Foreign(lambda x: x * 127.5 + 127.5), z_dim=3, value_range=(0, 255), channel_order="BGR")
    assert torch.allclose(generator(Z), images().flip(1), atol=1e-6)


def test_images_of_bytes_become_floats() -> None:
    generator = adapt(Foreign(lambda x: (x * 127.5 + 127.5).round().byte()), z_dim=3, value_range=(0, 255))
    shown = generator(Z)
    assert shown.dtype == torch.float32
    assert torch.allclose(shown, images(), atol=1.01 / 255)  # half a step of rounding


class Noisy(nn.Module):
    """Adds what its call says to the colour of the latent, and with classes their number."""

    def forward(self, z: Tensor, /, classes: Tensor | None = None, *, noise_mode: str, strength: float = 0.5) -> Tensor:
        shift = {"const": strength, "none": 0.0}[noise_mode] + (0 if classes is None else classes[:, None])
        return (z + shift)[:, :, None, None].expand(-1, -1, 2, 2)


def test_what_it_takes_beside_latents_is_given_at_every_call() -> None:
    call = {"noise_mode": "const", "strength": 0.25}
    assert torch.equal(adapt(Noisy(), z_dim=3, call=call)(Z), images(Z + 0.25))
    z = torch.cat([Z, torch.tensor([[1.0], [0.0]])], 1)
    classy = adapt(Noisy(), z_dim=3, classes=2, call={"noise_mode": "none"})
    assert torch.equal(classy(z), images(Z + z[:, 3:]))


@pytest.mark.parametrize(
    ("classes", "taken"), [(None, "latents and classes, noise_mode"), (2, "latents, classes and noise_mode")]
)
def test_a_name_that_it_does_not_take_is_told_with_those_that_it_takes(classes: int | None, taken: str) -> None:
    with pytest.raises(ConfigError) as refused:
        adapt(Noisy(), z_dim=3, classes=classes, call={"noise_mode": "none", "noise": 1})
    assert str(refused.value) == f"call has 'noise', which Noisy does not take; it takes {taken}, strength"


def test_a_module_that_takes_any_name_is_given_it() -> None:
    class Anything(nn.Module):
        def forward(self, z: Tensor, **told: float) -> Tensor:
            return images(z * told["factor"])

    assert torch.equal(adapt(Anything(), z_dim=3, call={"factor": 2.0})(Z), images(Z * 2))


def test_what_it_lacks_is_told_by_its_own_error() -> None:
    with pytest.raises(ConfigError, match="missing 1 required keyword-only argument: 'noise_mode'"):
        adapt(Noisy(), z_dim=3)


def test_grey_images_get_three_equal_channels() -> None:
    grey = adapt(Foreign(lambda x: x[:, 1:2]), z_dim=3)(Z)
    assert torch.equal(grey, images()[:, 1:2].expand(-1, 3, -1, -1))


def test_layers_and_weights_keep_the_names_of_the_module() -> None:
    module = Foreign()
    generator = adapt(module, z_dim=3)
    assert find_layer(generator, "second.0") is module.second[0]
    assert [name for name, _ in generator.named_parameters()] == ["second.0.weight"]
    assert [*generator.state_dict()] == ["second.0.weight"]
    assert generator.get_submodule("second.0") is module.second[0]
    with record(generator, ["first"]) as recorded, edit(generator, {"first": lambda r: r * 0}):
        edited = generator(Z)
    assert torch.equal(recorded["first"], images())
    assert not edited.any()


def test_a_module_on_several_devices_is_taken_out_of_its_wrapper() -> None:
    module = Foreign()
    generator = adapt(nn.DataParallel(module), z_dim=3)
    assert generator.module is module
    assert find_layer(generator, "first") is module.first


@pytest.mark.parametrize("prefix", ["", "module."])
def test_weights_are_loaded_with_and_without_the_prefix_of_several_devices(prefix: str) -> None:
    half = {f"{prefix}second.0.weight": torch.eye(3)[:, :, None, None] / 2}
    assert torch.equal(adapt(Foreign(), z_dim=3, weights=half)(Z), images() / 2)
    generator = adapt(Foreign(), z_dim=3)
    generator.load_state_dict(half)
    assert torch.equal(generator(Z), images() / 2)


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(CheckpointError, match=r"^the weights are not those of Foreign: .*second\.0\.weight"):
        adapt(Foreign(), z_dim=3, weights={"other": torch.zeros(1)})


def test_classes_are_the_second_argument() -> None:
    class Classy(nn.Module):
        def forward(self, z: Tensor, classes: Tensor) -> Tensor:
            assert classes.dtype == torch.int64
            return (z[:, :3] + classes[:, None])[:, :, None, None].expand(-1, -1, 2, 2)

    generator = adapt(Classy(), z_dim=3, classes=("cat", "dog"))
    assert generator.class_names == ("cat", "dog")
    assert adapt(Classy(), z_dim=3, classes=2).class_names == ("0", "1")
    z = sample_latents(generator, 8, torch.Generator().manual_seed(0))
    assert torch.equal(generator(z), images(z[:, :3] + z[:, 3:]))


def test_the_trial_leaves_modes_and_statistics_as_they_were() -> None:
    module = nn.Sequential(nn.Unflatten(1, (3, 1, 1)), nn.BatchNorm2d(3), nn.Upsample(scale_factor=2)).train()
    module[2].eval()
    adapt(module, z_dim=3)
    assert [part.training for part in module] == [True, True, False]
    assert adapt(module, z_dim=3).training
    assert not adapt(module.eval(), z_dim=3).training
    assert not module[1].running_mean.any()


def test_what_tells_adaptations_apart_is_in_the_fingerprint() -> None:
    ways: tuple[dict[str, Any], ...] = ({}, {"latent": "uniform"}, {"value_range": (0, 1)})
    module = Foreign()
    assert len({fingerprint(adapt(module, z_dim=3, **told)) for told in ways}) == 3
    calls = ({"noise_mode": "const"}, {"noise_mode": "none"})
    assert len({fingerprint(adapt(Noisy(), z_dim=3, call=call)) for call in calls}) == 2


def test_the_fingerprint_says_no_more_than_there_is_to_say() -> None:
    first = "z_dim=3, latent='normal', is_spatial=False, output=None, value_range=(-1.0, 1.0), channel_order='RGB', "
    assert adapt(Foreign(), z_dim=3).extra_repr() == f"{first}class_names=None"
    assert adapt(Foreign(latent_dimensions=3), z_dim=3).extra_repr() == f"{first}class_names=None, added=1"


def test_as_generator_adapts_only_what_is_none() -> None:
    generator = adapt(Foreign().eval(), z_dim=3)
    assert as_generator(generator) is generator
    module = Foreign()
    module.z_dim = 3
    assert isinstance(as_generator(module), AdaptedGenerator)
