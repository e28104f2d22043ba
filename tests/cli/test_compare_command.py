"""`ganatomy compare` on points in the plane, a few generations a run."""

import json
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.cli.tiny import contents, write_run
from tests.ctrl_c import CtrlC

from ganatomy.cli.main import main
from ganatomy.compare import session
from ganatomy.compare.costs import Cost, generation_costs
from ganatomy.compare.plan import prepare
from ganatomy.config.compare import CompareConfig
from ganatomy.config.jsonable import flat_json, to_json
from ganatomy.draw.files import AIR
from ganatomy.errors import MissingExtra
from ganatomy.report.compared.growth import WIDTH
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json, write_json

POINTS = ["--data", "8gaussians", "--batch-size", "4", "--score-images", "32", "--threads", "1"]
SMALL = [*POINTS, "--arms", "egan", "random", "--seeds", "2", "--budget", "2", "--scores", "1"]


@pytest.fixture(autouse=True, scope="module")
def _quick_costs():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(session, "generation_costs", partial(generation_costs, seconds_per_arm=0.0))
        yield


def run(*words):
    return main(["compare", *words])


def fails(capsys, *words):
    """Run words that are a user's mistake and return all that is said about it."""
    capsys.readouterr()
    assert run(*words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()[-1].removeprefix("ganatomy: ")


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Return a small comparison that is done, for all tests: to be left as it is."""
    out = tmp_path_factory.mktemp("compare")
    assert run(*SMALL, "--out", str(out)) == 0
    return out / "0001-compare"


@pytest.fixture
def compared(grown, tmp_path):
    """Return a copy of a small comparison that is done."""
    return shutil.copytree(grown, tmp_path / "0001-compare")


def test_grows_all_runs_and_prints_one_json_object(tmp_path, capsys):
    assert run(*SMALL, "--out", str(tmp_path), "--json") == 0
    out, err = capsys.readouterr()
    path = tmp_path / "0001-compare"
    found = json.loads(out)
    assert found["comparison"] == str(path)
    assert [row["metric"] for row in found["verdict"]] == ["MMD", "modes covered", "high-quality share", "reverse KL"]
    assert {row["over"] for row in found["advantages"]} == {"random"}
    assert [(row["arm"], row["generations"]) for row in found["scores"]] == [("egan", 2), ("random", 2)]
    written = ("compare.json", "compare.svg", "compare.png", "table.md", "samples.png")
    assert found["files"] == [str(path / name) for name in written]
    assert all(Path(file).exists() for file in found["files"])
    assert f"comparison {path}: 2 arms x 2 seeds\n" in err
    with Image.open(path / "compare.png") as picture:
        assert picture.width == 2 * (WIDTH + 2 * AIR)
    with Image.open(path / "samples.png") as picture:
        assert picture.height > 2 * 160, "two arms"
    kept = read_json(path / "compare.json")
    last = Run(path / "random" / "seed-1").scores()[-1]
    assert kept["metrics"][0]["arms"][1]["values"][1] == last.values["mmd"]
    assert last.generation == 2


def test_equal_compute_gives_cheaper_arms_more_generations(tmp_path, capsys):
    assert run(*SMALL, "--equal", "compute", "--seeds", "1", "--out", str(tmp_path), "--json") == 0
    egan, random = json.loads(capsys.readouterr().out)["scores"]
    arms = read_json(tmp_path / "0001-compare" / "compare.json")["arms"]
    assert egan["generations"] == 2
    assert random["generations"] == int(2 * arms[0]["macs_per_generation"] / arms[1]["macs_per_generation"])


def test_without_a_control_there_is_no_verdict(tmp_path, capsys):
    words = ["--arms", "egan", "quality", "--seeds", "1", "--out", str(tmp_path), "--json"]
    assert run(*SMALL, *words) == 0
    assert {row["verdict"] for row in json.loads(capsys.readouterr().out)["verdict"]} == {"none"}


def test_a_training_that_diverged_is_told(compared, capsys):
    write_json(compared / "egan" / "seed-1" / "failed.json", {"reason": "all died"})
    assert run("--resume", str(compared)) == 0
    assert "diverged    egan seed 1\n" in capsys.readouterr().out


def test_a_comparison_that_is_done_is_told_again_in_another_place(compared, tmp_path, capsys):
    before = contents(compared)
    moved = tmp_path / "moved" / "0001-compare"
    shutil.copytree(compared, moved)
    assert run("--resume", str(moved)) == 0
    assert "growing" not in capsys.readouterr().err
    assert contents(moved) == before


def test_more_seeds_are_added_to_those_that_are_there(compared, capsys):
    before = contents(compared / "egan" / "seed-0")
    assert run("--resume", str(compared), "--seeds", "3", "--threads", "2") == 0
    assert "growing 2 of 6 runs" in capsys.readouterr().err
    assert contents(compared / "egan" / "seed-0") == before
    config = flat_json(read_json(compared / "config.json"))
    assert (config["seeds"], config["threads"], config["resume"]) == (3, 2, None)
    assert read_json(compared / "compare.json")["seeds"] == [0, 1, 2]


def test_a_larger_budget_goes_on_from_the_snapshots_that_were_kept(tmp_path, capsys):
    words = [*POINTS, "--arms", "egan", "random", "--seeds", "1", "--scores", "2", "--out", str(tmp_path)]
    assert run(*words, "--budget", "4", "--keep-state") == 0
    path = tmp_path / "0001-compare"
    early = Run(path / "egan" / "seed-0").scores()
    capsys.readouterr()
    assert run("--resume", str(path), "--budget", "6", "--seeds", "2") == 0
    assert "growing 4 of 4 runs" in capsys.readouterr().err
    for arm in ("egan", "random"):
        for seed in (0, 1):
            lines = Run(path / arm / f"seed-{seed}").scores()
            assert [line.generation for line in lines] == [2, 4, 6], "as often as before, also under a new seed"
    assert Run(path / "egan" / "seed-0").scores()[:2] == early
    assert read_json(path / "compare.json")["arms"][0]["generations"] == 6
    assert run(*words, "--budget", "6", "--scores", "3", "--name", "at once") == 0
    at_once, later = (Run(tmp_path / of / "egan" / "seed-0").scores() for of in ("0002-at-once", "0001-compare"))
    assert [line.values for line in later] == [line.values for line in at_once]


IMAGES = ["--batch-size", "4", "--image-size", "32", "--discriminator", "weak", "--no-augment", "--threads", "1"]


@pytest.fixture
def photos(tmp_path):
    """Return a folder of forty pictures."""
    folder = tmp_path / "photos"
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (40, 32, 32, 3), dtype=np.uint8)
    for index, image in enumerate(pixels):
        Image.fromarray(image).save(folder / f"{index}.png")
    return folder


@pytest.fixture
def half(photos, tmp_path, monkeypatch):
    """Return a comparison on photos that was stopped before its first run."""

    class Extractor:
        name, num_classes = "tiny", None

    def stop(plan, progress):
        prepare(plan, plan.runs[0])
        raise KeyboardInterrupt

    monkeypatch.setattr("ganatomy.evolve.scores.load_extractor", lambda *_: Extractor())
    with monkeypatch.context() as patched:
        patched.setattr(session, "generation_costs", lambda *_, **__: [Cost(1e9, 0.1)] * 2)
        patched.setattr(session, "grow_all", stop)
        words = [*IMAGES, "--data", str(photos), "--out", str(tmp_path), "--score-images", "32"]
        assert run(*words, "--arms", "egan", "random", "--seeds", "2", "--budget", "2") == 130
    return tmp_path / "0001-compare"


def test_a_resume_that_finds_no_data_changes_nothing(half, photos, capsys):
    photos.rename(photos.with_name("moved"))
    before = contents(half)
    assert fails(capsys, "--resume", str(half), "--seeds", "3") == f"no folder or zip of images at {photos}"
    assert fails(capsys, "--resume", str(half), "--data", "gone") == "no folder or zip of images at gone"
    assert contents(half) == before


def test_images_may_have_moved(half, photos, monkeypatch):
    moved = photos.rename(photos.with_name("moved"))
    grown = []

    def stop(plan, progress):
        for planned in plan.runs:
            prepare(plan, planned)
            grown.append(read_json(planned.run.path / "config.json")["data"]["data"])
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "grow_all", stop)
    assert run("--resume", str(half), "--data", str(moved)) == 130
    assert grown == [str(moved)] * 4
    assert read_json(half / "config.json")["base"]["data"]["data"] == str(moved)


def test_images_do_not_become_points(half, photos, capsys):
    asked = ("--resume", str(half), "--data")
    assert "discriminator is weak, but 8gaussians are points in the plane" in fails(capsys, *asked, "8gaussians")
    assert f"data was '{photos}', asked is 'scenes'" in fails(capsys, *asked, "scenes")


def test_points_do_not_become_images(compared, photos, capsys):
    words = ["--resume", str(compared), "--data", str(photos)]
    assert f"data was '8gaussians', asked is '{photos}'" in fails(capsys, *words)


def test_a_larger_budget_is_refused_where_snapshots_were_deleted(compared, capsys):
    before = contents(compared)
    assert fails(capsys, "--resume", str(compared), "--budget", "3") == (
        "egan seed 0 was finished and its snapshot deleted, so it cannot go on to generation 3; leave --budget out, "
        "or start a new comparison with --keep-state, which keeps snapshots"
    )
    assert contents(compared) == before


def test_an_interrupt_saves_and_says_how_to_go_on(tmp_path, capsys, monkeypatch):
    path, progress = tmp_path / "0001-compare", CtrlC(1, "growing 4 of 4 runs")
    monkeypatch.setattr("ganatomy.progress.console.stderr_progress", lambda: progress)
    assert run(*SMALL, "--budget", "500", "--scores", "2", "--out", str(tmp_path)) == 130
    assert progress.lines[-1] == f"every run is saved; go on with `ganatomy compare --resume {path}`"
    assert (path / "egan" / "seed-0" / "state" / "latest.safetensors").exists()
    assert [line.generation for line in Run(path / "egan" / "seed-0").lineage()] == [1] * 3
    assert not (path / "random" / "seed-0" / "state").exists()
    assert "metrics" not in read_json(path / "compare.json")


def test_going_on_under_other_settings_is_refused_with_each_difference(compared, capsys):
    before = contents(compared)
    said = fails(capsys, "--resume", str(compared), "--budget", "1", "--gamma", "0.5", "--arms", "egan", "hinge")
    assert said == (
        f"{compared} cannot go on under other settings: arms was ('egan', 'random'), asked is ('egan', 'hinge'); "
        "budget was 2.0, asked is 1.0; gamma was 0.02, asked is 0.5; leave them out, or start a new comparison; only "
        "jobs, threads, more seeds, a larger budget and another place of the same images may be asked for"
    )
    assert "seeds was 2, asked is 1" in fails(capsys, "--resume", str(compared), "--seeds", "1")
    assert contents(compared) == before


def test_what_is_no_comparison_cannot_be_gone_on_with(tmp_path, capsys):
    path = write_run(tmp_path).path
    assert fails(capsys, "--resume", str(path)) == (
        f"{path} has no compare.json; give a directory that `ganatomy compare` has made"
    )
    write_json(path / "config.json", to_json(CompareConfig()))
    write_json(path / "compare.json", {"schema": 9})
    assert fails(capsys, "--resume", str(path)) == (
        f"{path}/compare.json has schema 9, this version reads schema 1; compare anew, or open it with the "
        "version that wrote it"
    )
    assert fails(capsys, "--resume", str(tmp_path / "gone")).startswith(f"no run directory at {tmp_path}/gone")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([*SMALL, "--score-metric", "is"], "metric 'is' needs the probabilities of classes"),
        ([*SMALL, "--score-metric", "precision", "--score-images", "3"], "metric 'precision' needs 4 samples"),
        (["--score-metric", "modes"], "metric 'modes' is for points of a mixture of Gaussians, not for images"),
        ([*SMALL, "--budget", "0.5"], "budget is 0.5; give 1 or more"),
        (["--arms", "egn"], "no arm 'egn'; did you mean 'egan'?"),
        (["--grow-from", "gone"], "no run directory at gone"),
        (["--data", "gone"], "no folder or zip of images at gone"),
    ],
)
def test_mistakes_are_told_before_anything_is_made(words, message, tmp_path, capsys, monkeypatch):
    class Extractor:
        name, num_classes = "efficientnet", None

    monkeypatch.setattr("ganatomy.evolve.scores.load_extractor", lambda *_: Extractor())
    assert message in fails(capsys, *words, "--out", str(tmp_path))
    assert not list(tmp_path.iterdir())


def test_an_extractor_that_is_not_there_is_told_at_once(tmp_path, capsys, monkeypatch):
    def fail(*_):
        raise MissingExtra("no weights")

    monkeypatch.setattr("ganatomy.evolve.scores.load_extractor", fail)
    assert fails(capsys, "--out", str(tmp_path)) == "no weights"


@pytest.mark.parametrize(("discriminator", "warned"), [("projected", True), ("light", False)])
def test_scores_through_the_network_that_a_discriminator_looks_through_may_flatter(
    discriminator, warned, tmp_path, capsys, monkeypatch
):
    class Extractor:
        name, num_classes = "efficientnet", None

    monkeypatch.setattr("ganatomy.evolve.scores.load_extractor", lambda *_: Extractor())
    assert run("--discriminator", discriminator, "--data", str(tmp_path / "gone"), "--out", str(tmp_path)) == 2
    said = "warning: the discriminator looks through efficientnet, and so do these scores, which may flatter the run; "
    assert (said in capsys.readouterr().err) is warned
