"""`ganatomy score` on runs of untrained generators, looked at by their mean colour."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.cli.tiny import contents, write_images, write_run
from tests.metrics.toy import MeanColour

from ganatomy.cli.main import main
from ganatomy.data import cache
from ganatomy.metrics import session
from ganatomy.metrics.files import read_scores
from ganatomy.models.networks.mlp import PointGenerator, PointShape
from ganatomy.runs.directory import create_run, open_run
from ganatomy.runs.files import read_json
from ganatomy.runs.weights import load_generator, save_generator

FEW = ["--num-images", "20", "--num-real", "12"]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganatomy.metrics.session.FEW", 2)
    monkeypatch.setattr(cache, "default_cache_dir", lambda: tmp_path / "cache")


@pytest.fixture
def extractor(monkeypatch: pytest.MonkeyPatch) -> MeanColour:
    made = MeanColour()
    monkeypatch.setattr(session, "load_extractor", lambda *_: made)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_run(tmp_path / "runs").path


@pytest.fixture
def photos(tmp_path: Path) -> str:
    return str(write_images(tmp_path / "photos", 12))


def write_points(out: Path, data: str = "8gaussians") -> Path:
    run = create_run(out, data, {"schema": 1, "data": data})
    torch.manual_seed(0)
    save_generator(run, "ema", PointGenerator(PointShape(width=8)))
    return run.path


def results(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main(["score", *words, *FEW, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def fails(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run words that are a user's mistake and return the line that is said about it."""
    assert main(["score", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()[-1].removeprefix("ganatomy: ")


def test_a_run_is_scored_and_the_scores_are_kept(
    extractor: MeanColour, path: Path, photos: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = results(capsys, str(path), "--data", photos)
    assert (found["extractor"], found["data"]) == ("mean-colour", "photos")
    assert (found["num_real"], found["num_generated"], found["weights"]) == (12, 20, "ema")
    table = found["scores"]
    assert isinstance(table, list)
    assert [row["metric"] for row in table][:2] == ["FD[mean-colour]", "IS[mean-colour]"]
    for row in table:
        assert row["low"] <= row["value"] <= row["high"]
    (file,) = found["files"]  # type: ignore[misc]
    assert Path(file) == path / "scores" / "0001-mean-colour.json"
    assert [s.value for s in read_scores(Path(file))] == pytest.approx([row["value"] for row in table])


def test_a_run_on_few_scenes_is_scored_against_photographs(
    extractor: MeanColour, path: Path, photos: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = read_json(path / "config.json") | {"data": "scenes", "num_scenes": 30}
    (path / "config.json").write_text(json.dumps(settings))
    assert results(capsys, str(path), "--data", photos, "--metrics", "fd")["data"] == "photos"


def test_the_same_words_give_the_same_scores_and_another_file(
    extractor: MeanColour, path: Path, photos: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (results(capsys, str(path), "--data", photos, "--metrics", "fd", "kd") for _ in range(2))
    assert first["scores"] == second["scores"]
    assert first["files"] != second["files"]
    other = results(capsys, str(path), "--data", photos, "--metrics", "fd", "kd", "--seed", "1")
    assert first["scores"] != other["scores"]


def test_runs_stand_side_by_side_over_one_look_at_the_real_images(
    extractor: MeanColour, path: Path, photos: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_run(path.parent)
    changed = load_generator(other)
    next(changed.parameters()).data.mul_(-1)
    save_generator(other, "ema", changed)
    found = results(capsys, str(path), str(other.path), "--data", photos, "--metrics", "fd")
    (row,) = found["scores"]  # type: ignore[misc]
    assert set(row) == {"metric"} | {f"{n}{end}" for n in ("0001-tiny", "0002-tiny") for end in ("", " low", " high")}
    assert row["0001-tiny"] != row["0002-tiny"]
    assert sum(map(len, extractor.seen)) == 12 + 2 * 20
    assert len(found["files"]) == 2  # type: ignore[arg-type]


def test_scenes_are_rendered_anew_and_the_same_for_every_run(
    extractor: MeanColour, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (other := write_run(path.parent).path / "config.json").write_text(
        json.dumps({"schema": 1, "data": "scenes", "image_size": 32, "seed": 5, "num_scenes": 100})
    )
    assert results(capsys, str(path), str(other.parent), "--metrics", "fd")["num_real"] == 12


@pytest.mark.parametrize("weights", ["latest", "generation-500"])
def test_other_weights_are_scored_where_asked(
    extractor: MeanColour, path: Path, photos: str, capsys: pytest.CaptureFixture[str], weights: str
) -> None:
    run = open_run(path)
    save_generator(run, weights, load_generator(run))
    words = (str(path), "--data", photos, "--metrics", "fd")
    latest = results(capsys, *words, "--weights", weights)
    assert latest["weights"] == weights
    assert latest["scores"] == results(capsys, *words)["scores"]


def test_a_run_of_points_is_scored_without_an_extractor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(session, "load_extractor", lambda *_: pytest.fail("an extractor was loaded"))
    found = results(capsys, str(write_points(tmp_path / "runs")))
    assert found["extractor"] == "points"
    assert [row["metric"] for row in found["scores"]] == [  # type: ignore[union-attr]
        "MMD",
        "modes covered",
        "high-quality share",
        "reverse KL",
    ]


def test_a_run_scored_only_under_the_network_of_its_discriminator_is_warned(
    extractor: MeanColour, path: Path, photos: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (str(path), "--data", photos, "--metrics", "fd")
    extractor.name = "efficientnet"
    (warning,) = results(capsys, *words)["warnings"]  # type: ignore[misc]
    assert warning == (
        "0001-tiny: the discriminator looks through efficientnet, and so do these scores, which may flatter the run; "
        "score it under a second network too, such as --extractor resnet56 or ade20k"
    )
    assert json.loads((path / "scores" / "0001-efficientnet.json").read_text())["warnings"] == [warning]
    extractor.name = "resnet56"
    assert "warnings" not in results(capsys, *words)
    extractor.name = "efficientnet"
    assert "warnings" not in results(capsys, *words)


def test_images_that_are_all_alike_are_told_of_beside_the_precision_that_they_have(
    extractor: MeanColour, path: Path, photos: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (str(path), "--data", photos, "--metrics", "precision", "recall", "density", "coverage")
    assert "warnings" not in results(capsys, *words)
    grey = load_generator(open_run(path))
    for parameter in grey.parameters():
        parameter.data.zero_()
    save_generator(open_run(path), "ema", grey)
    warnings = results(capsys, *words)["warnings"]
    assert isinstance(warnings, list)
    assert warnings[0] == (
        "0001-tiny: precision is 1.00 while recall is 0.000: nearly all generated samples are alike, and precision is "
        "high for any single one that lies among the real ones"
    )


def test_a_run_of_another_discriminator_is_not_warned(
    extractor: MeanColour, path: Path, photos: str, capsys: pytest.CaptureFixture[str]
) -> None:
    extractor.name = "efficientnet"
    (path / "config.json").write_text(json.dumps({"schema": 1, "image_size": 32, "discriminator": "light"}))
    assert "warnings" not in results(capsys, str(path), "--data", photos, "--metrics", "fd")


def test_runs_on_different_data_are_refused_before_anything_is_scored(
    extractor: MeanColour, path: Path, photos: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.random.default_rng(0)
    others = write_images(tmp_path / "others", 13)
    (path / "config.json").write_text(json.dumps({"schema": 1, "image_size": 32, "data": photos}))
    other = write_run(path.parent).path
    (other / "config.json").write_text(json.dumps({"schema": 1, "image_size": 32, "data": str(others)}))
    said = fails(capsys, str(path), str(other), "--metrics", "fd")
    assert "cannot be compared: data_fingerprint is " in said
    assert "; num_real is 12 and 13; data are photos and others; score both again by one protocol" in said
    assert not extractor.seen
    assert not (path / "scores").exists()


def test_points_and_images_are_not_compared(
    extractor: MeanColour, path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = str(write_points(tmp_path / "points"))
    assert "data are scenes and 8gaussians" in fails(capsys, str(path), points)
    said = fails(capsys, points, "--metrics", "is")
    assert said == "metric 'is' needs the probabilities of classes, which a plane of points does not tell; leave it out"
    said = fails(capsys, str(path), "--data", "8gaussians")
    assert said == "data '8gaussians' are points; a run is scored against points only if it makes them"
    assert fails(capsys, points, "--data", "scenes") == "a run of 8gaussians makes points; leave out data 'scenes'"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            ["--metrics", "modes"],
            "metric 'modes' is for points of a mixture of Gaussians, not for images; leave it out",
        ),
        (["--metrics", "fd", "fd"], "metrics are ['fd', 'fd']; give each once"),
        (["--metrics", "fid"], "metrics"),
        (["--num-images", "1"], "num_images is 1; give 2 or more"),
        (["--weights", "latest"], "has no weights 'latest'; it has ema"),
        (["--metrics", "kd", "--kd-subset-size", "40"], "metric 'kd' needs 40 samples and there are 8"),
        (["--split", "test"], "test"),
    ],
)
def test_mistakes_are_told_and_leave_the_run_as_it_was(
    extractor: MeanColour,
    path: Path,
    tmp_path: Path,
    more: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    photos = str(write_images(tmp_path / "eight"))
    before = contents(path)
    assert message in fails(capsys, str(path), "--data", photos, "--num-images", "9", *more)
    assert contents(path) == before


def test_a_run_that_is_not_there_is_told(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"no run directory at {path}x" in fails(capsys, f"{path}x")
    assert fails(capsys) == "no run given; give one run directory or more"


def test_runs_of_one_name_are_told_apart_by_the_folders_they_lie_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [write_points(tmp_path / arm).rename(tmp_path / arm / "seed-0") for arm in ("egan", "random")]
    other = load_generator(open_run(runs[1]))
    next(other.parameters()).data.mul_(-3)
    save_generator(open_run(runs[1]), "ema", other)
    (row,) = results(capsys, *map(str, runs), "--metrics", "mmd")["scores"]  # type: ignore[misc]
    assert set(row) == {"metric"} | {
        f"{arm}/seed-0{end}" for arm in ("egan", "random") for end in ("", " low", " high")
    }
    assert row["egan/seed-0"] != row["random/seed-0"]
    assert "give each once" in fails(capsys, str(runs[0]), str(runs[0] / ".." / "seed-0"))


def test_a_comparison_is_not_scored_but_its_runs(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (path / "compare.json").write_text("{}")
    (path / "egan" / "seed-0").mkdir(parents=True)
    assert (
        fails(capsys, str(path)) == f"{path} is a comparison; give one of its runs, such as {path / 'egan' / 'seed-0'}"
    )


def test_nothing_is_scored_where_one_of_the_runs_lacks_the_weights(
    extractor: MeanColour, path: Path, photos: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_run(path.parent)
    save_generator(open_run(path), "best", load_generator(open_run(path)))
    assert "best" in fails(capsys, str(path), str(other.path), "--data", photos, "--weights", "best", *FEW)
    assert not (path / "scores").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--extractor", "ade20k"], "extractor is 'ade20k'"),
        (["--extractor-weights", "w.pth"], "extractor_weights is 'w.pth'"),
        (["--split", "test"], "split is 'test'"),
    ],
)
def test_what_means_nothing_for_points_is_refused(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = fails(capsys, str(write_points(tmp_path / "runs")), *words)
    assert line == f"{said}, but points of 8gaussians are scored as they are; leave it out"


def test_a_run_that_takes_no_files_is_told_before_anything_is_computed(
    extractor: MeanColour, path: Path, photos: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    monkeypatch.setattr("ganatomy.metrics.session.open_manifest", lambda _: pytest.fail("went on"))
    assert fails(capsys, str(path), "--data", photos).startswith(
        f"cannot write {path}: Read-only file system; make room"
    )


def test_scores_that_cannot_be_written_are_printed_all_the_same(
    extractor: MeanColour, path: Path, photos: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ganatomy.metrics.session.write_scores", refuse)
    assert (
        main(["score", str(path), "--data", photos, "--num-images", "20", "--extractor", "mean-colour", "--json"]) == 2
    )
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["files"] == []
    assert len(found["scores"]) > 1
    said = f"cannot write {path / 'scores'}: No space left on device; make room or make it writable, or copy the run to"
    assert found["not_written"][0].startswith(said)
    assert err.splitlines()[-1].startswith(f"ganatomy: {said}")
