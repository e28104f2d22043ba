"""`--class` in every command that opens a generator up: all samples are of the class, and every record says so."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from tests.intervene.repair.planted import faultless
from tests.planted_classes import SEGMENTER, write_classes

from ganatomy.cli.main import main
from ganatomy.data.images import to_uint8
from ganatomy.models.planted import NUMBER
from ganatomy.report.gather import gather
from ganatomy.runs.directory import open_run
from ganatomy.runs.files import read_json

FEATURES = "tests.intervene.repair.planted:features"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return write_classes(tmp_path, monkeypatch).path


def asked(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    """Return the results of a command."""
    code = main([*map(str, words), "--json"])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return json.loads(printed.out)


def dissect(capsys: pytest.CaptureFixture[str], run: Path, *words: object) -> dict[str, Any]:
    return asked(capsys, "dissect", run, "--layers", "layer1", "--segmenter", SEGMENTER, "--num-images", 60, *words)


def real_images(folder: Path, num_images: int) -> Path:
    """Write images of parks without artifacts."""
    folder.mkdir()
    generator = faultless()
    with torch.no_grad():
        images = to_uint8(generator(torch.randn(num_images, 74, generator=torch.Generator().manual_seed(5))))
    for number, pixels in enumerate(images.numpy()):
        Image.fromarray(pixels).save(folder / f"{number:03d}.png")
    return folder


def test_dissect(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = dissect(capsys, run, "--class", "street", "--second-segmenter", SEGMENTER)
    assert results["class"] == "street"
    table = read_json(run / "dissect/layer1/units.json")
    tree = table["concepts"].index("tree")
    assert (table["of_class"], table["concept_area"][tree]) == ("street", 0)
    assert [row["unit"] for row in table["ranking"].get("tree", [])] == []
    assert read_json(run / "dissect/summary.json")["of_class"] == "street"
    assert read_json(run / "dissect/summary.json")["layers"][0]["of_class"] == "street"
    assert read_json(run / "dissect/agreement.json")["of_class"] == "street"
    dissect(capsys, run, "--class", "0")  # not taken for what was counted of the other class
    table = read_json(run / "dissect/layer1/units.json")
    assert table["of_class"] == "park"
    assert table["concept_area"][tree] > 0.02
    assert table["ranking"]["tree"][0]["unit"] == NUMBER["tree copy"]
    assert "class" not in dissect(capsys, run)
    assert read_json(run / "dissect/layer1/units.json")["of_class"] is None


def test_classes_side_by_side(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = dissect(capsys, run, "--classes", "each", "--class-images", 40)
    areas = {row.pop("concept"): row for row in results["areas_by_class"]}
    assert areas["tree"]["street"] == 0 < areas["tree"]["park"]
    park, street = results["units_by_class"]
    assert (park["class"], park["layer"], street["class"]) == ("park", "layer1", "street")
    assert {"concept": "tree", "units": 3} in park["concepts"]
    assert park["above_chance"] == street["above_chance"] + 3
    record = read_json(run / "dissect/classes.json")
    assert [row["name"] for row in record["classes"]] == ["park", "street"]
    assert record["num_images"] == 40


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--classes", "park", "0"], "classes are park, 0; give each once"),
        (
            ["--classes", "each", "--class", "park"],
            "class is 'park', and classes are set side by side of all samples; leave one of them out",
        ),
        (
            ["other", "--classes", "each"],
            "classes of one run are set side by side, and 2 runs are given; give one",
        ),
        (
            ["--classes", "each", "--history"],
            "history dissects kept generations alone; leave out real_images, second_segmenter and classes",
        ),
    ],
)
def test_classes_that_cannot_be_set_side_by_side_are_one_line(
    run: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dissect", str(run), *words, "--segmenter", SEGMENTER]) == 2
    assert capsys.readouterr().err == f"ganatomy: {message}\n"


def test_edit(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dissect(capsys, run)
    words = ("edit", run, "--layer", "layer1", "--ablate", "tree", "--top", 3, "--num-images", 30, "--random-sets", 1)
    words = (*words, "--segmenter", SEGMENTER)
    results = asked(capsys, *words, "--class", "park")
    assert results["class"] == "park"
    (tree,) = (row for row in results["effects"] if row["concept"] == "tree")
    assert tree["kept"] == 0
    assert read_json(Path(results["edit"]) / "effects.json")["of_class"] == "park"
    assert main([*map(str, words), "--class", "street"]) == 2  # which has no tree to remove
    assert "tree" in capsys.readouterr().err


def test_ace_and_context(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dissect(capsys, run)
    own = ("--layer", "layer1", "--concepts", "sky", "--segmenter", SEGMENTER)
    few = ("--num-images", 10, "--curve-images", 0, "--random-sets", 1, "--pool", 60, "--steps", 2, "--top", 2)
    words = ("ace", run, *own, *few)
    found = asked(capsys, *words, "--class", "street")
    assert (found["class"], found["causes"][0]["kept_from_before"]) == ("street", False)
    assert read_json(run / "ace/layer1/sky.json")["of_class"] == "street"
    assert asked(capsys, *words, "--class", "1")["causes"][0]["kept_from_before"]
    assert not asked(capsys, *words)["causes"][0]["kept_from_before"]
    words = ("context", run, *own, "--num-images", 12, "--top", 1, "--cells", 4)
    assert asked(capsys, *words, "--class", "park")["class"] == "park"
    assert read_json(run / "context/layer1/sky.json")["of_class"] == "park"


def test_repair_and_score(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = real_images(tmp_path / "real", 160)
    common = ("--data", data, "--extractor", FEATURES, "--num-images", 120, "--num-real", 160, "--class", "park")
    words = ("repair", run, "--layer", "layer1", "--segmenter", SEGMENTER, "--units", NUMBER["artifact"])
    repaired = asked(capsys, *words, "--random-sets", 1, "--budget", 2, "--top-images", 8, *common)
    assert repaired["class"] == "park"
    record = read_json(Path(repaired["repair"]) / "repair.json")
    assert record["of_class"] == "park"
    said = "the repair was found and proven on class 'park' alone, and its weights make every class"
    assert repaired["accepted"]
    assert said in record["warnings"]
    scored = asked(capsys, "score", run, "--metrics", "fd", *common)
    assert scored["class"] == "park"
    assert read_json(Path(scored["files"][0]))["protocol"]["of_class"] == "park"


@pytest.mark.parametrize(
    ("command", "asked_for", "message"),
    [
        ("dissect", "steret", "no class 'steret'; did you mean 'street'?"),
        ("score", "2", "class is 2; the generator has 2, numbered 0 to 1"),
        ("edit", "9", "class is 9; the generator has 2, numbered 0 to 1"),
    ],
)
def test_an_unknown_class_is_one_line(
    run: Path, command: str, asked_for: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = {"edit": ["--layer", "layer1", "--ablate", "tree"], "score": [], "dissect": ["--segmenter", SEGMENTER]}[
        command
    ]
    assert main([command, str(run), *words, "--class", asked_for]) == 2
    assert capsys.readouterr().err == f"ganatomy: {message}\n"


def test_a_generator_without_classes_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_classes(tmp_path, monkeypatch, class_names=None)
    assert main(["dissect", str(run.path), "--segmenter", SEGMENTER, "--class", "park"]) == 2
    assert capsys.readouterr().err == "ganatomy: class is 'park', but the generator takes no classes; leave it out\n"
    assert main(["dissect", str(run.path), "--class", "park", "--history"]) == 2
    expected = "ganatomy: history follows generators that were grown, and those take no class; leave class out\n"
    assert capsys.readouterr().err == expected


def test_the_report_says_which_records_are_of_one_class(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dissect(capsys, run, "--class", "street")
    page = gather(open_run(run), units_per_layer=2, snapshots=1)
    (fact,) = (one for one in page.facts if one.name == "class")
    assert (fact.value, fact.note) == ("street", "units")
