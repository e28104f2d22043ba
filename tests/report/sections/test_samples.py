"""Samples over training."""

import json

from tests.report.fixture_run import make_run

from ganatomy.report.sections.samples import choose, samples_view


def index(run):
    return json.loads((run / "samples/index.json").read_text())


def test_first_and_last_are_chosen_and_the_beginning_is_denser():
    chosen = choose(1000, 24)
    assert (chosen[0], chosen[-1], len(chosen)) == (0, 999, 24)
    assert chosen[1] - chosen[0] < chosen[-1] - chosen[-2]
    assert all(len(set(choose(n, 24))) == min(n, 24) and choose(n, 24)[-1] == n - 1 for n in range(1, 60))


def test_frames_are_the_runs_grids(full_run):
    samples = samples_view(full_run, index(full_run), 16, 24)
    assert (len(samples.frames), len(samples.strips), samples.snapshots, samples.missing) == (24, 8, 30, 0)
    first, last = samples.frames[0], samples.frames[-1]
    assert (first.generation, last.generation) == (0, 300)
    assert (last.kimg, last.seconds) == (9.6, 1560.0)
    assert (last.picture.width, last.picture.height) == (8 * 16 + 7 * 2, 6 * 16 + 5 * 2)
    assert (samples.strips[0].picture.width, samples.strips[0].picture.height) == (8 * 16 + 7 * 2, 16)
    assert [f.generation for f in samples.strips] == sorted({f.generation for f in samples.strips})


def test_strips_of_a_run_that_grew_are_cut_at_the_pixels_of_their_grids(full_run):
    """The manifest has the size that the generator had grown to."""
    listed = [{**entry, "image_size": 16} for entry in index(full_run)]
    (first, *_) = samples_view(full_run, listed, 4, 24).strips
    assert (first.picture.width, first.picture.height) == (8 * 16 + 7 * 2, 16)


def test_missing_files_are_counted(tmp_path):
    run = make_run(tmp_path / "r", parts=("samples",), generations=100, size=16)
    for entry in index(run)[5:15]:
        (run / "samples" / entry["file"]).unlink()
    samples = samples_view(run, index(run), None, 24)
    assert (len(samples.frames), samples.strips, samples.snapshots, samples.missing) == (20, (), 20, 10)
    for path in (run / "samples").glob("*.png"):
        path.unlink()
    assert samples_view(run, index(run), 16, 24) is None


def test_a_grid_that_vanishes_while_it_is_read_is_passed_over(full_run, monkeypatch):
    monkeypatch.setattr("ganatomy.report.sections.samples.open_picture", lambda run, name: None)
    assert samples_view(full_run, index(full_run), 16, 24).frames == ()
