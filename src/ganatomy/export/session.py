"""An export as a whole: a run's generator written in one format, checked, with its card, and put in place."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import ganatomy
from ganatomy.config.export import ExportConfig
from ganatomy.errors import ConfigError
from ganatomy.export.card import write_card
from ganatomy.export.module_file import write_module
from ganatomy.export.onnx_files import write_onnx
from ganatomy.export.opened import Opened, open_to_export
from ganatomy.export.run_folder import write_run_folder
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run, open_run
from ganatomy.runs.folders import move_folder, unfinished_folder
from ganatomy.runs.layout import EXPORT, EXPORTS
from ganatomy.runs.records.exports import CheckRow, ExportRecord, FileRow
from ganatomy.runs.records.reading import write_record

Writer = Callable[[Path, Opened, ExportConfig], list[CheckRow]]

WRITERS: dict[str, Writer] = {
    "safetensors": lambda folder, opened, config: write_run_folder(folder, opened, config.precision),
    "onnx": lambda folder, opened, config: write_onnx(folder, opened, config.precision, config.split_at),
    "module": lambda folder, opened, config: write_module(folder, opened, config.precision),
}
"""What writes each format into a folder, but for `web`, which `ganatomy.web` writes."""


PACKED = "packed"
"""The precision of a page, which keeps weights in as few bits as its images allow."""


@dataclass(frozen=True)
class Exported:
    """A generator that was written for use elsewhere."""

    folder: Path
    """Where it stands."""
    record: ExportRecord
    """What it is, and how exactly it gives what the run's generator gives."""


def export_run(config: ExportConfig, progress: Progress = SILENT, writers: Mapping[str, Writer] = WRITERS) -> Exported:
    """Write a run's generator for use elsewhere, and return where it stands.

    Args:
        config: all settings.
        progress: told when it is done.
        writers: what writes each format.

    Raises:
        CheckpointError: the weights are missing, or do not fit the architecture.
        ConfigError: the folder is taken, there is no such edit or it cannot be exported so, the generator cannot be
            written in this format, or what was written gives other images.
        DataError: a record of the run is not what it should be.
        IncompatibleRun: there is no run, it makes points in the plane, or the edit was measured on other weights.
        LayerError: there is no layer to divide at, or it takes no part in generating images.
        MissingExtra: ONNX is asked for and not installed.
    """
    if config.format not in writers:
        raise ConfigError(
            f"format is {config.format}, and only {', '.join(writers)} are written here; call ganatomy.export or give "
            "writers=ganatomy.web.onefile.WITH_PAGE"
        )
    run = open_run(config.run)
    place = config.out or run.path / EXPORTS / config.format
    _require_free(place, config.overwrite)
    opened = open_to_export(run, config)
    place.parent.mkdir(parents=True, exist_ok=True)
    with (
        progress.task(f"exporting as {config.format}", 1, "generator") as task,
        unfinished_folder(place.parent, place.name) as folder,
    ):
        checks = writers[config.format](folder, opened, config)
        record = _record(folder, opened, config, [*opened.checks, *checks])
        write_record(folder / EXPORT, record)
        write_card(folder, opened, record)
        move_folder(folder, place)
        task.advance()
    return Exported(place, record)


def _require_free(place: Path, overwrite: bool) -> None:
    """Return if a folder can be put at a place without the loss of anything but an earlier export.

    Raises:
        ConfigError: there is something.
    """
    if place.is_dir() and not any(place.iterdir()):
        return
    if (place / EXPORT).is_file():
        if not overwrite:
            raise ConfigError(f"{place} holds an export already; give --overwrite to replace it, or another --out")
    elif place.exists():
        raise ConfigError(f"{place} is there and is no earlier export; give another --out, or remove it yourself")


def _record(folder: Path, opened: Opened, config: ExportConfig, checks: list[CheckRow]) -> ExportRecord:
    generator = opened.generator
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return ExportRecord(
        ganatomy=ganatomy.__version__,
        run=_name(opened.run),
        weights=config.weights,
        generator=opened.fingerprint,
        format=config.format,
        precision=PACKED if config.format == "web" else config.precision,
        edit=opened.edit_row,
        split_at=config.split_at,
        z_dim=generator.z_dim,
        latent=generator.latent,
        class_names=generator.class_names,
        image_size=generator.image_size,
        files=tuple(_file_row(path, folder) for path in files),
        checks=tuple(checks),
    )


def _file_row(path: Path, folder: Path) -> FileRow:
    content = path.read_bytes()
    return FileRow(path.relative_to(folder).as_posix(), len(content), hashlib.sha256(content).hexdigest())


def _name(run: Run) -> str:
    return run.path.resolve().name
