"""The images of a run are found by the digest of their pixels, and others are never taken for them."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.tiny import write_images
from tests.data.test_sources import Told

from ganatomy.config.evolve import EvolveConfig
from ganatomy.data.images import load_images
from ganatomy.errors import ConfigError, DataError
from ganatomy.evolve.origin import at_size, manifest_of
from ganatomy.invert.reference import held_out_images
from ganatomy.metrics.session import real_data
from ganatomy.runs.directory import Run
from ganatomy.runs.manifest import Manifest, Origin, TrainingData
from ganatomy.runs.training_data import found, given_data, place_to_resume, training_images


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Manifest:
    """Return the manifest of a run on `data/plain` in the folder `a`; in `b` other images lie at the same path."""
    write_images(tmp_path / "a" / "data" / "plain", 3)
    write_images(tmp_path / "b" / "data" / "plain", 5)
    monkeypatch.chdir(tmp_path / "a")
    images = load_images(Path("data/plain"), 32)
    return manifest_of(EvolveConfig.of(data="data/plain", image_size=32), images)


def data_of(manifest: Manifest) -> TrainingData:
    assert manifest.data is not None
    return manifest.data


def test_from_another_folder_the_same_images_are_found(
    made: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(tmp_path / "r")
    for folder in ("a", "b", "."):
        monkeypatch.chdir(tmp_path / folder)
        assert found(data_of(made), "r").data == str(tmp_path / "a/data/plain")
        assert len(training_images(run, made)) == 3
        assert real_data(run, made, None, None, 9).data == str(tmp_path / "a/data/plain")
        assert len(held_out_images(data_of(made), 2, called="r").images) == 3


def test_images_that_have_moved_with_their_folder_are_found_at_the_path_that_was_given(
    made: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").rename(tmp_path / "c")
    monkeypatch.chdir(tmp_path / "c")
    assert found(data_of(made), "r").data == "data/plain"


def test_other_images_are_refused_wherever_they_are_asked_for(
    made: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").rename(tmp_path / "c")
    monkeypatch.chdir(tmp_path / "b")
    other = load_images(Path("data/plain"), 32).digest
    said = (
        f"was trained on 3 images of digest {data_of(made).digest}, and now there are 5 images of digest {other} at "
        "data/plain; give the place of the same images, or others that are meant, with --data"
    )
    run = Run(tmp_path / "r")
    for use in (lambda: training_images(run, made), lambda: real_data(run, made, None, "all", 9)):
        with pytest.raises(DataError) as refused:
            use()
        assert str(refused.value) == f"{run.path} {said}"
    with pytest.raises(DataError, match=r"^r was trained on 3 images"):
        held_out_images(data_of(made), 2, called="r")
    (tmp_path / "b/data/plain").rename(tmp_path / "gone")
    with pytest.raises(DataError) as refused:
        training_images(run, made)
    assert str(refused.value) == (
        f"the images that {run.path} was trained on are not at {tmp_path / 'a/data/plain'} or data/plain; give the "
        "place they have moved to, or other ones, with --data"
    )


def test_a_folder_without_images_is_told_among_the_others(
    made: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for image in (tmp_path / "a/data/plain").iterdir():
        image.unlink()
    with pytest.raises(
        DataError, match=r"and now there are .*plain: no images in .*plain; .* and data/plain: no images"
    ):
        found(data_of(made), "r")


def test_images_that_are_asked_for_are_taken_unseen(
    made: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path / "b")
    run, told = Run(tmp_path / "r"), Told()
    assert len(training_images(run, made, None, told, "data/plain")) == 5
    assert told.lines[0] == "took 5 images"
    assert real_data(run, made, "data/plain", None, 9) == replace(data_of(made), absolute=None, digest=None)
    assert given_data(made, "other.zip") == TrainingData("other.zip", image_size=32)
    with pytest.raises(ConfigError, match=r"scenes:hills"):
        training_images(run, made, 4, data="scenes:hills")


def test_what_lies_where_it_lay_is_said_once(made: Manifest, tmp_path: Path) -> None:
    told = Told()
    training_images(Run(tmp_path / "r"), made, None, told)
    assert told.lines == ["took 3 images"]


def test_a_growing_generator_is_known_by_the_images_of_full_size(made: Manifest) -> None:
    small = at_size(made, 8)
    assert (data_of(small).image_size, data_of(small).digest_size) == (8, 32)
    assert found(data_of(small), "r").image_size == 8
    assert at_size(at_size(small, 16), 32) == made


def test_without_a_digest_the_path_where_they_lay_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "photos").mkdir()
    data = TrainingData("photos", absolute=str(tmp_path / "photos"))
    assert found(data, "r").data == str(tmp_path / "photos")
    monkeypatch.chdir(tmp_path)
    assert found(TrainingData("photos"), "r").data == "photos"


def test_what_is_rendered_has_no_path() -> None:
    for name in ("scenes", "scenes:houses", "8gaussians"):
        assert found(TrainingData(name), "r") == TrainingData(name)


def test_a_run_that_goes_on_finds_its_images_where_they_lay(
    made: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = str(tmp_path / "a/data/plain")
    assert place_to_resume("data/plain", made) == "data/plain"
    monkeypatch.chdir(tmp_path / "b")
    assert place_to_resume("data/plain", made) == there
    assert place_to_resume("moved", made) == "moved"
    assert place_to_resume("data/plain", None) == "data/plain"
    assert place_to_resume("x", Manifest(Origin("grown"))) == "x"
    (tmp_path / "a").rename(tmp_path / "c")
    assert place_to_resume("data/plain", made) == "data/plain"


def test_images_that_are_not_known_or_are_points_are_refused(tmp_path: Path) -> None:
    run = Run(tmp_path / "r")
    for manifest, what in (
        (Manifest(Origin("imported")), "does not say what images it was trained on"),
        (Manifest(Origin("grown"), "points", None, TrainingData("8gaussians")), "was trained on 8gaussians, points"),
    ):
        with pytest.raises(DataError) as refused:
            training_images(run, manifest)
        assert str(refused.value) == (
            f"{run.path} {what}; give real images with --data where the command takes any, or leave them out"
        )
