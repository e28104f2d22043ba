"""`ganatomy dissect` on a run of an untrained generator, looked at by colour, as the command line calls it."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tests.cli.tiny import contents, write_run

from ganatomy.cli.main import main
from ganatomy.dissect import session, writing
from ganatomy.runs.directory import Run, open_run
from ganatomy.runs.manifest import Manifest, Origin, TrainingData, write_manifest
from ganatomy.runs.weights import load_generator, save_generator
from ganatomy.segment.planted import PlantedSegmenter


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_run(tmp_path).path


@pytest.fixture
def words(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(session, "load_choice", lambda *_: PlantedSegmenter())
    return ["dissect", str(path), "--num-images", "7", "--grid", "8", "--top", "1", "--batch-size", "5"]


def fails(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run words that are a user's mistake and return the line that is said about it."""
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()[-1].removeprefix("ganatomy: ")


def test_layers_are_dissected_and_summed_up_as_one_json_object(
    words: list[str], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--layers", "layer1", "layer3", "--json"]) == 0
    out, _ = capsys.readouterr()
    assert out.count("\n") == 1
    results = json.loads(out)
    assert {key: results[key] for key in ("run", "segmenter", "num_images")} == {
        "run": str(path),
        "segmenter": "planted",
        "num_images": 7,
    }
    assert [(layer["layer"], layer["units"]) for layer in results["layers"]] == [("layer1", 8), ("layer3", 4)]
    domain = json.loads((path / "dissect/domain.json").read_text())
    assert results["domain"]["said"] == domain["said"]
    assert domain["said"].startswith(
        "It is not known what images segmenter 'planted' was made for. Its mean confidence"
    )
    for layer in results["layers"]:
        table = json.loads((path / "dissect" / layer["layer"] / "units.json").read_text())
        assert table["interpretable"] == layer["interpretable"]
        assert table["grid"] == [8, 8]
        assert len(list((path / "dissect" / layer["layer"] / "cards").iterdir())) == layer["units"]
        labelled = [f"{unit['concept']}" for unit in table["units"] if unit["interpretable"]]
        assert {row["concept"]: row["units"] for row in layer["concepts"]} == Counter(labelled)


def test_read_outs_of_a_file_are_dissected_under_its_name(words: list[str], path: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "read-outs.npz", np.eye(4)[:3])
    assert main([*words, "--layers", "layer3", "--directions", str(tmp_path / "read-outs.npz")]) == 0
    record = json.loads((path / "dissect/layer3-read-outs/directions.json").read_text())
    assert record["found"] == {
        "kind": "given",
        "is_negative": False,
        "shares": [],
        "num_images": None,
        "seed": None,
        "source": "read-outs.npz",
    }
    assert main([*words, "--layers", "layer3-read-outs"]) == 0


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.eye(3), "layer 'layer3' returns shape (1, 4, 16, 16), and its directions 'layer3-rows' are of 3 units"),
        (np.ones((2, 4)), "2 directions of layer 'layer3' span 1 dimensions; leave out zeros and those that are sums"),
        (np.full((1, 4), np.inf), "directions of layer 'layer3' hold NaN or infinite numbers; give finite ones"),
        (np.zeros(4), "holds an array of shape (4,) of torch.float64; give numbers (d, u), one direction a row"),
    ],
)
def test_read_outs_that_do_not_fit_are_told(
    words: list[str], path: Path, rows: np.ndarray, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(path.parent / "rows.npz", rows)
    said = fails(capsys, *words, "--layers", "layer3", "--directions", str(path.parent / "rows.npz"))
    assert message in said


def test_layers_have_a_table_without_json(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--layers", "layer3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[lines.index("layers") + 1].split()[:3] == ["layer", "units", "interpretable"]
    assert lines[lines.index("layers") + 2].split()[:2] == ["layer3", "4"]


def test_the_latest_survivor_is_dissected_where_asked(words: list[str], path: Path) -> None:
    run = open_run(path)
    changed = load_generator(run)
    next(changed.parameters()).data.mul_(-1)
    save_generator(run, "latest", changed)
    tables = []
    for which in ("ema", "latest"):
        assert main([*words, "--layers", "layer3", "--weights", which]) == 0
        tables.append(json.loads((path / "dissect/layer3/units.json").read_text()))
    assert tables[0]["generator"] != tables[1]["generator"]


def test_real_images_and_a_second_segmenter_are_held_beside(words: list[str], path: Path) -> None:
    more = ["--layers", "layer3", "--real-images", "14", "--second-segmenter", "scenes", "--reading", "sky=grass"]
    assert main([*words, *more]) == 0
    areas = json.loads((path / "dissect/areas.json").read_text())
    assert (areas["segmenter"], areas["fingerprint"]) == ("planted", "planted-1")
    agreement = json.loads((path / "dissect/agreement.json").read_text())
    assert agreement["schema"] == 1
    assert main([*words, "--layers", "layer3", "--profile", "pnas2020"]) == 0
    table = json.loads((path / "dissect/layer3/units.json").read_text())
    assert (table["profile"], table["top_fraction"]) == ("pnas2020", 0.01)
    assert not (path / "dissect/.unfinished").exists()


@pytest.mark.parametrize(
    ("profile", "top_fraction", "counted"),
    [("netdissect", 0.2, ["netdissect"]), ("correlation", None, ["correlation"]), ("max-iou", None, None)],
)
def test_every_profile_is_written_with_what_it_measures(
    words: list[str], path: Path, profile: str, top_fraction: float | None, counted: list[str] | None
) -> None:
    more = ["--top-fraction", str(top_fraction)] if top_fraction else []
    assert main([*words, "--layers", "layer3", "--profile", profile, *more]) == 0
    table = json.loads((path / "dissect/layer3/units.json").read_text())
    assert table.get("top_fraction") == top_fraction
    assert list(table["counts"]) == (counted or ["paper", "compat", "max-iou"])
    assert any("correlation" in unit for unit in table["units"]) == (profile == "correlation")
    summary = json.loads((path / "dissect/summary.json").read_text())
    assert summary["layers"][0].get("top_fraction") == top_fraction


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--layers", "layr3"], "no layer 'layr3' in Generator; did you mean 'layer3'?"),
        (["--layers", "layer1", "zzz"], "no layer 'zzz' in Generator; its layers are layer1, layer1.0, layer1.1"),
        (["--layers", "layer1", "layer1"], "layers are ['layer1', 'layer1']; give each once"),
        (["--weights", "latest"], "has no weights 'latest'; it has ema"),
        (
            ["--layers", "layer1", "--directions", "pca"],
            "directions is 'pca'; give pca:20 or sefa:20, or another",
        ),
        (["--layers", "zzz", "--directions", "pca:2"], "no layer 'zzz' in Generator; its layers are layer1, layer1.0"),
        (
            ["--layers", "layer3", "--directions", "pca:9"],
            "pca:9 of layer 'layer3', whose 4 units vary in 4",
        ),
        (["--layers", "layer3", "--directions", "sefa:9"], "of whose 4 units the weights after it read 4 directions"),
        (["--layers", "layer3", "--directions", "no.npz"], "no file no.npz; give one that holds an array (d, u)"),
        (["--layers", "z", "--directions", "sefa:2"], "edit their directions by ganatomy edit --layer z-sefa10"),
        (["--layers", "z-sefa2"], "layer 'z-sefa2' returns shape (5, 2); dissection needs featuremaps (n, u, h, w)"),
        (["--layers", "layer9-pca2"], "no layer 'layer9-pca2' in Generator; did you mean"),
        (["--num-images", "0"], "num_images is 0; give 1 or more"),
        (["--top-fraction", ".2"], "top_fraction is 0.2, but profile 'paper' chooses the threshold of each unit"),
    ],
)
def test_mistakes_are_told_and_leave_the_run_as_it_was(
    words: list[str], path: Path, more: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(path)
    assert message in fails(capsys, *words, *more)
    assert contents(path) == before


def test_a_run_that_is_not_there_is_told_with_those_that_are(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = fails(capsys, "dissect", str(path.with_name("0002-gone")))
    assert said == (
        f"no run directory at {path.with_name('0002-gone')}; {path.parent} holds 0001-tiny; "
        "`ganatomy evolve` or `ganatomy import` makes one"
    )


def test_a_run_without_weights_is_told(words: list[str], path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (path / "weights" / "ema.safetensors").unlink()
    assert fails(capsys, *words) == (
        f"{path} has no weights 'ema'; it has none yet; let it train until its first snapshot"
    )


def test_segmenters_that_do_not_come_as_asked_are_told(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = fails(capsys, "dissect", str(path), "--segmenter", "ade20k")
    assert said == "segmenter 'ade20k' comes without weights; pass a safetensors file with --segmenter-weights"
    said = fails(capsys, "dissect", str(path), "--segmenter", "scenes", "--input-size", "129")
    assert said == "segmenter 'scenes' works at the size of the images; leave out the input size 129"
    said = fails(capsys, "dissect", str(path), "--segmenter", "scenes", "--segmenter-weights", "nowhere")
    assert said == "no weights at nowhere; pass the path of a safetensors file"
    said = fails(capsys, "dissect", str(path), "--segmenter-weights", "nowhere")
    assert "belong to a segmenter; give --segmenter too" in said


@pytest.mark.parametrize("more", [[], ["--history"], ["0002-tiny"]])
def test_a_run_of_something_else_than_scenes_is_not_looked_at_by_their_segmenter(
    path: Path, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write_manifest(Run(path), Manifest(Origin("grown"), image_size=32, data=TrainingData("faces.zip")))
    before = contents(path)
    others = [str(write_run(path.parent).path)] if more == ["0002-tiny"] else more
    said = fails(capsys, "dissect", str(path), *others)
    assert said.startswith(f"{path} was trained on faces.zip, so nothing tells its concepts; give --segmenter: hf:NAME")
    assert contents(path) == before


def test_a_segmenter_that_was_not_made_for_the_images_is_warned_of(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["--num-images", "30", "--grid", "8", "--layers", "layer3"]
    assert main(["dissect", str(path), *few]) == 0
    out, err = capsys.readouterr()
    assert "warning: segmenter 'scenes' was not made for images like these, and what it names may not be there" in err
    assert "Segmenter 'scenes' was not made for images like these" in out
    assert (
        main(["dissect", str(path), str(write_run(path.parent).path), *few, "--json", "--out", str(path.parent)]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert {name: one["differs"] for name, one in told["domains"].items()} == {"0001-tiny": True, "0002-tiny": True}


@pytest.mark.parametrize("function", ["write_dissection", "write_domain"])
def test_a_dissection_that_cannot_be_written_is_printed_all_the_same(
    words: list[str], path: Path, function: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device", str(path / "dissect" / "units.json"))

    monkeypatch.setattr(writing, function, refuse)
    assert main([*words, "--layers", "layer1", "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["layers"][0]["units"] == 8
    assert err.splitlines()[-1].startswith(
        f"ganatomy: cannot write {path / 'dissect/units.json'}: No space left on device"
    )


def test_a_comparison_that_cannot_be_written_stops(
    words: list[str], path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device", "units.json")

    other = write_run(tmp_path / "other").path
    monkeypatch.setattr(writing, "write_dissection", refuse)
    out = ["--out", str(tmp_path / "out")]
    assert fails(capsys, "dissect", str(other), *words[1:], "--layers", "layer1", *out).startswith("No space left on")


def test_a_run_that_takes_no_files_is_told_before_it_is_dissected(
    words: list[str], path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    monkeypatch.setattr(session, "load_choice", lambda *_: pytest.fail("went on"))
    assert fails(capsys, *words).startswith(f"cannot write {path}: Read-only file system; make room")


def test_real_images_that_are_not_there_are_told_before_anything_is_computed(
    words: list[str], path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = TrainingData(str(tmp_path / "gone"), 32)
    write_manifest(open_run(path), Manifest(Origin("grown"), "images", 32, data))
    monkeypatch.setattr(session, "load_choice", lambda *_: pytest.fail("went on"))
    said = f"the images that {path} was trained on are not at {tmp_path / 'gone'}; give the place they have moved to"
    assert fails(capsys, *words, "--real-images", "4").startswith(said)
    assert fails(capsys, *words, "--real-images", "4", "--data", str(tmp_path / "none")).startswith(
        "no folder or zip of"
    )
    assert fails(capsys, *words, "--data", "photos").startswith("data is 'photos', but real_images is 0; say how many")
