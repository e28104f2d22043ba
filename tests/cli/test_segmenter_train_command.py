"""The command that trains segmenters, end to end on small pairs, and on CamVid where it is there."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from tests.cli.tiny import write_run
from tests.ctrl_c import CtrlC
from tests.data.pairs import CONCEPTS, png, write, write_pairs

from ganatomy.cli.main import main
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.training import loop as training_module
from ganatomy.segment.training import session as module


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    pairs = write_pairs(tmp_path / "pairs", 10)
    out = tmp_path / "own.safetensors"
    return ["segmenter", "train", str(pairs), "--out", str(out), "--image-size", "16", "--batch-size", "2"]


def metadata(path: Path) -> dict[str, Any]:
    with safe_open(path, framework="pt") as file:
        return {key: json.loads(value) for key, value in file.metadata().items()}


def refused(capsys: pytest.CaptureFixture[str], words: list[str]) -> str:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()[-1]


def test_trains_measures_and_writes_what_dissect_uses(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--steps", "40", "--held-out", "0.3", "--json"]) == 0
    out, err = capsys.readouterr()
    results, path = json.loads(out), tmp_path / "own.safetensors"
    assert (results["weights"], results["steps"], results["trained_on"], results["held_out"]) == (str(path), 40, 7, 3)
    assert results["trivial_answer"] == "grass everywhere"
    (means,) = results["held_out_means"]
    assert means["image_size"] == 16
    assert means["mean_iou"] > means["trivial_mean_iou"]
    assert means["accuracy"] > means["trivial_accuracy"]
    assert [row["concept"] for row in results["held_out_concepts"]] == list(CONCEPTS)
    assert sum(row["share"] for row in results["held_out_concepts"]) == pytest.approx(1)
    assert "7 pairs to train on, 3 held out, 3 concepts\n" in err
    assert f"ganatomy dissect RUN --segmenter trained --segmenter-weights {path}\n" in err
    assert "step 40, loss " in err
    assert load_segmenter("scenes", path).concepts == CONCEPTS
    assert not path.with_suffix(".state.safetensors").exists()
    run = write_run(tmp_path / "runs")
    dissect = ["dissect", str(run.path), "--layers", "layer1", "--num-images", "4"]
    assert main([*dissect, "--segmenter", "trained", "--segmenter-weights", str(path)]) == 0


def test_the_file_tells_what_is_known_of_it(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--image-size", "16", "32", "--steps", "2", "--json"]) == 0
    results = json.loads(capsys.readouterr().out)
    known = metadata(tmp_path / "own.safetensors")
    assert known["concepts"] == list(CONCEPTS)
    assert known["image_sizes"] == [16, 32]
    assert known["command"] == "ganatomy segmenter train"
    assert known["settings"]["batch_size"] == 2
    assert known["steps"] == 2
    assert sorted(known["held_out"]) == ["16", "32"]
    assert known["held_out"]["32"]["mean_iou"] == pytest.approx(results["held_out_means"][1]["mean_iou"], abs=1e-4)
    assert set(results["held_out_concepts"][0]) == {"concept", "share", "iou_16", "iou_32"}


def test_ctrl_c_saves_and_the_same_command_goes_on_to_the_same_weights(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, kept = tmp_path / "own.safetensors", tmp_path / "own.state.safetensors"
    assert main([*words, "--steps", "6"]) == 0
    whole = load_segmenter("scenes", out)
    out.unlink()
    progress = CtrlC(3, "training")
    with monkeypatch.context() as patched:
        patched.setattr("ganatomy.progress.console.stderr_progress", lambda: progress)
        capsys.readouterr()
        assert main([*words, "--steps", "6", "--json"]) == 130
    assert capsys.readouterr() == ("", "ganatomy: interrupted\n")
    assert progress.lines[-1] == "saved at step 3; go on with the same command and --resume"
    assert kept.exists()
    assert not out.exists()
    unfinished = f"{kept} is a training that was not finished; go on with it with --resume, remove it, or give"
    assert unfinished in refused(capsys, [*words, "--steps", "6"])
    assert "steps was 6, asked is 7; give them as before" in refused(capsys, [*words, "--steps", "7", "--resume"])
    moved = tmp_path / "moved"
    shutil.move(tmp_path / "pairs", moved)
    words[2] = str(moved)
    assert main([*words, "--steps", "6", "--resume"]) == 0
    ours, theirs = (s.network.state_dict() for s in (load_segmenter("scenes", out), whole))
    assert all(torch.equal(value, theirs[name]) for name, value in ours.items())
    assert not kept.exists()


def test_a_resumed_training_sees_that_a_mask_has_changed(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training_module, "SAVE_EVERY", 1)
    monkeypatch.setattr(module, "write_segmenter", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    assert main([*words, "--steps", "1"]) == 130
    write(tmp_path / "pairs", {"masks/3.png": png([[0] * 30] * 24)})
    assert "cannot go on with others: pixels was " in refused(capsys, [*words, "--steps", "1", "--resume"])


def test_mistakes_are_one_line(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = Path(words[2])
    assert "no command 'segmenter'; did you mean 'segmenter train'?" in refused(capsys, ["segmenter"])
    assert "no snapshot at" in refused(capsys, [*words, "--resume"])
    assert "give a file that ends with .safetensors" in refused(capsys, [*words, "--out", "x.pt"])
    assert "the loss is nan" in refused(capsys, [*words, "--steps", "9", "--learning-rate", "1e30"])
    (pairs / "masks" / "4.png").unlink()
    assert "images/4.png has no mask masks/4.png" in refused(capsys, words)
    (tmp_path / "own.safetensors").touch()
    assert "own.safetensors is there already; remove it, or give another --out" in refused(capsys, words)


def test_a_concept_that_no_mask_shows_is_told(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "pairs", {"concepts.txt": "\n".join([*CONCEPTS, "boat"]).encode()})
    assert main([*words, "--steps", "1", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err.count("warning: no mask to train on shows") == 1
    assert "warning: no mask to train on shows 'boat'\n" in err
    (boat,) = [row for row in json.loads(out)["held_out_concepts"] if row["concept"] == "boat"]
    assert boat["share"] == 0


def test_a_single_pair_is_too_few(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = refused(
        capsys, ["segmenter", "train", str(write_pairs(tmp_path / "one", 1)), "--out", f"{tmp_path}/a.safetensors"]
    )
    assert "has 1 pair; at least 2 are needed, one of them to be held out" in line


@pytest.mark.slow
def test_camvid_is_learned_in_a_few_minutes(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["segmenter", "train", str(shared / "data" / "camvid_240x180.zip"), "--void", "11", "--json"]
    words += ["--held-out-split", "test", "--steps", "150", "--out", str(tmp_path / "camvid.safetensors")]
    assert main(words) == 0
    results = json.loads(capsys.readouterr().out)
    assert (results["trained_on"], results["held_out"]) == (367, 233)
    iou = {row["concept"]: row["iou_64"] for row in results["held_out_concepts"]}
    assert "void" not in iou
    (means,) = results["held_out_means"]
    assert means["mean_iou"] > 0.25 > 5 * means["trivial_mean_iou"]
    assert means["accuracy"] > 0.7 > 2 * means["trivial_accuracy"]
    assert min(iou[name] for name in ("sky", "building", "road", "tree")) > 0.25
