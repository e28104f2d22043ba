"""A model card tells what is known and leaves the licence to whoever publishes it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.export.made import opened, step, write_edit, write_run
from tests.report.fixture_run import write_lines

from ganatomy.config.export import ExportConfig
from ganatomy.export.card import card
from ganatomy.export.session import export_run
from ganatomy.runs.layout import EXPORT
from ganatomy.runs.records.exports import ExportRecord
from ganatomy.runs.records.reading import read_record


def front_matter(text: str) -> dict[str, Any]:
    head: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return head


def test_the_card_of_a_module(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    write_lines(run.path / "metrics.jsonl", [{"generation": 1200, "kimg": 38.4, "seconds": 9.0}])
    folder = export_run(ExportConfig(run.path, "module")).folder
    text = (folder / "README.md").read_text()
    assert front_matter(text) == {
        "library_name": "pytorch",
        "license": "other",
        "license_name": "to-be-filled-in",
        "pipeline_tag": "unconditional-image-generation",
        "tags": ["gan", "image-generation", "ganatomy", "module"],
        "model_name": "0001-faces",
    }
    assert "\n# 0001-faces\n" in text
    assert "A generator of images of 16 px: dcgan, " in text
    assert "Origin: imported, from g.pt; trained on photos.zip." in text
    assert "Its run was trained for 1,200 generations, 38 thousand images." in text
    assert "import generator  # this folder is on the path" in text
    assert "| images | 0 | 1e-06 | 8 |" in text
    assert "Whoever publishes this fills in `license`" in text
    assert "ada" not in text
    assert "## Scores" not in text


@pytest.mark.parametrize(
    ("format", "split_at", "said"),
    [
        ("safetensors", None, 'ga.load(".")'),
        ("onnx", None, 'InferenceSession("generator.onnx")'),
        (
            "onnx",
            "layer2",
            "`upper.onnx` makes the images of (1 - alpha) features + alpha k, features being what `layer2` gives",
        ),
    ],
)
def test_each_format_says_how_it_is_opened(tmp_path: Path, format: str, split_at: str | None, said: str) -> None:
    run = write_run(tmp_path)
    export_run(ExportConfig(run.path, "module"))
    record = read_record(ExportRecord, run.path / "export/module" / EXPORT)
    text = card(opened(run), replace(record, format=format, split_at=split_at))
    assert said in text
    assert front_matter(text)["tags"][-1] == format


def test_names_are_no_markup_and_an_edit_is_told(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    moved = replace(run, path=run.path.rename(tmp_path / 'odd "name" [x](y): *z*'))
    write_edit(moved, step())
    export_run(ExportConfig(moved.path, edit="1"))
    text = (moved.path / "export/safetensors/README.md").read_text()
    assert front_matter(text)["model_name"] == 'odd "name" [x](y): *z*'
    assert '\n# odd "name" \\[x\\]\\(y\\): \\*z\\*\n' in text
    assert "**Edited**: 1 unit of layer2 for tree ablated; its weights hold the edit." in text
    assert "of these weights before the edit." in text


def test_classes_and_other_weights_are_told(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    write_edit(run, step(), generator="0" * 16)
    export_run(ExportConfig(run.path))
    record = read_record(ExportRecord, run.path / "export/safetensors" / EXPORT)
    text = card(opened(run), replace(record, class_names=("cat", "dog")))
    assert "A latent has 5 entries of normal numbers, N(0, 1), and behind them the number of one of 2 classes." in text
    assert "of other weights of the run." in text
    assert json.loads((run.path / "export/safetensors" / EXPORT).read_text())["schema"] == 1
