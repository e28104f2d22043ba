from pathlib import Path

import numpy as np
import pytest
import torch
from tests.cli.tiny import write_run

from ganatomy.config.directions import DirectionsChoice
from ganatomy.directions.files import write_directions
from ganatomy.directions.generator import units_of, with_layer
from ganatomy.directions.opening import find_directions, open_generator
from ganatomy.errors import ConfigError, DataError, IncompatibleRun
from ganatomy.models.networks.dcgan import Generator
from ganatomy.runs.directory import Run
from ganatomy.runs.weights import load_generator, load_image_generator, save_generator


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return write_run(tmp_path)


def found(run: Run, layer: str):
    units = units_of(open_generator(run, [layer]), layer)
    assert units is not None
    return units.directions


def test_without_directions_the_generator_is_opened_as_it_is(run: Run) -> None:
    for layers in (["layer2"], ["layer9"], ["layer9-pca2"], []):
        assert isinstance(open_generator(run, layers), Generator)


@pytest.mark.parametrize(
    ("layer", "base", "text"),
    [
        ("layer2-pca3", "layer2", "pca:3"),
        ("layer2-sefa2-negative", "layer2", "sefa:2:negative"),
        ("z-sefa2", "z", "sefa:2"),
    ],
)
def test_a_name_says_its_directions(run: Run, layer: str, base: str, text: str) -> None:
    wanted = find_directions(load_image_generator(run), base, DirectionsChoice.of(text))
    assert (found(run, layer).digest, wanted.layer) == (wanted.digest, layer)
    assert wanted.found.is_negative == text.endswith("negative")


def test_dissected_directions_come_before_those_that_the_name_says(run: Run) -> None:
    generator = load_image_generator(run)
    other = find_directions(generator, "layer2", DirectionsChoice.of("pca:3"), num_images=20, seed=9)
    assert other.digest != found(run, "layer2-pca3").digest
    write_directions(run.subdirectory("dissect", "layer2-pca3"), with_layer(generator, other), "layer2-pca3")
    assert found(run, "layer2-pca3").digest == other.digest
    assert found(run, "layer2-pca3").found == other.found


def test_directions_of_other_weights_are_refused(run: Run) -> None:
    generator = load_generator(run)
    directed = with_layer(generator, find_directions(generator, "layer2", DirectionsChoice.of("pca:3"), 20))
    write_directions(run.subdirectory("dissect", "layer2-pca3"), directed, "layer2-pca3")
    generator.layer3[0].weight.data.add_(1)
    save_generator(run, "latest", generator)
    with pytest.raises(
        IncompatibleRun, match="were found in other weights than these; give the same --weights, or run"
    ):
        open_generator(run, ["layer2-pca3"], "latest")


def test_directions_of_a_file_have_its_name(run: Run, tmp_path: Path) -> None:
    np.savez(tmp_path / "my doors.v2.npz", np.eye(6)[:2])
    choice = DirectionsChoice.of(str(tmp_path / "my doors.v2.npz"))
    directions = find_directions(load_image_generator(run), "layer2", choice)
    assert (directions.layer, directions.found.source) == ("layer2-my-doors-v2", "my doors.v2.npz")
    assert torch.equal(directions.vectors, torch.eye(6)[:2].double())


def test_directions_that_are_not_there_are_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="pca:60 of layer 'layer2', whose 6 units vary in 6 directions"):
        open_generator(run, ["layer2-pca60"])
    with pytest.raises(DataError, match="no file"):
        find_directions(load_image_generator(run), "layer2", DirectionsChoice.of(str(tmp_path / "a.npz")))
