"""Every example runs, and prints what its docstring promises."""

import runpy
from importlib.util import find_spec
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def printed(name: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    return capsys.readouterr().out.splitlines()


def test_every_example_has_a_test() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    for path in EXAMPLES.glob("*.py"):
        assert f'printed("{path.stem}", capsys' in text


def test_the_planted_units_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    header, *rows = printed("planted", capsys)
    assert header.split()[0] == "unit"
    assert len(rows) == 11
    left = {row[6:20].strip(): row.split()[-1] for row in rows}
    assert (left["grass"], left["trunk"], left["tree copy"], left["dead"]) == ("0%", "67%", "100%", "-")
    assert [row for row in rows if "  place  " in row] == [rows[7]]


@pytest.mark.filterwarnings("default::DeprecationWarning", "default::FutureWarning")
def test_biggan_is_dissected_class_by_class(capsys: pytest.CaptureFixture[str]) -> None:
    if find_spec("pytorch_pretrained_biggan") is None:
        pytest.skip("the package is not installed")
    header, *rows = printed("biggan", capsys)
    assert header == "class    units with a concept"
    assert [row.split()[0] for row in rows] == ["fox", "owl", "tench", "volcano"]
    assert all(row.endswith(" of 32") for row in rows)


def test_a_strangers_generator_is_dissected_by_concepts_of_ones_own(capsys: pytest.CaptureFixture[str]) -> None:
    own, *best = printed("own_concepts", capsys)
    assert own == "trained: made for these images"
    assert [row.split(",")[0] for row in best] == ["sky: unit 0", "grass: unit 1", "building: unit 2"]
    assert all(float(row.split()[-1]) > 0.6 for row in best)


def test_pictures_and_masks_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["pictures.py", "12"])
    assert printed("pictures", capsys) == ["12 pictures in pictures, 8 with masks in pairs"]
    assert len(list(Path("pictures").iterdir())) == 12
    assert sorted(path.name for path in Path("pairs/masks").iterdir()) == [f"{number:05d}.png" for number in range(8)]
    assert Path("pairs/concepts.txt").read_text().split("\n")[0] == "other"
