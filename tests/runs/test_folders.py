"""Folders come whole or not at all."""

import pytest

from ganatomy.runs.folders import move_folder, unfinished_folder


def names(path):
    return sorted(str(p.relative_to(path)) for p in path.rglob("*"))


def test_a_finished_folder_takes_the_place_of_the_one_before(tmp_path):
    place = tmp_path / "dissect" / "layer1"
    for file in ("old", "new"):
        with unfinished_folder(tmp_path, "layer1") as folder:
            (folder / file).touch()
            move_folder(folder, place)
    assert names(tmp_path) == ["dissect", "dissect/layer1", "dissect/layer1/new"]


def interrupted(run):
    with unfinished_folder(run, "layer1") as folder:
        (folder / "half").touch()
        raise KeyboardInterrupt


def test_an_error_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path)
    assert names(tmp_path) == []
