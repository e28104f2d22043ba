"""Modules as they are given: put right on a copy where that is the same function, and said; else refused."""

from typing import Any

import pytest
import torch
from tests.data.test_sources import Told
from torch import Tensor, nn

import ganatomy as ga
from ganatomy.errors import ConfigError, DataError, GanatomyError, LayerError
from ganatomy.models.adaptation import AdaptedGenerator, adapt
from ganatomy.models.given import as_generator
from ganatomy.models.planted import PlantedGenerator
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.planted import PlantedSegmenter

Z = torch.randn(6, 8, generator=torch.Generator().manual_seed(1))


class Net(nn.Module):
    """Latents (n, 8, 1, 1) to images of 16 px; `give` makes of them what it returns."""

    z_dim = 8

    def __init__(self, give: Any = lambda images: images, noise: float = 0.0) -> None:
        super().__init__()
        self.first, self.norm = nn.ConvTranspose2d(8, 4, 4), nn.BatchNorm2d(4)
        self.last = nn.ConvTranspose2d(4, 3, 8, 4, 2)
        for number, parameter in enumerate(self.parameters()):
            nn.init.normal_(parameter, generator=torch.Generator().manual_seed(number))
        self.give, self.noise = give, noise

    def forward(self, z: Tensor) -> Any:
        hidden = self.norm(self.first(z))
        return self.give(self.last(hidden + self.noise * torch.randn_like(hidden)).tanh())


class Tokens(nn.Module):
    """An image generator whose layer gives (n, tokens, u)."""

    z_dim, image_size, latent, class_names = 8, 4, "normal", None

    def __init__(self) -> None:
        super().__init__()
        self.tokens, self.out = nn.Linear(8, 12), nn.Linear(12, 12)

    def forward(self, z: Tensor) -> Tensor:
        return self.out(self.tokens(z)[:, None].expand(-1, 4, -1)).view(-1, 3, 4, 4).tanh()


class Labelled(Net):
    """One that needs a class."""

    def forward(self, z: Tensor, label: Tensor) -> Any:  # type: ignore[override]
        return super().forward(z)


def state(module: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in module.state_dict().items()}


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return all(torch.equal(a[name], b[name]) for name in a)


def test_a_module_in_training_mode_is_opened_up_in_evaluation_mode_and_stays_as_it_is() -> None:
    module, told = Net().train(), Told()
    before = state(module)
    opened = as_generator(module, told)
    assert told.lines == ["Net is in training mode: a copy in evaluation mode is used, and it stays as it is"]
    assert not opened.training
    assert torch.allclose(opened(Z)[:3], opened(Z[:3]), atol=1e-6)  # BatchNorm does not see the batch
    found = ga.dissect(module, "first", PlantedSegmenter(), num_images=8)
    assert module.training
    assert same(before, state(module))
    still = Net().eval()
    still.load_state_dict(before)
    again = ga.dissect(still, "first", PlantedSegmenter(), num_images=8)
    assert [unit.iou for unit in found["first"].units] == [unit.iou for unit in again["first"].units]


def test_one_part_in_training_mode_is_enough() -> None:
    module, told = Net().eval(), Told()
    module.norm.train()
    assert not as_generator(module, told).get_submodule("norm").training
    assert module.norm.training
    assert len(told.lines) == 1


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_are_opened_up_in_float32(dtype: torch.dtype) -> None:
    module, told = Net().eval().to(dtype), Told()
    images = as_generator(module, told)(Z)
    assert images.dtype == torch.float32
    assert told.lines == [f"Net has weights of {str(dtype)[6:]}: a copy in float32 is used, and it stays as it is"]
    assert next(module.parameters()).dtype == dtype
    assert torch.allclose(adapt(module)(Z), images, atol=0.1)
    assert "layer" in str(ga.dissect(module, "first", PlantedSegmenter(), num_images=4))


def test_noise_is_drawn_by_the_latents_and_the_units_have_the_same_ious_each_time() -> None:
    module, told = Net(noise=1.0).eval(), Told()
    opened = as_generator(module, told)
    assert told.lines == [
        "Net draws noise in its forward pass: on a copy it is drawn by the latents, so that the same ones give the "
        "same image in the same batch"
    ]
    before = torch.get_rng_state()
    first, second, other = opened(Z), opened(Z), opened(-Z)
    assert torch.equal(first, second)
    assert not torch.equal(first, other)
    assert torch.equal(before, torch.get_rng_state())
    assert not torch.equal(adapt(module)(Z), adapt(module)(Z))
    ious = [
        [unit.iou for unit in ga.dissect(module, "first", PlantedSegmenter(), num_images=8)["first"].units]
        for _ in range(2)
    ]
    assert str(ious[0]) == str(ious[1])


def test_the_random_numbers_are_left_alone_where_a_pass_fails() -> None:
    opened = as_generator(Net(noise=1.0).eval())
    before = torch.get_rng_state()
    with pytest.raises(RuntimeError):
        opened(torch.zeros(1, 3))
    assert torch.equal(before, torch.get_rng_state())


def test_images_that_change_by_other_means_are_refused() -> None:
    calls: list[int] = []

    def give(images: Tensor) -> Tensor:
        calls.append(0)
        return images * (len(calls) % 2)

    with pytest.raises(
        DataError, match=r"^Net gives other images for the same latents at each call, and not by torch's"
    ):
        as_generator(Net(give).eval())


@pytest.mark.parametrize(
    ("give", "message"),
    [
        (
            lambda images: (images + 1) * 127.5,
            "^images of Net go from 0.* to 25.*; colours go from -1 to 1: say which by",
        ),
        (lambda images: images * float("nan"), "^images of Net hold NaN or infinity; colours are finite numbers in"),
    ],
)
def test_images_of_another_range_or_without_numbers_are_refused(give: Any, message: str) -> None:
    for use in (lambda net: ga.dissect(net, "first", PlantedSegmenter(), num_images=4), ga.samples):
        with pytest.raises(DataError, match=message):
            use(Net(give).eval())


def test_ranges_that_look_like_another_one_are_told() -> None:
    told = Told()
    as_generator(Net(lambda images: (images + 1) / 2).eval(), told)
    as_generator(Net(lambda images: 1.5 * images.sign()).eval(), told)
    assert told.lines == [
        "no pixel of Net lies below 0, which is grey: if 0 stands for black, give ganatomy.adapt(module, "
        "value_range=(0, 1))",
        "100% of the pixels of Net lie outside of [-1, 1] and count as black or white",
    ]


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (Net(lambda images: None).eval(), "the generator returns a NoneType; it must return a tensor, tuple or dict"),
        (
            Net(lambda images: [images, images]).eval(),
            "the generator returns several images: 0: .* say which one, such as",
        ),
        (Labelled().eval(), "Labelled cannot run on latents of z_dim 8: .*if it takes classes how many as classes"),
        (nn.Sequential(nn.ConvTranspose2d(8, 3, 4)).eval(), "Sequential has no z_dim, so that no latents can be drawn"),
        (3, "3 is no generator; give an nn.Module"),
    ],
)
def test_what_a_module_does_not_say_is_asked_for(module: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        as_generator(module)


@pytest.mark.parametrize(
    "give", [lambda images: {"image": images, "w": 0}, lambda images: (images, 0), lambda images: images]
)
def test_dicts_tuples_and_wrappers_of_several_devices_are_taken_as_they_come(give: Any) -> None:
    assert as_generator(nn.DataParallel(Net(give).eval()))(Z).shape == (6, 3, 16, 16)


def test_one_that_does_not_make_what_it_says_is_adapted_or_refused() -> None:
    module = Net().eval()
    module.image_size, module.latent, module.class_names = 64, "normal", None  # type: ignore[assignment]
    assert as_generator(module).image_size == 16
    tokens = Tokens().eval()
    assert as_generator(tokens) is tokens
    broken = PlantedGenerator().eval()
    broken.image_size += 1
    with pytest.raises(
        ConfigError, match=r"^PlantedGenerator cannot run on its own latents: it gives \(2, 3, .* in place"
    ):
        as_generator(broken)
    broken.z_dim = -3
    with pytest.raises(ConfigError, match=r"^PlantedGenerator cannot run on its own latents: RuntimeError: "):
        as_generator(broken)


def test_a_module_that_cannot_be_copied_is_told_what_to_be() -> None:
    module = Net().train()
    module.cached = torch.ones(1, requires_grad=True) * 2  # type: ignore[assignment]
    with pytest.raises(ConfigError, match=r"^Net is in training mode, .* and cannot be copied .*; give module.float"):
        as_generator(module)


def test_layers_of_tokens_are_refused_by_name() -> None:
    with pytest.raises(LayerError, match=r"layer 'out' returns shape \(4, 4, 12\); dissection needs featuremaps"):
        ga.dissect(Tokens().eval(), "out", PlantedSegmenter(), num_images=4)


def test_nothing_is_put_right_of_what_is_right() -> None:
    told, generator = Told(), PlantedGenerator().eval()
    assert as_generator(generator, told) is generator
    assert not told.lines
    adapted = adapt(Net().eval())
    assert as_generator(adapted, told) is adapted
    assert isinstance(as_generator(Net().eval()), AdaptedGenerator)


@pytest.mark.parametrize("far", [255.0, float("nan")])
def test_a_segmenter_refuses_images_of_another_range(far: float) -> None:
    images = torch.full((1, 3, 32, 32), far)
    with pytest.raises(
        GanatomyError, match=r"^images to be segmented (go from 255 to 255; colours go from -1 to 1|hold NaN)"
    ):
        load_segmenter("scenes").segment(images)
