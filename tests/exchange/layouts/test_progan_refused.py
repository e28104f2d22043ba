"""What is no whole Progressive GAN is refused in one line that names the tensor."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from tests.exchange.layouts.progan_files import File, genforce, old, published, tensorflow
from tests.reference import progan as reference

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.exchange.layouts import progan
from ganatomy.exchange.layouts.hints import Hints, Rectifier

READ: dict[str, Callable[[Any], File]] = {
    "published": published,
    "old": old,
    "genforce": genforce,
    "tensorflow": tensorflow,
}


@pytest.mark.parametrize("naming", READ)
def test_a_tensor_that_is_missing_is_named(naming: str) -> None:
    file = READ[naming](reference.random_weights([4, 3], fused=naming != "genforce"))
    needed = [name for name in file if not any(word in name for word in ("lod1", "output0")) and name != "lod"]
    assert len(needed) == 10
    for name in needed:
        rest = {other: value for other, value in file.items() if other != name}
        with pytest.raises(CheckpointError) as refused:
            progan.read(rest)
        assert str(refused.value).startswith(
            f"'{name}' is missing, without which the file holds no Progressive GAN of 8 "
        )
        assert str(refused.value).endswith("; give the state dict of the whole generator, as it was saved")


@pytest.mark.parametrize("naming", READ)
def test_a_tensor_of_another_shape_is_named(naming: str) -> None:
    file = READ[naming](reference.random_weights([4, 3], fused=naming != "genforce"))
    for name in [name for name in file if not any(word in name for word in ("lod", "output0"))]:
        for wrong in (file[name][None], torch.zeros(0), file[name][..., :-1]):
            with pytest.raises(CheckpointError, match=r"has shape|is missing") as refused:
                progan.read({**file, name: wrong})
            assert name.rpartition("/" if "/" in name else ".")[0].split(".")[0] in str(refused.value)


def test_what_shape_it_has_and_would_have_is_said() -> None:
    file = published(reference.random_weights([4, 3]))
    with pytest.raises(CheckpointError) as refused:
        progan.read({**file, "layer3.conv.weight": torch.zeros(3, 5, 3, 3)})
    assert str(refused.value) == (
        "'layer3.conv.weight' has shape (3, 5, 3, 3); in Progressive GAN of 8 px in the names of GAN Dissection it "
        "would be (*, 4, 3, 3); give the state dict of the whole generator, as it was saved"
    )
    file = tensorflow(reference.random_weights([4, 3]))
    with pytest.raises(CheckpointError) as refused:
        progan.read({**file, "4x4/Dense/weight": torch.zeros(7, 65)})
    assert str(refused.value) == (
        "'4x4/Dense/weight' has shape (7, 65); in Progressive GAN of 8 px in the names of its authors' TensorFlow code "
        "the second length is 16 times a number of units; give the state dict of the whole generator, as it was saved"
    )


@pytest.mark.parametrize("naming", READ)
@pytest.mark.parametrize("seed", range(8))
def test_half_of_the_tensors_are_refused_by_the_name_of_one(naming: str, seed: int) -> None:
    file = READ[naming](reference.random_weights([4, 3, 2]))
    names = [name for name in file if name != "lod"]
    kept = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed))[: len(names) // 2].tolist()
    with pytest.raises(CheckpointError) as refused:
        progan.read({names[place]: file[names[place]] for place in kept})
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith(("'", "no tensor is named as"))


@pytest.mark.parametrize("naming", READ)
@pytest.mark.parametrize("other", ["layer1.conv.bias", "8x8/Conv1/StyleMod/weight", "layer99999999.weight"])
def test_a_tensor_that_would_change_the_function_is_refused(naming: str, other: str) -> None:
    file = READ[naming](reference.random_weights([4, 3]))
    with pytest.raises(CheckpointError) as refused:
        progan.read({**file, other: torch.zeros(3)})
    assert str(refused.value).startswith(f"'{other}' is no part of Progressive GAN of 8 px in ")
    with pytest.raises(CheckpointError, match=r"^'a' and 1 more are no part of .*; give the state dict"):
        progan.read({"a": torch.zeros(3), **file, "b": torch.zeros(3)})


def test_more_layers_than_any_has_are_refused() -> None:
    sentence = (
        "' would be of more than 1024 px, which no Progressive GAN has; give the state dict of the whole generator"
    )
    for file, name in (
        ({"layer19.wscale.b": torch.zeros(3)}, "layer19"),
        ({"features.18.wscale.b": torch.zeros(3)}, "features.18"),
        ({"layer0.weight": torch.zeros(3), "output9.weight": torch.zeros(3)}, "output9"),
    ):
        with pytest.raises(CheckpointError) as refused:
            progan.read(file)
        assert str(refused.value).startswith(f"'{name}{sentence}")


def test_variables_of_several_generators_are_refused() -> None:
    weights = reference.random_weights([4, 3])
    with pytest.raises(CheckpointError) as refused:
        progan.read(tensorflow(weights, "G/") | tensorflow(weights, "Gs/"))
    assert str(refused.value) == "there are generators in 'G/' and 'Gs/'; give the variables of one"


def test_whole_numbers_are_no_weights() -> None:
    file = published(reference.random_weights([4, 3]))
    with pytest.raises(CheckpointError) as refused:
        progan.read({**file, "layer2.wscale.b": torch.zeros(4, dtype=torch.int64)})
    assert str(refused.value) == (
        "'layer2.wscale.b' is of torch.int64; weights are floating-point numbers; give the state dict of the whole "
        "generator, as it was saved"
    )


def test_other_names_are_no_progressive_gan() -> None:
    file = {"main.0.weight": torch.zeros(3, 3, 4, 4), "layer1.weight": torch.zeros(3)}
    assert not progan.looks_like(file)
    assert not progan.looks_like({})
    with pytest.raises(CheckpointError) as refused:
        progan.read(file)
    assert str(refused.value) == (
        "no tensor is named as those of Progressive GAN are: in the names that GAN Dissection published; in the older "
        "names of GAN Dissection; in genforce's names; in the names of its authors' TensorFlow code; give the state "
        "dict of the whole generator, as it was saved"
    )


@pytest.mark.parametrize("naming", [genforce, tensorflow])
@pytest.mark.parametrize("lod", [0.5, -1.0, 2.0, float("nan")])
def test_a_network_whose_last_size_was_fading_in_is_refused(naming: Callable[[Any], File], lod: float) -> None:
    weights = reference.random_weights([4, 3])
    weights["lod"] = np.array(lod)
    with pytest.raises(CheckpointError) as refused:
        progan.read(naming(weights))
    assert str(refused.value).startswith(f"'lod' is {lod:g}: a size was fading in when Progressive GAN of 8 px in ")
    assert str(refused.value).endswith("was saved; give weights that were saved when it had")


def test_other_numbers_of_colours_are_refused() -> None:
    with pytest.raises(CheckpointError) as refused:
        progan.read(tensorflow(reference.random_weights([4, 3], colours=4)))
    assert str(refused.value) == (
        "'ToRGB_lod0/weight' gives images of 4 colours; only those of 3, or of 1, can be opened up"
    )


@pytest.mark.parametrize(
    ("hints", "said"),
    [
        (Hints(rectifier=Rectifier("leaky_relu", 0.1)), "rectifier is 'leaky_relu:0.1'"),
        (Hints(ends="tanh"), "ends is 'tanh'"),
        (Hints(latent="uniform"), "latent is 'uniform'"),
    ],
)
def test_what_is_published_is_not_said_otherwise(hints: Hints, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        progan.read(published(reference.random_weights([4, 3])), hints)
    option = said.split()[0]
    assert str(refused.value) == f"{said}, but Progressive GAN has its own, as published; leave out --{option}"


def test_another_size_than_was_asked_for_is_refused() -> None:
    file = published(reference.random_weights([4, 3]))
    assert progan.read(file, Hints(latent="normal", image_size=8)).shape.image_size == 8
    with pytest.raises(CheckpointError) as refused:
        progan.read(file, Hints(image_size=16))
    assert str(refused.value) == "the weights make images of 8 px, not of the 16 px asked for"
