"""`ganatomy evolve` on a few small images, as the command line calls it."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image
from tests.cli.tiny import contents, write_images, write_run
from tests.ctrl_c import CtrlC

from ganatomy.cli.main import main
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import flat_json, read_config, to_json
from ganatomy.config.parts import changed
from ganatomy.config.presets import PRESETS
from ganatomy.models.networks.dcgan import DISCRIMINATORS, GENERATORS, DiscriminatorShape, GeneratorShape
from ganatomy.runs.directory import open_run
from ganatomy.runs.files import write_json
from ganatomy.runs.lock import held
from ganatomy.runs.state import load_state
from ganatomy.runs.weights import load_generator

SMALL = ["--image-size", "32", "--discriminator", "light", "--batch-size", "4"]
POINTS = ["evolve", "--data", "8gaussians", "--batch-size", "4", "--evaluation-size", "4"]


@pytest.fixture(autouse=True)
def _one_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def _small_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the `light` networks of 32 px be tiny: what is tested is what is said and written."""
    monkeypatch.setitem(GENERATORS["light"], 32, GeneratorShape(32, (8, 6, 4), z_dim=4))
    monkeypatch.setitem(DISCRIMINATORS["light"], 32, DiscriminatorShape((4, 8, 8)))
    monkeypatch.setitem(DISCRIMINATORS["light"], 64, DiscriminatorShape((4, 8, 8, 8)))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_images(tmp_path / "photos")


@pytest.fixture
def words(photos: Path, tmp_path: Path) -> list[str]:
    return ["evolve", "--data", str(photos), "--out", str(tmp_path / "runs"), *SMALL]


@pytest.fixture
def grown(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a run of two generations."""
    assert main([*words, "--generations", "2", "--tick-generations", "1"]) == 0
    capsys.readouterr()
    return tmp_path / "runs" / "0001-egan"


def fails(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run words that are a user's mistake and return all that is said about it: one line."""
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    err = err.removeprefix("took 8 images\n")  # what was read before
    assert err.startswith("ganatomy: ")
    assert err.count("\n") == 1
    return err.removeprefix("ganatomy: ").rstrip("\n")


def test_grows_a_run_and_prints_one_json_object(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--name", "my photos", "--generations", "2", "--json"]) == 0
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    results = json.loads(out)
    run = open_run(tmp_path / "runs" / "0001-my-photos")
    assert results == {"run": str(run.path), "generation": 2, "kimg": 0.008, "seconds": results["seconds"]}
    assert f"run {run.path}: 8 images of 32 px\n" in err
    assert [line.generation for line in run.lineage()] == [1, 1, 1, 2, 2, 2]
    assert load_generator(run).image_size == 32
    config = read_config(EvolveConfig, run.path / "config.json")
    assert (config.stop.generations, config.stop.kimg, config.stop.minutes) == (2, None, None)


def test_resuming_goes_on_to_the_new_stop_and_keeps_it(grown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evolve", "--resume", str(grown), "--generations", "4", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["generation"] == 4
    run = open_run(grown)
    assert [line.generation for line in run.lineage()] == [g for g in (1, 2, 3, 4) for _ in range(3)]
    assert [line["generation"] for line in run.metrics()] == [1, 2, 3, 4], "a tick of one generation, as before"
    config = read_config(EvolveConfig, grown / "config.json")
    kept = config.bookkeeping
    assert (kept.resume, config.stop.generations, kept.tick_generations, config.optimiser.batch_size) == (None, 4, 1, 4)


def test_a_run_of_schema_1_goes_on_under_schema_2(grown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = read_config(EvolveConfig, grown / "config.json")
    write_json(grown / "config.json", {**flat_json(to_json(before)), "schema": 1})
    assert main(["evolve", "--resume", str(grown), "--generations", "3"]) == 0
    assert "generation  3\n" in capsys.readouterr().out
    assert json.loads((grown / "config.json").read_text())["schema"] == 2
    assert read_config(EvolveConfig, grown / "config.json") == changed(before, generations=3)


def test_settings_of_either_schema_are_started_from(grown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = read_config(EvolveConfig, grown / "config.json")
    shown = []
    for kept in (to_json(config), {**flat_json(to_json(config)), "schema": 1}):
        write_json(grown / "settings.json", kept)
        assert main(["evolve", "--config", str(grown / "settings.json"), "--gamma", "0.5", "--dry-run"]) == 0
        shown.append(json.loads(capsys.readouterr().out))
    assert shown == [to_json(changed(config, gamma=0.5))] * 2


def test_a_new_stop_takes_the_place_of_every_stop_before(grown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evolve", "--resume", str(grown), "--kimg", "0.012", "--name", "other"]) == 0
    assert "generation  3\n" in capsys.readouterr().out
    config = read_config(EvolveConfig, grown / "config.json")
    assert (config.stop.generations, config.stop.kimg, config.bookkeeping.name) == (None, 0.012, "other")


def test_a_run_that_another_process_trains_is_left_as_it_is(grown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with held(open_run(grown)):
        before = contents(grown)
        said = fails(capsys, "evolve", "--resume", str(grown), "--generations", "4")
        assert said.startswith(f"{grown} is being trained by another process; wait until")
        assert contents(grown) == before


def test_a_run_that_has_reached_its_stop_resumes_to_where_it_is(
    grown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(grown)
    assert main(["evolve", "--resume", str(grown)]) == 0
    assert "generation  2\n" in capsys.readouterr().out
    after = contents(grown)
    assert after.keys() == before.keys()
    for name in ("config.json", "lineage.jsonl", "metrics.jsonl", "weights/ema.safetensors"):
        assert after[name] == before[name], name


def test_resuming_under_other_settings_is_refused_with_each_difference(
    grown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(grown)
    said = fails(
        capsys, "evolve", "--resume", str(grown), "--generations", "4", "--gamma", "0.5", "--seed", "3", "--no-flip"
    )
    assert said == (
        f"{grown} cannot go on under other settings: seed was 0, asked is 3; flip was True, asked is False; "
        "gamma was 0.02, asked is 0.5; leave them out, or start a new run"
    )
    assert contents(grown) == before


def test_resuming_sees_that_a_default_was_asked_for(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--generations", "2", "--gamma", "0.5", "--snapshot-every-minutes", "7"]) == 0
    capsys.readouterr()
    run = tmp_path / "runs" / "0001-egan"
    assert "gamma was 0.5, asked is 0.02;" in fails(capsys, "evolve", "--resume", str(run), "--gamma", "0.02")
    assert main(["evolve", "--resume", str(run), "--generations", "3", "--snapshot-every-minutes", "5"]) == 0
    assert read_config(EvolveConfig, run / "config.json").bookkeeping.snapshot_every_minutes == 5


def test_a_dry_run_shows_what_a_resumed_run_would_go_on_under(grown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["evolve", "--resume", str(grown), "--kimg", "1", "--dry-run"]) == 0
    shown = flat_json(json.loads(capsys.readouterr().out))
    assert (shown["batch_size"], shown["kimg"], shown["generations"], shown["resume"]) == (4, 1.0, None, str(grown))


def test_a_comparison_is_gone_on_with_by_its_own_command(grown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (grown / "compare.json").write_text("{}")
    assert fails(capsys, "evolve", "--resume", str(grown)) == (
        f"{grown} is a comparison; go on with it by `ganatomy compare --resume {grown}`"
    )


def test_a_run_to_resume_and_a_file_both_give_settings(grown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(grown / "config.json")
    assert fails(capsys, "evolve", "--config", file, "--resume", str(grown)) == (
        f"--config {file} and --resume {grown} both are settings to start from; give one of them"
    )


def test_resuming_with_the_settings_it_has_is_no_change(
    grown: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--resume", str(grown), "--generations", "3"]) == 0
    assert "generation  3\n" in capsys.readouterr().out


def test_resuming_on_other_images_is_refused_and_nothing_is_lost(
    grown: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(grown)
    (photos / "0.png").unlink()
    assert main(["evolve", "--resume", str(grown), "--generations", "4"]) == 2
    assert "cannot resume the data: num_images was 8 and is now 7" in capsys.readouterr().err.splitlines()[-1]
    shutil.rmtree(photos)
    assert fails(capsys, "evolve", "--resume", str(grown)) == f"no folder or zip of images at {photos}"
    assert contents(grown) == before


def test_images_that_have_moved_are_given_anew(
    grown: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = photos.rename(tmp_path / "elsewhere")
    assert main(["evolve", "--resume", str(grown), "--generations", "3", "--data", str(moved)]) == 0
    assert read_config(EvolveConfig, grown / "config.json").data.data == str(moved)
    capsys.readouterr()
    before = contents(grown)
    Image.new("RGB", (40, 40), "red").save(moved / "0.png")
    words = ("evolve", "--resume", str(grown), "--generations", "4", "--data")
    assert main([*words, str(moved)]) == 2
    assert "cannot resume the data: digest of the pixels was " in capsys.readouterr().err.splitlines()[-1]
    assert f"data was '{moved}', asked is 'scenes'; " in fails(capsys, *words, "scenes")
    assert "discriminator is light, but 8gaussians are points in the plane" in fails(capsys, *words, "8gaussians")
    assert contents(grown) == before


def test_a_run_that_is_not_there_is_told(grown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = grown.with_name("0009-gone")
    assert fails(capsys, "evolve", "--resume", str(gone)) == (
        f"no run directory at {gone}; {grown.parent} holds 0001-egan; `ganatomy evolve` or `ganatomy import` makes one"
    )


def test_a_run_without_a_snapshot_is_told_before_images_are_read(
    grown: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = grown / "state" / "latest.safetensors"
    snapshot.unlink()
    shutil.rmtree(tmp_path / "cache")
    assert fails(capsys, "evolve", "--resume", str(grown)) == (
        f"no snapshot at {snapshot}; the run has not saved one yet, so start it anew"
    )
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("more", "needed"),
    [(["--batch-size", "9"], 9), (["--evaluation-size", "32"], 32), (["--discriminator-steps", "3"], 12)],
)
def test_too_few_images_are_told_before_a_run_is_made(
    words: list[str], more: list[str], needed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, *more]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"ganatomy: {tmp_path / 'photos'} holds 8 images, fewer than the {needed} of one batch; lower batch_size and "
        "evaluation_size, or give more images"
    )
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--data", "nowhere"], "no folder or zip of images at nowhere"),
        (["--classes", "sea"], "no class 'sea'"),
        (["--minutes", "inf"], "minutes is inf; give a finite number above 0, or leave it out"),
        (["--beta1", "1.5"], "beta1 is 1.5; give 0 or more, less than 1"),
        (["--data", "scenes:castle"], "no scenes 'scenes:castle'; give scenes, scenes:houses or scenes:streets"),
        (["--data", "scenes", "--seed", "-1"], "seed is -1; give 0 or more"),
        (["--grow-from", "nowhere"], "no run directory at nowhere"),
        (["--objectives", "minimx"], "invalid choice 'minimx'"),
        (["--preset", "theanoo"], "no preset 'theanoo'; choose from paper, "),
        (["--data", "swissroll", "--grow-from", "nowhere"], "swissroll are points; leave it out"),
        (["--stop-after-no-gain", "2"], "stop_after_no_gain counts scores; give --score-every-generations too"),
    ],
)
def test_mistakes_are_told_before_a_run_is_made(
    words: list[str], more: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, *more]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err.splitlines()[-1]
    assert not (tmp_path / "runs").exists()


def test_a_run_that_cannot_be_grown_from_is_told_before_images_are_read(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    smaller = write_run(tmp_path / "others").path
    assert fails(capsys, *words, "--grow-from", str(smaller)) == (
        f"{smaller} makes images of 32 px, so it grows to 64; image_size is 32"
    )
    (smaller / "weights" / "ema.safetensors").unlink()
    assert fails(capsys, *words, "--grow-from", str(smaller)) == (
        f"{smaller} has no weights 'ema'; it has none yet; let it train until its first snapshot"
    )
    assert not (tmp_path / "cache").exists()
    assert not (tmp_path / "runs").exists()


def test_grows_a_run_from_one_of_half_its_size(words: list[str], tmp_path: Path) -> None:
    smaller = write_run(tmp_path / "others")
    assert main([*words, "--grow-from", str(smaller.path), "--image-size", "64", "--generations", "1"]) == 0
    grown = load_generator(open_run(tmp_path / "runs" / "0001-egan"))
    assert grown.image_size == 64
    assert grown.shape.channels == (*load_generator(smaller).shape.channels, 8), "no layer has fewer than 8 units"


def test_grows_with_latents_in_every_layer_goes_on_and_grows_in_size(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grow = [*words, "--latent-layers", "every"]
    runs = [tmp_path / "runs" / f"000{number}-egan" for number in (1, 2, 3)]
    assert main([*grow, "--generations", "2", "--crossover"]) == 0
    assert load_generator(open_run(runs[0])).shape == GeneratorShape(32, (8, 6, 4), z_dim=4, latent_layers="every")
    assert main(["evolve", "--resume", str(runs[0]), "--generations", "3"]) == 0
    assert main(["evolve", "--config", str(runs[0] / "config.json"), "--generations", "3"]) == 0
    ends = [load_generator(open_run(run)).state_dict() for run in runs[:2]]
    assert all(torch.equal(value, ends[1][name]) for name, value in ends[0].items()), "resumed is never stopped"
    assert main([*words, "--grow-from", str(runs[0]), "--image-size", "64", "--generations", "1"]) == 0
    assert load_generator(open_run(runs[2])).shape.latent_layers == "every"
    capsys.readouterr()
    assert fails(capsys, *words, "--generator", "resnet", "--latent-layers", "every") == (
        "latent_layers is 'every', but generator 'resnet' has its own; give --latent-layers preset, or a DCGAN"
    )


def test_training_that_diverges_is_told_with_a_report(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--learning-rate", "1e38", "--rollbacks", "2", "--generations", "9"]) == 2
    lines, run = capsys.readouterr().err.splitlines(), tmp_path / "runs" / "0001-egan"
    assert lines[-1] == (
        "ganatomy: generation 1 after 2 rollbacks: none of the 3 children has a finite fitness; lower the learning "
        "rate or take another seed, in a new run; the last snapshot stays; "
        f"{run / 'report.html'} shows how it came to that"
    )
    assert (run / "report.html").exists()
    told = [line for line in lines if "every child died" in line]
    assert len(told) == 2
    assert "back to the snapshot of generation 0, rollback 2 of at most 2" in told[1]


def test_grows_points_and_resumes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["evolve", "--data", "8gaussians", "--out", str(tmp_path / "runs"), "--batch-size", "4"]
    assert main([*words, "--generations", "2", "--json"]) == 0
    out, err = capsys.readouterr()
    run = tmp_path / "runs" / "0001-egan"
    assert json.loads(out)["generation"] == 2
    assert f"run {run}: points of 8gaussians\n" in err
    assert load_generator(open_run(run)).kind == "points"
    assert [p.name for p in (run / "samples").glob("*.npz")]
    assert main(["evolve", "--resume", str(run), "--generations", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["generation"] == 3


def test_a_run_may_start_from_a_preset_and_flags_override_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["evolve", "--preset", "theano-points", "--out", str(tmp_path / "runs")]
    assert main([*words, "--generations", "1", "--batch-size", "8"]) == 0
    config = read_config(EvolveConfig, tmp_path / "runs" / "0001-egan" / "config.json")
    expected = changed(PRESETS["theano-points"], generations=1, batch_size=8, out=tmp_path / "runs")
    assert config == expected
    capsys.readouterr()
    assert main(["evolve", "--resume", str(tmp_path / "runs" / "0001-egan"), "--generations", "2"]) == 0


def test_scores_are_taken_and_the_best_weights_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["evolve", "--data", "8gaussians", "--out", str(tmp_path / "runs"), "--batch-size", "4"]
    words += ["--generations", "50", "--score-every-generations", "1", "--score-images", "16"]
    assert main([*words, "--stop-after-no-gain", "1", "--learning-rate", "0.1"]) == 0
    run = open_run(tmp_path / "runs" / "0001-egan")
    values = [line.values["mmd"] for line in run.scores()]
    assert values[-1] >= values[-2] == min(values)
    assert len(values) < 50
    assert load_generator(run, "best").kind == "points"


def test_the_stop_that_was_put_in_stands_in_the_run(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganatomy.evolve.session.DEFAULT_MINUTES", 1e-6)
    assert main(words) == 0
    assert read_config(EvolveConfig, tmp_path / "runs" / "0001-egan" / "config.json").stop.minutes == 1e-6


def test_dry_run_prints_settings_that_a_run_can_start_from(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--generations", "1", "--dry-run"]) == 0
    settings = capsys.readouterr().out
    assert json.loads(settings)["optimiser"]["batch_size"] == 4
    assert not (tmp_path / "runs").exists()
    (tmp_path / "settings.json").write_text(settings)
    assert main(["evolve", "--config", str(tmp_path / "settings.json")]) == 0
    config = json.loads((tmp_path / "runs" / "0001-egan" / "config.json").read_text())
    assert config == json.loads(settings)


def test_threads_are_set_and_noted_on_starting_and_on_resuming(words: list[str], tmp_path: Path) -> None:
    torch.set_num_threads(2)
    assert main([*words, "--generations", "1", "--threads", "1"]) == 0
    assert torch.get_num_threads() == 1
    run = tmp_path / "runs" / "0001-egan"
    assert json.loads((run / "environment.json").read_text())["threads"] == 1
    torch.set_num_threads(2)
    assert main(["evolve", "--resume", str(run), "--generations", "2"]) == 0
    assert torch.get_num_threads() == 1
    assert main(["evolve", "--resume", str(run), "--generations", "2", "--threads", "2"]) == 0
    assert torch.get_num_threads() == 2


def test_ctrl_c_saves_says_how_to_go_on_and_exits_130(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    progress = CtrlC(2, "evolving")
    monkeypatch.setattr("ganatomy.progress.console.stderr_progress", lambda: progress)
    assert main([*words, "--generations", "100", "--json"]) == 130
    assert capsys.readouterr() == ("", "ganatomy: interrupted\n")
    run = open_run(tmp_path / "runs" / "0001-egan")
    assert progress.lines[-1] == f"saved at generation 2; go on with `ganatomy evolve --resume {run.path}`"
    assert main(["evolve", "--resume", str(run.path), "--generations", "3"]) == 0
    assert [line.generation for line in run.lineage()] == [g for g in (1, 2, 3) for _ in range(3)]


def test_files_that_cannot_be_read_are_listed(
    words: list[str], photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (photos / "9.png").write_bytes(b"no image")
    Image.new("RGB", (8, 8)).save(photos / "10.png")
    assert main([*words, "--generations", "1"]) == 0
    err = capsys.readouterr().err
    assert "skipped 9.png: not a JPEG, PNG, WebP, BMP, TIFF, GIF or AVIF file\n" in err
    assert ": 9 images of 32 px\n" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--extractor", "typo"], "no extractor 'typo'"),
        (["--score-metric", "modes"], "metric 'modes' is for points"),
        (["--score-images", "1"], "metric 'fd' needs 2 samples and there are 1"),
    ],
)
def test_what_the_first_score_would_refuse_is_refused_before_anything_is_trained(
    words: list[str], said: str, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "runs"
    line = fails(
        capsys, "evolve", "--data", str(photos), "--out", str(out), *SMALL, "--score-every-generations", "2", *words
    )
    assert said in line
    assert not out.exists()


def test_scoring_may_begin_and_change_where_a_run_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another metric makes the next score the best one, whatever the best was before."""
    assert main([*POINTS, "--out", str(tmp_path), "--generations", "2"]) == 0
    run = tmp_path / "0001-egan"
    again = ["evolve", "--resume", str(run)]
    scored = ["--score-images", "64", "--score-every-generations", "1"]
    assert main([*again, "--stop-after-no-gain", "3"]) == 2
    assert "give --score-every-generations too" in capsys.readouterr().err
    assert main([*again, *scored, "--generations", "3", "--stop-after-no-gain", "3"]) == 0
    assert main([*again, "--generations", "4", "--score-metric", "reverse_kl"]) == 0
    first, second = (json.loads(line) for line in (run / "scores.jsonl").read_text().splitlines())
    assert (first["generation"], second["generation"]) == (3, 4)
    assert load_state(run / "state" / "latest.safetensors")["best_score"] == second["values"]["reverse_kl"]


def test_a_run_that_ended_for_want_of_gain_goes_on_to_a_stop_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scored = ["--score-images", "64", "--score-every-generations", "1", "--stop-after-no-gain", "2"]
    assert main([*POINTS, "--out", str(tmp_path), "--generations", "200", *scored, "--learning-rate", "1e-9"]) == 0
    run = tmp_path / "0001-egan"
    ended = load_state(run / "state" / "latest.safetensors")["generation"]
    assert ended < 200
    capsys.readouterr()
    assert main(["evolve", "--resume", str(run)]) == 0
    assert "the last 2 scores were no better than the best one, so it stays as it is" in capsys.readouterr().err
    assert load_state(run / "state" / "latest.safetensors")["generation"] == ended
    assert main(["evolve", "--resume", str(run), "--generations", str(ended + 1)]) == 0
    assert "it goes on, and counts anew" in capsys.readouterr().err
    assert load_state(run / "state" / "latest.safetensors")["generation"] == ended + 1


def test_too_few_images_for_the_metric_are_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], photos: Path
) -> None:
    scored = ["--score-every-generations", "1", "--score-metric", "density", "--score-images", "5"]
    assert main(["evolve", "--data", str(photos), "--out", str(tmp_path / "out"), *SMALL, *scored]) == 2
    assert "metric 'density' needs 6 samples and there are 5" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_training_without_a_stop_says_that_it_stops_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganatomy.evolve.session.DEFAULT_MINUTES", 1e-4)
    assert main([*POINTS, "--out", str(tmp_path)]) == 0
    assert "no stop is given, so it trains for 0.0001 minute; `ganatomy evolve --resume " in capsys.readouterr().err
