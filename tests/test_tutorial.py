"""The tutorial's commands run one after another, at a small size, and make what it says."""

import re
import runpy
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from ganatomy.cli.main import main
from ganatomy.runs.packaged import PACKAGED_RUN

ROOT = Path(__file__).parents[1]
SMALL = {
    "pictures.py": "pictures.py 48",
    "--minutes 15": "--generations 2",
    "--num-images 1000 --num-real 2000": "--num-images 24 --num-real 24",
    "--steps 1500": "--steps 4",
    "--segmenter trained --segmenter-weights houses.safetensors": "--segmenter scenes",
    "--num-images 300": "--num-images 24 --layers layer3",
    "--num-images 200": "--num-images 16",
    "--num-images 64 --cells 4": "--num-images 8 --cells 2",
    "--layer layer3 --num-images 16": "--layer layer3 --num-images 16 --candidates 1 --random-sets 1 --top-images 4",
}
"""What takes half an hour, and what shows that it can be done."""


def commands() -> list[str]:
    """Return the commands of the tutorial, one after another, at a small size."""
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    lines = "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    for large, small in SMALL.items():
        assert large in lines, large
        lines = lines.replace(large, small)
    return lines.splitlines()


@pytest.mark.filterwarnings("ignore")  # of scores and intervals of so few images
def test_its_commands_make_a_run_with_all_that_it_tells_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in commands():
        program, *words = shlex.split(command)
        if program == "python":
            monkeypatch.setattr(sys, "argv", words)
            runpy.run_path(str(ROOT / words[0]), run_name="__main__")
        else:
            assert main(words) == 0, command
        if "evolve" in command:  # a generator that has grown for longer than two generations
            shutil.copytree(PACKAGED_RUN / "weights", "runs/0001-houses/weights", dirs_exist_ok=True)
    run = tmp_path / "runs" / "0001-houses"
    there = {path.relative_to(run).as_posix() for path in run.rglob("*")}
    assert {"samples/index.json", "dissect/layer3/units.json", "context/layer3/window.json", "report.html"} <= there
    assert {"edits/0001-layer3-ablate-window/compare.png", "repair/0001-layer3/repair.json"} <= there
    assert 'href="export/web/paint.html"' in (run / "report.html").read_text(encoding="utf-8")
    assert len(list((tmp_path / "pictures").iterdir())) == 48


def test_its_pictures_are_there() -> None:
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    for name in re.findall(r"\]\((pictures/[\w-]+\.webp)\)", text):
        assert (ROOT / "docs" / name).is_file()
