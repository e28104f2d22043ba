"""A run and the same generator in memory have the same scores; what is missing is told."""

from pathlib import Path

import pytest
import torch
from tests.cli.tiny import write_images, write_run
from tests.screen import requires_one_screen
from torch import Tensor, nn

import ganatomy as ga
from ganatomy.errors import ConfigError, DataError
from ganatomy.face.scoring import Scored
from ganatomy.models.planted import PlantedGenerator

EXTRACTOR = "tests.face.functions:quarters"


def scored(generator: object, data: Path | None) -> Scored:
    return ga.score(generator, data, metrics=["fd", "precision"], extractor=EXTRACTOR, num_images=40, num_real=30)


def test_a_run_and_its_generator_in_memory_have_the_same_scores(tmp_path: Path) -> None:
    images, run = write_images(tmp_path / "photos", 30), write_run(tmp_path / "runs").path
    of_run, of_module = scored(run, images), scored(ga.load(run), images)
    assert [(row["metric"], row["value"], row["low"], row["high"]) for row in of_run.rows] == [
        (row["metric"], row["value"], row["low"], row["high"]) for row in of_module.rows
    ]
    assert len(list((run / "scores").glob("*.json"))) == 1
    assert of_module.scores[0][0].protocol.weights == "as given"
    requires_one_screen(of_run)
    assert "40 generated and 30 real images of photos" in repr(of_module)


def test_several_runs_stand_side_by_side(tmp_path: Path) -> None:
    images = write_images(tmp_path / "photos", 30)
    runs = [write_run(tmp_path / "runs").path for _ in range(2)]
    both = scored([str(run) for run in runs], images)
    assert len(both.scores) == 2
    assert {run.name for run in runs} <= set(both.rows[0])


def test_a_generator_in_memory_needs_data() -> None:
    with pytest.raises(ConfigError, match=r"does not say what it was trained on; give data='photos\.zip'"):
        scored(ga.packaged(), None)


def test_too_few_images_are_told_before_anything_is_generated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="num_images is 1; give 2 or more"):
        ga.score(ga.packaged(), write_images(tmp_path / "photos"), num_images=1)


def test_points_are_no_data_of_a_generator_of_images() -> None:
    with pytest.raises(ConfigError, match="data '8gaussians' are points, and the generator makes images; give images"):
        ga.score(ga.packaged(), "8gaussians")


def test_images_that_are_all_alike_are_told(tmp_path: Path) -> None:
    class Same(nn.Module):
        z_dim = 4

        def forward(self, z: Tensor) -> Tensor:
            return torch.zeros(len(z), 3, 32, 32)

    images = write_images(tmp_path / "photos", 30)
    found = ga.score(Same(), images, metrics=["precision", "recall"], extractor=EXTRACTOR, num_images=40, num_real=30)
    assert [row["value"] for row in found.rows] == [1.0, 0.0]  # grey lies amid the noise, and is one image
    assert "precision is 1.00 while recall is 0.000: nearly all generated samples are alike" in found.warnings[0]
    assert found.warnings[0] in repr(found)


def test_of_few_images_what_can_be_had_is_returned_and_the_rest_told(tmp_path: Path) -> None:
    images = write_images(tmp_path / "photos", 5)
    found = ga.score(PlantedGenerator().eval(), images, extractor=EXTRACTOR, num_images=8)
    assert [score.metric for score in found.scores[0]] == ["fd", "kd", "precision", "recall", "mind"]
    assert found.warnings[-3] == "density, coverage are left out: 5 samples are too few; give more"
    assert found.warnings[-1] == "intervals from 5 samples are too narrow; 50 or more make them hold"
    asked = ga.score(PlantedGenerator().eval(), images, metrics=["precision"], extractor=EXTRACTOR, num_images=8)
    assert not any("left out" in warning for warning in asked.warnings)


def test_a_frechet_distance_from_fewer_images_than_features_is_warned(
    tmp_path: Path,
) -> None:
    images = write_images(tmp_path / "photos", 12)
    found = ga.score(PlantedGenerator().eval(), images, metrics=["fd"], num_images=12)
    assert found.warnings[0].startswith(
        "fd from 12 images is far too high, by an amount that depends on their number, which its interval"
    )


def test_a_single_real_image_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is 1 real image, and scores need 2 or more; give more images"):
        ga.score(PlantedGenerator().eval(), write_images(tmp_path / "photos", 1), extractor=EXTRACTOR, num_images=4)
