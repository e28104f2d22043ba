"""A manifest comes back as it was written, follows from settings where there is none, and is checked as records are."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import to_json
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.errors import DataError
from ganatomy.evolve.origin import manifest_of
from ganatomy.runs.directory import Run, create_run, open_run
from ganatomy.runs.files import read_json, write_json
from ganatomy.runs.manifest import (
    Images,
    Manifest,
    Origin,
    TrainingData,
    architecture_file,
    create_imported,
    open_manifest,
    write_manifest,
)
from ganatomy.runs.packaged import packaged_run

IMPORTED = Manifest(
    Origin("imported", "from faces.pth"),
    "images",
    256,
    TrainingData("faces.zip", image_size=256, classes=("a", "b"), num_images=30, digest="0" * 16),
    Images(0.0, 1.0, "BGR"),
    ("cat", "dog"),
)
RESULTS = Path(__file__).parents[2] / "results"


@pytest.mark.parametrize("manifest", [IMPORTED, Manifest(Origin("imported")), Manifest(Origin("grown"), "points")])
def test_a_manifest_comes_back_as_it_was_written(manifest: Manifest, tmp_path: Path) -> None:
    run = create_imported(tmp_path, "faces", manifest)
    assert open_manifest(open_run(run.path)) == manifest
    assert run.config() == {}
    assert read_json(run.path / "manifest.json")["schema"] == 1


def test_settings_of_a_training_tell_the_same(tmp_path: Path) -> None:
    config = EvolveConfig.of(
        data="photos.zip", classes=("sea",), split="test", image_size=32, seed=4, discriminator="light"
    )
    run = create_run(tmp_path, "r", to_json(config))
    assert open_manifest(run) == Manifest(
        Origin("grown", "by ganatomy evolve", "light"),
        "images",
        32,
        TrainingData("photos.zip", image_size=32, classes=("sea",), split="test", seed=4),
    )


def test_settings_in_parts_tell_the_same(tmp_path: Path) -> None:
    parts = {
        "schema": 2,
        "seed": 4,
        "data": {"data": "scenes", "image_size": 128},
        "networks": {"discriminator": "weak"},
    }
    manifest = open_manifest(create_run(tmp_path, "r", parts))
    assert manifest.data == TrainingData("scenes", image_size=128, seed=4)
    assert manifest.origin.discriminator == "weak"


def test_a_run_of_points_makes_points(tmp_path: Path) -> None:
    manifest = open_manifest(create_run(tmp_path, "r", to_json(EvolveConfig.of(data="8gaussians"))))
    assert manifest.makes_points
    assert not open_manifest(packaged_run()).makes_points


def test_what_a_training_knows_of_its_data(tmp_path: Path) -> None:
    pixels = np.zeros((3, 32, 32, 3), np.uint8)
    images = ImageSet(pixels, (), np.full(3, -1))
    config = EvolveConfig.of(data=str(tmp_path / "photos"), image_size=32)
    found = manifest_of(config, images)
    assert found.data is not None
    assert (found.data.num_images, found.data.digest) == (3, images.digest)
    assert found.data.absolute == str((tmp_path / "photos").resolve())
    points = manifest_of(EvolveConfig.of(data="8gaussians"), Mixture("8gaussians"))
    assert points.makes_points
    assert points.data is not None
    assert (points.data.absolute, points.data.num_images) == (None, None)


def test_presets_of_scenes_are_scenes() -> None:
    assert [TrainingData(name).is_scenes for name in ("scenes", "scenes:houses", "photos")] == [True, True, False]


def test_a_manifest_takes_the_place_of_settings(tmp_path: Path) -> None:
    run = create_run(tmp_path, "r", to_json(EvolveConfig()))
    write_manifest(run, IMPORTED)
    assert open_manifest(run) == IMPORTED
    assert run.config()["schema"] in (1, 2)


def test_the_packaged_generator_says_so() -> None:
    assert open_manifest(packaged_run()).origin.kind == "packaged"


def test_runs_kept_with_the_results_have_manifests() -> None:
    found = [path.parent for path in RESULTS.rglob("config.json") if not (path.parent / "compare.json").exists()]
    assert len(found) > 4
    for path in found:
        data = open_manifest(Run(path)).data
        assert data is not None
        assert data.data


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 2}, "has schema 2, this version reads schema 1; copy it again from the run it came from, or open "
         "it with the version that wrote it"),
        ({"novel": 1}, "is not as this version writes it: unknown key 'novel'; accepted: origin, makes, image_size, "
         "data, images, class_names, architecture; copy it again from the run it came from"),
        ({"image_size": "64"}, "is not as this version writes it: image_size: '64' is no int; copy it again from the "
         "run it came from"),
        ({"origin": 5}, "is not as this version writes it: origin: 5 is no object; copy it again from the run it "
         "came from"),
        ({"origin": {"kind": "found"}}, "is not as this version writes it: origin.kind: 'found' is unknown; accepted: "
         "'grown', 'imported', 'packaged'; copy it again from the run it came from"),
    ],
)  # fmt: skip
def test_a_manifest_of_another_form_is_told(change: dict[str, object], message: str, tmp_path: Path) -> None:
    run = create_imported(tmp_path, "r", IMPORTED)
    path = run.path / "manifest.json"
    write_json(path, read_json(path) | change)
    with pytest.raises(DataError) as refused:
        open_manifest(run)
    assert str(refused.value) == f"{path} {message}"


def test_settings_of_no_form_at_all_are_told(tmp_path: Path) -> None:
    run = create_run(tmp_path, "r", {})
    (run.path / "config.json").write_text(json.dumps([1]))
    with pytest.raises(DataError, match=r"config\.json holds a list, not a JSON object; restore it from a copy"):
        open_manifest(run)
    write_json(run.path / "config.json", {"data": "scenes", "classes": 3})
    with pytest.raises(
        DataError, match=r"config\.json cannot be read as settings \('int' object is not iterable\); res"
    ):
        open_manifest(run)


def test_the_architecture_lies_inside_the_run(tmp_path: Path) -> None:
    run = create_imported(tmp_path, "r", replace(IMPORTED, architecture="net.json"))
    assert architecture_file(run) == run.path / "net.json"
    assert architecture_file(Run(tmp_path / "old")) == tmp_path / "old" / "weights" / "generator.json"
    write_manifest(run, replace(IMPORTED, architecture="../../net.json"))
    with pytest.raises(DataError) as refused:
        architecture_file(run)
    assert str(refused.value) == (
        f"{run.path / 'manifest.json'} names '../../net.json', outside of the run; its architecture lies inside"
    )
