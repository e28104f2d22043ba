"""An export appears whole or not at all, and nothing of the user's makes way for it."""

import hashlib
from pathlib import Path

import pytest
from tests.export.made import step, write_edit, write_run

import ganatomy as ga
from ganatomy.config.export import ExportConfig
from ganatomy.errors import CheckpointError, ConfigError, IncompatibleRun
from ganatomy.export.session import export_run
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.networks.mlp import PointGenerator, PointShape
from ganatomy.runs.directory import create_run
from ganatomy.runs.layout import EXPORT
from ganatomy.runs.records.exports import EditRow, ExportRecord
from ganatomy.runs.records.reading import read_record
from ganatomy.runs.weights import load_image_generator, save_generator


def test_the_record_tells_what_was_written(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    write_edit(run, step(strength=0.5))
    exported = export_run(ExportConfig(run.path, "module", edit="1", precision="fp16"))
    assert exported.folder == run.path / "export/module"
    record = read_record(ExportRecord, exported.folder / EXPORT)
    assert record == exported.record
    assert record.edit == EditRow("0001-layer2-ablate-tree", "1 unit of layer2 for tree ablated", "graph")
    assert (record.run, record.weights, record.format, record.precision) == ("0001-faces", "ema", "module", "fp16")
    assert (record.z_dim, record.latent, record.image_size, record.class_names) == (5, "normal", 16, None)
    assert record.generator == fingerprint(load_image_generator(run))
    assert [row.of for row in record.checks] == ["edited images", "images"]
    assert [file.name for file in record.files] == ["generator.pt", "generator.py"]
    content = (exported.folder / "generator.py").read_bytes()
    assert record.files[1].sha256 == hashlib.sha256(content).hexdigest()
    assert record.files[1].bytes == len(content)
    assert {path.name for path in exported.folder.iterdir()} == {"generator.pt", "generator.py", "README.md", EXPORT}


def test_an_exported_folder_is_exported_again(tmp_path: Path) -> None:
    """As it is a run, every command takes it."""
    run = write_run(tmp_path)
    first = export_run(ExportConfig(run.path)).folder
    second = export_run(ExportConfig(first, out=tmp_path / "new/again")).folder
    assert fingerprint(ga.load(second)) == fingerprint(ga.load(run.path))


def test_an_earlier_export_makes_way_where_asked_for(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    config = ExportConfig(run.path, "module")
    folder = export_run(config).folder
    (folder / "old").touch()
    with pytest.raises(ConfigError, match=r"export/module holds an export already; give --overwrite to replace it, or"):
        export_run(config)
    export_run(ExportConfig(run.path, "module", overwrite=True))
    assert not (folder / "old").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["module"]


def test_what_is_no_export_never_makes_way(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    for out in (run.path, run.path / "weights/generator.json"):
        with pytest.raises(
            ConfigError, match="is there and is no earlier export; give another --out, or remove it your"
        ):
            export_run(ExportConfig(run.path, "module", out, overwrite=True))
    empty = tmp_path / "empty"
    empty.mkdir()
    assert export_run(ExportConfig(run.path, "module", empty)).folder == empty


def test_a_failed_export_leaves_nothing(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    write_edit(run, step(strength=0.5))
    with pytest.raises(ConfigError, match="weights alone cannot hold"):
        export_run(ExportConfig(run.path, edit="1", out=tmp_path / "out"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0001-faces"]


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    with pytest.raises(CheckpointError, match="has no weights 'best'; it has ema"):
        export_run(ExportConfig(run.path, weights="best"))
    points = create_run(tmp_path, "points", {"schema": 1, "data": "8gaussians"})
    save_generator(points, "ema", PointGenerator(PointShape(8)))
    with pytest.raises(IncompatibleRun, match="makes points in the plane"):
        export_run(ExportConfig(points.path))
