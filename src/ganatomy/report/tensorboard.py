"""A run's figures for TensorBoard: event files of metrics, scores and sample grids, beside those of other runs."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ganatomy.errors import MissingExtra
from ganatomy.metrics.names import printed_name
from ganatomy.progress import SILENT, Progress
from ganatomy.report.images import open_picture
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json
from ganatomy.runs.layout import SAMPLES, SAMPLES_INDEX
from ganatomy.runs.records.lines import ScoreLine

SUFFIX = ".ganatomy"
"""End of the names of event files that this module writes, and replaces."""
TIMES = ("generation", "kimg", "seconds")


class Writer(Protocol):
    """The part of `torch.utils.tensorboard.SummaryWriter` that is used."""

    def add_scalar(self, tag: str, scalar_value: float, global_step: int, walltime: float) -> None:
        """Write a number."""

    def add_image(
        self, tag: str, img_tensor: NDArray[np.uint8], global_step: int, walltime: float, dataformats: str
    ) -> None:
        """Write a picture."""

    def add_text(self, tag: str, text_string: str, global_step: int, walltime: float) -> None:
        """Write a text."""

    def close(self) -> None:
        """Finish the file."""


def write_events(run: Run, directory: Path, progress: Progress = SILENT) -> Path:
    """Write the run's event file into `directory/NAME-OF-THE-RUN` and return that folder.

    Steps are generations and TensorBoard's relative time is that of training. The file of an earlier export is
    replaced.

    Args:
        run: an opened run directory.
        directory: what `tensorboard --logdir` is given; it may hold other runs too.
        progress: told of every line and grid.

    Raises:
        MissingExtra: TensorBoard is not installed.
        DataError: a sample grid that cannot be read.
    """
    folder = directory / run.path.resolve().name
    writer = _writer(folder)
    try:
        fill(writer, run, progress)
    finally:
        writer.close()
    return folder


def fill(writer: Writer, run: Run, progress: Progress = SILENT) -> None:
    """Write everything that a run has logged.

    Args:
        writer: where to.
        run: an opened run directory.
        progress: told of every line and grid.

    Raises:
        DataError: a sample grid that cannot be read.
    """
    metrics, scores, grids = run.metrics(), run.scores(), _grids(run)
    writer.add_text("config", f"```json\n{json.dumps(run.config(), indent=1)}\n```", 0, 0.0)
    with progress.task("writing events", len(metrics) + len(scores) + len(grids), "entry") as task:
        moments = [(int(line["generation"]), float(line["seconds"]), of_metrics(line)) for line in metrics]
        moments += [(line.generation, line.seconds or 0.0, of_scores(line)) for line in scores]
        for generation, seconds, numbers in moments:
            for tag, value in numbers:
                writer.add_scalar(tag, value, generation, seconds)
            task.advance()
        for entry in grids:
            image = open_picture(run.path, f"{SAMPLES}/{entry['file']}")
            if image:
                pixels = np.asarray(image)
                writer.add_image("samples", pixels, int(entry["generation"]), float(entry["seconds"]), "HWC")
            task.advance()


def of_metrics(line: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the tag and value of each number in a line of metrics.jsonl; null and what is no number are left out."""
    for key, value in line.items():
        if key == "survivors":
            yield from ((f"survivors/{name}", float(count)) for name, count in value.items())
        elif key not in TIMES and isinstance(value, int | float):
            group = "discriminator" if key.startswith("d_") else "evolution"
            yield f"{group}/{key}", float(value)


def of_scores(line: ScoreLine) -> Iterator[tuple[str, float]]:
    """Yield the tag and value of each score in a line of scores.jsonl, by the name that it may be called."""
    for key, value in line.values.items():
        if value is not None:
            yield f"scores/{printed_name(key, line.protocol['extractor'], line.protocol['fingerprint'])}", value


def _grids(run: Run) -> list[dict[str, Any]]:
    index = run.path / SAMPLES_INDEX
    entries = read_json(index) if index.is_file() else []
    return [entry for entry in entries if str(entry["file"]).endswith(".png")]


def _writer(folder: Path) -> Writer:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise MissingExtra(
            "event files need TensorBoard, which is not installed; `pip install 'ganatomy[tensorboard]'`"
        ) from None
    for earlier in folder.glob(f"events.out.tfevents.*{SUFFIX}"):
        earlier.unlink()
    writer: Writer = SummaryWriter(str(folder), filename_suffix=SUFFIX)
    return writer
