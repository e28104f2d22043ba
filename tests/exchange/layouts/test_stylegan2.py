"""Both namings of StyleGAN2's weights give one generator, and what is none is refused in one line."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from tests.models.published_stylegan2 import authors, rosinality
from tests.reference import stylegan2 as reference
from torch import Tensor

from ganatomy.errors import CheckpointError
from ganatomy.exchange.layouts.hints import Hints
from ganatomy.exchange.layouts.stylegan2 import AUTHORS, ROSINALITY, looks_like, read
from ganatomy.models.networks.stylegan2 import StyleGan2Generator, StyleGan2Shape, mean_w

SQUARE = {"channels": (6, 5, 4), "z_dim": 5, "w_dim": 5}
Weights = dict[str, Tensor]


def generator_of(weights: Weights, **changes: Any) -> StyleGan2Generator:
    recognised = read(weights)
    generator = StyleGan2Generator(replace(recognised.shape, **changes))
    generator.load_state_dict(recognised.weights)
    return generator.eval()


def refusal(weights: Weights, hints: Hints | None = None) -> str:
    with pytest.raises(CheckpointError) as caught:
        read(weights, *([hints] if hints else []))
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_both_namings_of_one_function_give_the_same_images() -> None:
    weights = authors(**SQUARE)  # type: ignore[arg-type]
    theirs = rosinality(weights)
    assert not set(weights) & set(theirs)
    one, other = generator_of(weights), generator_of(theirs)
    z = torch.randn(3, 5, generator=torch.Generator().manual_seed(0))
    assert torch.equal(one(z), other(z))
    expected = reference.images({name: value.double() for name, value in weights.items()}, z.double())
    torch.testing.assert_close(other(z).double(), expected, atol=1e-4, rtol=1e-4)
    moved = generator_of(weights, truncation=0.5)(z)
    assert torch.equal(moved, generator_of(theirs, truncation=0.5)(z))
    assert not torch.allclose(moved, one(z))


def test_what_it_was_taken_for_is_said_with_the_evidence() -> None:
    found = read(authors(classes=3))
    assert (found.layout, found.kind) == (AUTHORS, "stylegan2")
    assert found.shape == StyleGan2Shape(16, (6, 5, 4), z_dim=7, w_dim=5, mapping_layers=3, classes=3)
    assert found.evidence == (
        "synthesis.b4.const is the constant of 4x4 cells",
        "mapping.fc0.weight to mapping.fc2.weight map 7 entries of a latent to 5 of w",
        "synthesis.b16.conv1.weight is the last of 3 resolutions: 16 px",
        "mapping.embed.weight has 3 columns: as many classes",
    )
    assert found.warnings == (
        "the file does not say whether activations were limited to 256, as in later trainings by its authors: here "
        "they are not",
    )
    other = read(rosinality(authors(**SQUARE)))  # type: ignore[arg-type]
    assert (other.layout, other.warnings) == (ROSINALITY, ())
    assert other.evidence == (
        "input.input is the constant of 4x4 cells",
        "style.1.weight to style.3.weight map 5 entries of a latent to 5 of w",
        "convs.3.conv.weight is the last of 3 resolutions: 16 px",
    )


@pytest.mark.parametrize("naming", [dict, rosinality])
@pytest.mark.parametrize("channels", [(6,), (6, 5)])
def test_every_size_is_told_from_the_names(naming: Callable[[Weights], Weights], channels: tuple[int, ...]) -> None:
    weights = naming(authors(channels, 5, 5))
    assert looks_like(weights)
    assert read(weights).shape.channels == channels
    assert read(weights).shape.image_size == 2 << len(channels)


def test_half_precision_becomes_float32_and_the_file_is_left_alone() -> None:
    weights = {name: value.half() for name, value in authors().items()}
    read_weights = read(weights).weights
    assert {value.dtype for value in read_weights.values()} == {torch.float32}
    read_weights["b4.const"].zero_()
    assert weights["synthesis.b4.const"].any()


def test_grey_generators_and_other_filters_are_read() -> None:
    taps = torch.tensor([1.0, 2.0, 4.0, 1.0])
    shape = read(authors(colours=1, fir=torch.outer(taps, taps) / 64)).shape
    assert (shape.colours, shape.blur) == (1, (0.125, 0.25, 0.5, 0.125))


def test_files_of_the_first_version_hold_no_noise() -> None:
    weights = {name: v for name, v in rosinality(authors(**SQUARE)).items() if "noises" not in name}  # type: ignore[arg-type]
    found = read(weights)
    assert (found.shape.noise, found.shape.noise_seed) == ("seeded", 0)
    assert found.warnings == ("the file holds no noise, as those of early versions: it is drawn by seed 0",)
    assert not found.weights["b8.conv0.noise_const"].any()


@pytest.mark.parametrize(("naming", "name"), [(dict, "mapping.w_avg"), (rosinality, "latent_avg")])
def test_a_mean_of_w_that_the_file_does_not_hold_is_taken_over_latents(
    naming: Callable[[Weights], Weights], name: str
) -> None:
    weights = naming(authors(**SQUARE))  # type: ignore[arg-type]
    del weights[name]
    found = read(weights)
    expected = f"the file holds no {name}: the mean of w, for truncation, was taken over 2048 latents"
    assert found.warnings[0] == expected
    torch.testing.assert_close(found.weights["truncation.w_avg"], mean_w(generator_of(weights)))


def test_other_weights_do_not_look_like_it() -> None:
    other = {"layer1.conv.weight": torch.zeros(4, 4, 4, 4), "input.input": torch.zeros(1)}
    assert not looks_like(other)
    assert refusal(other) == (
        "the weights are not those of a generator of StyleGAN2: there is neither synthesis.b4.const nor input.input "
        "beside conv1.conv.modulation.weight; give its state dict"
    )


@pytest.mark.parametrize("naming", [dict, rosinality])
def test_a_weight_that_is_missing_or_of_another_shape_is_named(naming: Callable[[Weights], Weights]) -> None:
    weights = naming(authors((4, 3), 5, 5))
    held = [name for name in weights if not name.endswith((".resample_filter", ".kernel", "_avg"))]
    for name in held:
        rest = {other: value for other, value in weights.items() if other != name}
        assert not looks_like(rest) or name in refusal(rest) or "is no weight" in refusal(rest)
        wrong = refusal({**weights, name: torch.zeros(2, 3, 7)})
        assert "pass the original file" in wrong or "are not those of a generator" in wrong
        assert (
            refusal({**weights, name: weights[name].long()})
            == f"{name} holds torch.int64, no weights; pass the original file"
        )


def test_a_weight_too_many_is_named() -> None:
    extra = {"synthesis.b32.conv1.bias": torch.zeros(3), "other": torch.zeros(1)}
    assert refusal({**authors(), "other": torch.zeros(1)}) == (
        "other is no weight of StyleGAN2's generator; pass its own weights alone"
    )
    assert refusal({**authors(), **extra}) == (
        "synthesis.b32.conv1.bias and 1 more is no weight of StyleGAN2's generator; pass its own weights alone"
    )


def test_variants_without_skips_are_refused() -> None:
    residual = {**authors(), "synthesis.b8.skip.weight": torch.zeros(5, 6, 1, 1)}
    rest = "it is of a variant of StyleGAN2 that was not published with weights; this version reads generators with "
    assert refusal(residual) == f"the file has synthesis.b8.skip.weight: {rest}skip connections (architecture='skip')"
    single = {name: value for name, value in authors().items() if "b4.torgb" not in name}
    assert refusal(single) == (
        f"the file has no synthesis.b4.torgb.weight: {rest}skip connections (architecture='skip')"
    )


def test_an_architecture_that_cannot_be_is_refused() -> None:
    weights = {**authors(), "synthesis.b4.torgb.weight": torch.zeros(4, 6, 1, 1)}
    assert refusal(weights) == (
        "the weights are not those of a generator of StyleGAN2: colours is 4; give 3, or 1 for grey images"
    )


def test_filters_that_no_network_here_has_are_refused() -> None:
    weights = authors()
    name = "synthesis.b8.conv0.resample_filter"
    flat = refusal({**weights, name: torch.ones(12)})
    assert flat == (
        f"{name} of shape (12,) is no product of the same taps in both dimensions; this version reads such filters "
        "alone"
    )
    assert "is no product of the same taps" in refusal({**weights, name: torch.eye(4)})
    assert refusal({**weights, name: torch.ones(4, 4)}) == (
        f"synthesis.b4.resample_filter and {name} are different filters; this version reads one for all"
    )


def test_another_size_than_is_asked_for_is_refused() -> None:
    assert read(authors(), Hints(image_size=16)).shape.image_size == 16
    assert refusal(authors(), Hints(image_size=64)) == "the generator makes images of 16 px; leave out --image-size"
