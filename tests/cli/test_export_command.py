import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.export.made import step, write_edit, write_run

import ganatomy as ga
from ganatomy.cli.main import main


def test_files_and_checks_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path)
    write_edit(run, step())
    assert main(["export", str(run.path), "--edit", "1", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["export"] == str(run.path / "export/safetensors")
    assert (printed["edit"], printed["edit_is_in"]) == ("1 unit of layer2 for tree ablated", "weights")
    assert [row["file"] for row in printed["files"]] == [
        "environment.json",
        "manifest.json",
        "weights/ema.safetensors",
        "weights/generator.json",
    ]
    assert [row["of"] for row in printed["checks"]] == ["edited images", "images"]
    assert ga.load(printed["export"]).image_size == 16


def test_mistakes_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path)
    assert main(["export", str(run.path), "--format", "zip"]) == 2
    assert "Expected one of ('safetensors', 'onnx', 'module', 'web')" in capsys.readouterr().err
    assert main(["export", str(run.path), "--edit", "3"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_module_format_needs_no_onnx(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    code = (
        "import sys; sys.modules['onnx'] = sys.modules['onnxruntime'] = None\n"
        "from ganatomy.cli.main import main\n"
        f"assert main(['export', {str(run.path)!r}, '--format', 'module']) == 0\n"
        f"assert main(['export', {str(run.path)!r}, '--format', 'onnx']) == 2\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "ganatomy: ONNX needs onnx, which is not installed; `pip install 'ganatomy[onnx]'`" in ended.stderr
