"""Samples of a run of points."""

import json

import numpy as np
import pytest
from tests.report.fixture_run import make_points

from ganatomy.errors import DataError
from ganatomy.report.density import PIXELS
from ganatomy.report.sections.plane import CAPTION, GAP, plane_view


@pytest.fixture
def run(tmp_path):
    return make_points(tmp_path / "0001-points")


def view(run, most=24):
    return plane_view(run, json.loads((run / "samples/index.json").read_text()), "8gaussians", most)


def test_the_target_comes_first_then_moments_from_first_to_last(run):
    plane = view(run)
    labels = [panel.label for panel in plane.panels]
    assert len(labels) == 9
    assert (labels[0], labels[1], labels[-1]) == ("target", "generation 1", "generation 12")
    assert [frame.generation for frame in plane.frames] == list(range(1, 13))
    assert plane.panels[-1].picture == plane.frames[-1].picture
    assert (plane.snapshots, plane.missing) == (12, 0)
    assert plane.panels[1].note == "100\N{NO-BREAK SPACE}% outside"
    assert plane.panels[-1].note == ""


def test_the_sheet_has_all_panels_with_their_labels(run):
    image = view(run).sheet.image
    assert image.size == (3 * (PIXELS + GAP) - GAP, 3 * (PIXELS + CAPTION + GAP) - GAP)
    pixels = np.asarray(image.convert("L"))
    label = pixels[PIXELS : PIXELS + CAPTION, :PIXELS]
    assert label.min() < 100
    assert label[:, :20].min() == 255


def test_few_and_missing_moments(run):
    assert len(view(run, 3).frames) == 3
    names = [entry["file"] for entry in json.loads((run / "samples/index.json").read_text())]
    for name in names[1:]:
        (run / "samples" / name).unlink()
    plane = view(run)
    assert (len(plane.frames), len(plane.panels), plane.snapshots, plane.missing) == (1, 2, 1, 11)
    (run / "samples" / names[0]).unlink()
    assert view(run) is None


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [({"other": np.zeros((3, 2))}, "other"), ({"points": np.zeros((3, 3))}, r"\(3, 3\)"), ({}, "points")],
)
def test_a_file_without_points_is_named(run, arrays, reason):
    np.savez(run / "samples/gen-000001.npz", **arrays)
    message = r"cannot read the points 'samples/gen-000001\.npz' of run '0001-points'.*accepted is an npz file"
    with pytest.raises(DataError, match=message):
        view(run)


@pytest.mark.parametrize("content", [b"no zip", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_named(run, content):
    (run / "samples/gen-000001.npz").write_bytes(content)
    with pytest.raises(DataError, match=r"cannot read the points .*delete the file"):
        view(run)


def test_a_file_outside_the_run_is_refused(run):
    np.savez(run.parent / "secret.npz", points=np.zeros((3, 2)))
    entry = {"generation": 1, "kimg": 0.1, "seconds": 1.0, "file": "../../secret.npz"}
    with pytest.raises(DataError, match=r"the file 'samples/\.\./\.\./secret\.npz' lies outside the run"):
        plane_view(run, [entry], "8gaussians", 24)
