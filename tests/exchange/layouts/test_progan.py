"""Progressive GAN is the same function under whatever names it comes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.exchange.layouts.progan_files import File, genforce, old, published, tensorflow, with_scales
from tests.reference import progan as reference

from ganatomy.exchange.layouts import progan
from ganatomy.exchange.layouts.recognised import Recognised
from ganatomy.hooks import split
from ganatomy.models.networks.progan import SHAPES, ProGanGenerator, ProGanShape
from ganatomy.runs.directory import create_run
from ganatomy.runs.weights import load_image_generator, save_generator

UNITS = [10, 9, 8, 7, 6]
"""At 4, 8, ... px. Pixels of two or three units come near 0, where normalisation magnifies rounding."""
NAMINGS: dict[str, Callable[[Any], File]] = {
    "published": published,
    "published with scales": lambda weights: with_scales(published(weights)),
    "published with other scales": lambda weights: with_scales(published(weights), 3.0),
    "old": old,
    "old with scales": lambda weights: with_scales(old(weights), 0.7),
    "genforce": genforce,
    "tensorflow": tensorflow,
    "tensorflow of a session": lambda weights: tensorflow(weights, "Gs/", ":0"),
}


def opened(recognised: Recognised) -> ProGanGenerator:
    assert recognised.kind == "progan"
    generator = ProGanGenerator(recognised.shape).eval()
    generator.load_state_dict(recognised.weights)
    assert all(value.dtype == torch.float32 for value in recognised.weights.values())
    return generator


def assert_same(generator: ProGanGenerator, weights: reference.Weights, lod: int = 0, n: int = 2) -> None:
    z = torch.randn(n, generator.z_dim, generator=torch.Generator().manual_seed(1))
    expected = reference.images(weights, z.double().numpy(), lod)
    with torch.no_grad():
        np.testing.assert_allclose(generator(z).numpy(), expected, rtol=0, atol=5e-5)
        np.testing.assert_allclose(generator(z[:, :, None, None]).numpy(), expected, rtol=0, atol=5e-5)


@pytest.mark.parametrize("naming", NAMINGS)
@pytest.mark.parametrize("doublings", range(5))
@pytest.mark.parametrize("fused", [True, False])
def test_every_naming_is_the_authors_function_at_every_size(naming: str, doublings: int, fused: bool) -> None:
    weights = reference.random_weights(UNITS[: doublings + 1], z_dim=7, fused=fused)
    file = NAMINGS[naming](weights)
    assert progan.looks_like(file)
    recognised = progan.read(file)
    units = tuple(width for width in UNITS[: doublings + 1] for _ in range(2))
    assert recognised.shape == ProGanShape(4 * 2**doublings, units, z_dim=7)
    assert recognised.layout.startswith("Progressive GAN, in ")
    assert_same(opened(recognised), weights)


def test_scenes_of_256_px() -> None:
    weights = reference.random_weights([12, 11, 10, 9, 8, 7, 6], z_dim=9)
    recognised = progan.read(published(weights))
    assert recognised.evidence == (
        "it has 'layer1.conv.weight' and 'output_256x256.conv.weight'",
        "14 layers of up to 12 units make images of 256 px; latents have 9 entries",
    )
    assert_same(opened(recognised), weights, n=1)


@pytest.mark.parametrize("size", SHAPES)
def test_public_sizes_are_told_by_shapes_alone(size: int) -> None:
    with torch.device("meta"):
        generator = ProGanGenerator(SHAPES[size])
    for file in (generator.state_dict(), *renamed(generator)):
        assert progan.looks_like(file)
        recognised = progan.read(file)
        assert recognised.shape == SHAPES[size]
        assert {name: value.shape for name, value in recognised.weights.items()} == {
            name: value.shape for name, value in generator.state_dict().items()
        }


def renamed(generator: ProGanGenerator) -> tuple[File, File, File]:
    """Return its weights under the older names, genforce's and TensorFlow's, in the shapes that these have."""
    older, forced, flowing = {}, {}, {}
    names = [name for name, _ in generator.named_children()]
    for index, name in enumerate(names):
        weight, bias = (generator.get_parameter(f"{name}.{part}").detach() for part in ("conv.weight", "wscale.b"))
        is_output = index == len(names) - 1
        theirs = "output" if is_output else f"features.{index}"
        older |= {f"{theirs}.conv.weight": weight, f"{theirs}.wscale.b": bias}
        is_fused = 0 < index < len(names) - 1 and index % 2 == 0
        theirs = f"output{index // 2 - 1}" if is_output else f"layer{index}"
        forced |= {f"{theirs}.weight": weight.transpose(0, 1) if is_fused else weight, f"{theirs}.bias": bias}
        size = 4 * 2 ** (index // 2)
        part = ("Conv0_up" if is_fused else "Conv1") if index > 1 else ("Dense", "Conv")[index]
        theirs = "ToRGB_lod0" if is_output else f"{size}x{size}/{part}"
        turned = weight.permute(2, 3, 0, 1) if is_fused else weight.permute(2, 3, 1, 0)
        turned = turned.permute(2, 3, 0, 1).reshape(generator.z_dim, -1) if index == 0 else turned
        flowing |= {f"{theirs}/weight": turned, f"{theirs}/bias": bias}
    return older, forced, flowing


@pytest.mark.parametrize("naming", NAMINGS)
def test_what_was_read_is_saved_and_read_again(naming: str, tmp_path: Path) -> None:
    recognised = progan.read(NAMINGS[naming](reference.random_weights([6, 5, 4], z_dim=7)))
    generator = opened(recognised)
    assert generator.layer_names == ["layer1", "layer2", "layer3", "layer4", "layer5", "layer6"]
    run = create_run(tmp_path, "imported", {})
    save_generator(run, "ema", generator)
    loaded = load_image_generator(run)
    again = progan.read(loaded.state_dict())
    assert again.shape == recognised.shape
    assert again.layout == "Progressive GAN, in the names that GAN Dissection published"
    for name, value in recognised.weights.items():
        assert torch.equal(again.weights[name], value), name
    z = torch.randn(3, 7)
    for layer in loaded.layer_names:  # type: ignore[operator]
        lower, upper = split(loaded, layer)
        assert upper.how == "divided"
        torch.testing.assert_close(upper(lower(z)), generator(z))


def test_half_precision_becomes_single() -> None:
    file = {name: value.half() for name, value in published(reference.random_weights([4, 3])).items()}
    generator = opened(progan.read(file))
    assert torch.equal(generator.layer1.conv.weight, file["layer1.conv.weight"].float())


def test_scales_are_told() -> None:
    file = published(reference.random_weights([4, 3]))
    assert progan.read(with_scales(file)).evidence[1] == "it has 5 scales 'wscale.scale'"
    other = with_scales(file)
    other["layer3.wscale.scale"] *= 2
    other["layer4.wscale.scale"] = other["layer4.wscale.scale"].expand(3) * torch.tensor([1.0, 2.0, 3.0])
    other["output_8x8.wscale.scale"] = other["output_8x8.wscale.scale"].squeeze()
    recognised = progan.read(other)
    assert recognised.evidence[2] == (
        "those of 2 layers, from 'layer3' on, are not He's, and were written into weights"
    )
    assert torch.equal(recognised.weights["layer3.conv.weight"], file["layer3.conv.weight"] * 2)
    torch.testing.assert_close(
        recognised.weights["layer4.conv.weight"],
        file["layer4.conv.weight"] * torch.tensor([1.0, 2, 3]).view(3, 1, 1, 1),
    )
    assert torch.equal(recognised.weights["output_8x8.conv.weight"], file["output_8x8.conv.weight"])


@pytest.mark.parametrize("naming", [genforce, tensorflow])
def test_a_network_that_was_still_growing_is_as_large_as_its_images_were(naming: Callable[[Any], File]) -> None:
    weights = reference.random_weights([9, 8, 7], fused=naming is tensorflow)
    weights["lod"] = np.array(1.0)
    recognised = progan.read(naming(weights))
    assert recognised.shape == ProGanShape(8, (9, 9, 8, 8), z_dim=7)
    assert recognised.warnings[0] == "it had grown to 8 of 16 px; its images are left at 8 px, not enlarged"
    assert "more were left out: of other sizes than that of the images" in recognised.warnings[1]
    assert_same(opened(recognised), weights, lod=1)


def test_outputs_of_smaller_sizes_are_left_out() -> None:
    file = published(reference.random_weights([4, 3]))
    assert progan.read(file).warnings == ()
    smaller = {"output_4x4.conv.weight": torch.ones(3, 4, 1, 1), "output_4x4.wscale.b": torch.ones(3)}
    recognised = progan.read(file | smaller)
    assert recognised.warnings == (
        "'output_4x4.conv.weight' and 1 more were left out: of other sizes than that of the images",
    )
    assert recognised.weights.keys() == file.keys()


def test_grey_images_become_coloured() -> None:
    weights = reference.random_weights([4, 3], colours=1)
    recognised = progan.read(tensorflow(weights))
    assert (
        recognised.warnings[0] == "'ToRGB_lod1/weight' and 1 more were left out: of other sizes than that of the images"
    )
    assert recognised.warnings[1] == "its images are grey; they were given 3 equal colours"
    assert_same(
        opened(recognised),
        {**weights, **{f"ToRGB_lod0/{k}": weights[f"ToRGB_lod0/{k}"].repeat(3, -1) for k in ("weight", "bias")}},
    )


def test_where_shapes_do_not_tell_whether_upsampling_is_fused_it_is_said() -> None:
    weights = reference.random_weights([4, 4, 4], fused=False)
    recognised = progan.read(genforce(weights))
    assert recognised.warnings[0] == (
        "no shape tells whether its upsampling is fused with convolutions, whose weights then are the other way round; "
        "it was taken for not fused, as is usual in genforce's code"
    )
    assert_same(opened(recognised), weights)
    told = progan.read(genforce(reference.random_weights([4, 4, 3])))
    assert told.evidence[1] == "the shapes of its weights are those of upsampling fused with convolutions"
    assert "fused" not in " ".join(told.warnings)


def test_reading_changes_nothing() -> None:
    weights = reference.random_weights([4, 3])
    for naming in NAMINGS.values():
        file = naming(weights)
        before = {name: value.clone() for name, value in file.items()}
        progan.read(file)
        assert file.keys() == before.keys()
        assert all(torch.equal(file[name], value) for name, value in before.items())


def test_a_shape_is_that_of_the_weights_alone() -> None:
    weights = reference.random_weights([4, 3], z_dim=3)
    assert progan.read(published(weights)).shape == replace(ProGanShape(8, (4, 4, 3, 3)), z_dim=3)


def test_variables_of_other_networks_are_looked_over() -> None:
    weights = reference.random_weights([9, 8])
    others = {f"D/{name}": value for name, value in tensorflow(weights).items() if "Dense" not in name}
    assert_same(opened(progan.read(tensorflow(weights, "G/") | others)), weights)
