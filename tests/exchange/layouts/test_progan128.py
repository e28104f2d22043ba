"""The 128 px variants are told by their names and units, and between two that these do not tell the user chooses."""

from typing import Any

import numpy as np
import pytest
import torch
from tests.reference import progan as reference
from torch import Tensor

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.exchange.layouts import progan, progan128
from ganatomy.hooks import split
from ganatomy.models.networks.progan128 import ProGan128Generator, ProGan128Shape

VARIANTS: list[Any] = ["simple", "minibatch_disc", "equallr", "pixelwisenorm"]
TELLING = dict(zip(VARIANTS, ["norm.running_mean", "conv.bias", "wscale.scale", "wscale.scale"], strict=True))
NARROW = (16, 16, 16, 16, 8, 8, 4, 4, 2, 2, 1, 1)
SMALL = (8, 7, 6, 5)


def file(variant: str, units: tuple[int, ...] = SMALL, z_dim: int = 9) -> dict[str, Tensor]:
    """Return random weights under the published names."""
    rng = torch.Generator().manual_seed(0)
    tensors: dict[str, Tensor] = {}

    def add(part: str, inputs: int, outputs: int, kernel: int) -> None:
        weight = torch.randn(outputs, inputs, kernel, kernel, generator=rng) / (inputs**0.5 * kernel)
        tensors[f"{part}.conv.weight"] = weight
        numbers = iter(torch.rand(5, outputs, generator=rng) + 0.5)
        if variant in ("equallr", "pixelwisenorm"):
            tensors.update({f"{part}.wscale.scale": next(numbers)[:1], f"{part}.wscale.b": next(numbers) - 1})
        elif variant == "simple" and part != "output":
            names = ("weight", "bias", "running_mean", "running_var")
            tensors.update({f"{part}.norm.{name}": next(numbers) for name in names})
            tensors[f"{part}.norm.num_batches_tracked"] = torch.tensor(7)
        else:
            tensors[f"{part}.conv.bias"] = next(numbers) - 1

    for index, (inputs, outputs) in enumerate(zip((z_dim, *units), units, strict=False)):
        add(f"features.{index}", inputs, outputs, 3 if index else 4)
    add("output", units[-1], 3, 1)
    return tensors


@pytest.mark.parametrize("variant", VARIANTS)
@torch.no_grad()
def test_a_variant_is_the_function_that_its_authors_gave(variant: Any) -> None:
    tensors = file(variant)
    recognised = progan128.read(tensors, variant)
    assert recognised.kind == "progan128"
    assert recognised.shape == ProGan128Shape(variant, 8, SMALL, z_dim=9)
    generator = ProGan128Generator(recognised.shape).eval()
    generator.load_state_dict(recognised.weights)
    z = torch.randn(4, 9, generator=torch.Generator().manual_seed(1))
    arrays = {name: value.double().numpy() for name, value in tensors.items()}
    expected = reference.variant(arrays, variant, z.double().numpy())
    assert expected.std() > 0.05
    np.testing.assert_allclose(generator(z).numpy(), expected, rtol=0, atol=5e-5)
    lower, upper = split(generator, "layer2")
    assert torch.equal(upper(lower(z)), generator(z))
    again = progan128.read(generator.state_dict(), variant)
    assert again.shape == recognised.shape
    assert all(torch.equal(again.weights[name], value) for name, value in recognised.weights.items())
    told = progan128.SCALED if variant in progan128.SCALED else (variant,)
    assert progan128.variants(generator.state_dict()) == told


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_published_ones_are_known_by_their_tensors(variant: Any) -> None:
    z_dim = 128 if variant == "simple" else 512
    tensors = file(variant, NARROW, z_dim)
    assert progan.looks_like(tensors)
    recognised = progan.read(tensors, variant=variant if variant in progan128.SCALED else None)
    assert recognised.shape == ProGan128Shape(variant, 128, NARROW, z_dim=z_dim)
    assert recognised.layout == f"Progressive GAN's training variant with {progan128.PUBLISHED[variant]}"
    assert recognised.evidence == (
        f"it has 'features.0.{TELLING[variant]}' and 'output.conv.weight'",
        f"12 layers make images of 128 px; latents have {z_dim} entries",
    )
    assert recognised.warnings == (
        (f"equallr and pixelwisenorm have the same tensors: that it is {variant} is taken as read",)
        if variant in progan128.SCALED
        else ()
    )


@pytest.mark.parametrize("units", [SMALL, (16, 16, 16, 16, 16, 16, 8, 8, 4, 4, 2, 2), (*NARROW, 1, 1)])
def test_older_files_of_progressive_gan_itself_are_no_variants(units: tuple[int, ...]) -> None:
    tensors = file("pixelwisenorm", units)
    assert not progan128.looks_like(tensors)
    assert progan.read(tensors).shape.channels == units


def test_two_variants_are_a_question() -> None:
    for read in (progan.read, progan128.read):
        with pytest.raises(ConfigError) as refused:
            read(file("equallr", NARROW))  # type: ignore[operator]
        assert str(refused.value) == (
            "the weights may be of two variants of Progressive GAN, which nothing tells apart: give --as "
            "progan-equallr, equalised learning rate (G128_equallr) or --as progan-pixelwisenorm, pixelwise "
            "normalisation (G128_pixelwisenorm)"
        )


def test_other_names_are_no_variant() -> None:
    for tensors in ({}, {"features.0.conv.weight": torch.zeros(1)}, {"output.conv.weight": torch.zeros(1)}):
        assert not progan128.looks_like(tensors)
    nothing = {"features.0.conv.weight": torch.zeros(1), "output.conv.weight": torch.zeros(1)}
    with pytest.raises(CheckpointError) as refused:
        progan128.read(nothing)
    assert str(refused.value) == (
        "no tensors are named as those of a variant of Progressive GAN are; give the state dict of the whole "
        "generator, as it was saved"
    )


def test_a_variant_that_the_names_are_not_of_is_refused() -> None:
    with pytest.raises(CheckpointError) as refused:
        progan.read(file("minibatch_disc"), variant="equallr")
    assert str(refused.value) == (
        "no tensors are named as those of the variant equallr are; give the state dict of the whole generator, as it "
        "was saved"
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_missing_misshapen_or_left_is_named(variant: Any) -> None:
    tensors = file(variant)
    for name in tensors:
        rest = {other: value for other, value in tensors.items() if other != name}
        if name.endswith("tracked"):
            assert progan128.read(rest, variant).weights["layer1.norm.num_batches_tracked"] == 0
            continue
        with pytest.raises(CheckpointError) as refused:
            progan128.read(rest, variant)
        assert str(refused.value) == (
            f"'{name}' is missing, without which the file holds no variant {variant} of Progressive GAN; give the "
            "state dict of the whole generator, as it was saved"
        )
        with pytest.raises(CheckpointError, match="has shape"):
            progan128.read({**tensors, name: tensors[name][None]}, variant)
    with pytest.raises(CheckpointError, match=r"'features\.3\.up\.weight' is no part of variant"):
        progan128.read({**tensors, "features.3.up.weight": torch.zeros(1)}, variant)


def test_more_layers_than_any_has_are_refused() -> None:
    tensors = {"features.99.conv.bias": torch.zeros(1), "output.conv.bias": torch.zeros(1)}
    with pytest.raises(CheckpointError, match=r"'features\.99\.conv\.weight' would be of more than 1024 px, which no"):
        progan128.read(tensors)
