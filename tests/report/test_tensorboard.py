"""Event files for TensorBoard."""

import json
import sys

import pytest
from tests.report.fixture_run import make_points, make_run

from ganatomy.errors import MissingExtra
from ganatomy.report.tensorboard import SUFFIX, fill, of_metrics, of_scores, write_events
from ganatomy.runs.directory import Run, open_run
from ganatomy.runs.records.lines import ScoreLine


class Recorder:
    """Keeps what a writer is given."""

    def __init__(self):
        self.scalars, self.images, self.texts = [], [], []

    def add_scalar(self, tag, scalar_value, global_step, walltime):
        self.scalars.append((tag, scalar_value, global_step, walltime))

    def add_image(self, tag, img_tensor, global_step, walltime, dataformats):
        self.images.append((tag, img_tensor.shape, global_step, walltime, dataformats))

    def add_text(self, tag, text_string, global_step, walltime):
        self.texts.append((tag, text_string))

    def close(self):
        raise AssertionError("whoever opened it closes it")


@pytest.fixture
def small(tmp_path):
    return make_run(tmp_path / "0001-small", parts=("samples", "scores", "training"), generations=30, size=16)


def test_everything_that_was_logged_is_written(small):
    recorder = Recorder()
    fill(recorder, open_run(small))
    tags = {tag for tag, *_ in recorder.scalars}
    assert tags >= {"evolution/quality", "evolution/fitness", "discriminator/d_accuracy", "scores/FD[resnet56]"}
    assert [s[1:] for s in recorder.scalars if s[0] == "scores/FD[resnet56]"][-1] == (40.0, 30, 156.0)
    assert sum(tag.startswith("survivors/") for tag, *_ in recorder.scalars) == 3
    assert recorder.images[-1] == ("samples", (6 * 16 + 10, 8 * 16 + 14, 3), 30, 156.0, "HWC")
    assert len(recorder.images) == len(json.loads((small / "samples/index.json").read_text()))
    assert recorder.texts[0][0] == "config"
    assert '"gamma": 0.02' in recorder.texts[0][1]


def test_what_is_no_number_and_no_grid_is_left_out(small, tmp_path):
    assert list(of_metrics({"generation": 3, "kimg": 1, "seconds": 2, "quality": None, "d_loss": 0.5})) == [
        ("discriminator/d_loss", 0.5)
    ]
    protocol = {"extractor": "points", "fingerprint": ""}
    assert list(of_scores(ScoreLine(1, {"mmd": 0.25, "modes": None}, protocol))) == [("scores/MMD", 0.25)]
    recorder = Recorder()
    for path in (small / "samples").glob("*.png"):
        path.unlink()
    fill(recorder, open_run(small))
    fill(recorder, Run(make_points(tmp_path / "0002-points")))
    (small / "samples/index.json").unlink()
    fill(recorder, open_run(small))
    assert recorder.images == []


def test_without_tensorboard_the_extra_is_named(small, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    message = r"event files need TensorBoard, which is not installed; `pip install 'ganatomy\[tensorboard\]'`"
    with pytest.raises(MissingExtra, match=message):
        write_events(open_run(small), tmp_path / "events")


def test_event_files_are_replaced_and_closed(small, tmp_path, monkeypatch):
    opened = []

    class SummaryWriter(Recorder):
        def __init__(self, folder, filename_suffix):
            super().__init__()
            self.closed = False
            opened.append((self, folder, filename_suffix))

        def close(self):
            self.closed = True

    module = type(sys)("torch.utils.tensorboard")
    module.SummaryWriter = SummaryWriter
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    folder = tmp_path / "events/0001-small"
    folder.mkdir(parents=True)
    earlier, foreign = folder / f"events.out.tfevents.1.host{SUFFIX}", folder / "events.out.tfevents.1.host"
    earlier.touch()
    foreign.touch()
    assert write_events(open_run(small), tmp_path / "events") == folder
    assert (earlier.exists(), foreign.exists()) == (False, True)
    ((writer, place, suffix),) = opened
    assert (writer.closed, place, suffix) == (True, str(folder), SUFFIX)
    assert writer.scalars


@pytest.mark.oracle
def test_tensorboard_reads_what_was_written(small, tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    folder = write_events(open_run(small), tmp_path)
    events = EventAccumulator(str(folder), {"images": 0, "scalars": 0})
    events.Reload()
    fd = events.Scalars("scores/FD[resnet56]")
    assert [(e.step, e.wall_time) for e in fd][-1] == (30, 156.0)
    assert events.Images("samples")[-1].width == 8 * 16 + 14
