"""Files of Progressive GAN, as they are handed round, become runs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from tests.exchange.layouts.progan_files import genforce, old, published, tensorflow
from tests.exchange.layouts.test_progan128 import NARROW, file
from tests.exchange.strangers import imported
from tests.reference import progan as reference

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.hooks.featuremaps import usual_layers
from ganatomy.runs.directory import open_run
from ganatomy.runs.manifest import open_manifest
from ganatomy.runs.weights import load_image_generator


def assert_run(made: Any, weights: reference.Weights) -> None:
    generator = load_image_generator(open_run(made.run))
    z = torch.randn(2, 7, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        found = generator(z).numpy()
    np.testing.assert_allclose(found, reference.images(weights, z.double().numpy()), rtol=0, atol=5e-5)
    assert made.layout == open_manifest(open_run(made.run)).origin.layout
    assert [made.layers[f"layer{number}"] for number in (1, 2, 3, 4)] == [(10, 4, 4)] * 2 + [(9, 8, 8)] * 2
    assert usual_layers(made.layers, generator.layer_names) == ["layer4", "layer6"]  # type: ignore[arg-type]
    assert made.samples.exists()


def test_a_state_dict_in_a_dictionary(tmp_path: Path) -> None:
    weights = reference.random_weights([10, 9, 8])
    torch.save({"state_dict": published(weights), "epoch": 3}, tmp_path / "church.pth")
    assert_run(imported(tmp_path / "church.pth"), weights)


def test_an_older_file_of_a_parallel_network(tmp_path: Path) -> None:
    weights = reference.random_weights([10, 9, 8])
    save_file({f"module.{name}": value for name, value in old(weights).items()}, tmp_path / "old.safetensors")
    assert_run(imported(tmp_path / "old.safetensors"), weights)


def test_all_networks_of_genforce(tmp_path: Path) -> None:
    smooth, last = (reference.random_weights([10, 9, 8], fused=False, seed=seed) for seed in (0, 1))
    critic = {"input0.weight": torch.zeros(4, 3, 1, 1), "layer0.weight": torch.zeros(4, 4, 3, 3)}
    networks = {"generator": genforce(last), "discriminator": critic, "generator_smooth": genforce(smooth)}
    torch.save(networks, tmp_path / "pggan_bedroom.pth")
    made = imported(tmp_path / "pggan_bedroom.pth")
    assert made.network == "generator_smooth"
    assert_run(made, smooth)
    assert_run(imported(tmp_path / "pggan_bedroom.pth", network="generator"), last)


def test_variables_of_tensorflow_in_an_archive_of_arrays(tmp_path: Path) -> None:
    weights = reference.random_weights([10, 9, 8])
    np.savez(tmp_path / "karras2018.npz", **{name: value.numpy() for name, value in tensorflow(weights, "Gs/").items()})
    assert_run(imported(tmp_path / "karras2018.npz", as_="progan"), weights)


def test_a_variant_that_has_to_be_named(tmp_path: Path) -> None:
    path = tmp_path / "equalized-learning-rate.safetensors"
    save_file(file("equallr", NARROW), path)
    with pytest.raises(ConfigError, match="nothing tells apart: give --as progan-equallr, equalised learning rate"):
        imported(path)
    for variant in ("equallr", "pixelwisenorm"):
        made = imported(path, as_=f"progan-{variant}")
        assert load_image_generator(open_run(made.run)).shape.variant == variant  # type: ignore[union-attr]


def test_half_of_a_file_is_refused_by_name(tmp_path: Path) -> None:
    tensors = published(reference.random_weights([4, 3]))
    save_file(dict(list(tensors.items())[:5]), tmp_path / "half.safetensors")
    with pytest.raises(CheckpointError, match=r"^'layer3\.wscale\.b' is missing, without which the file holds no Prog"):
        imported(tmp_path / "half.safetensors")
