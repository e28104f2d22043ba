"""Directions in files: read-outs that somebody gives, and those that a dissection leaves in its layer's folder."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from ganatomy.directions.axes import Directions
from ganatomy.directions.generator import units_of
from ganatomy.errors import DataError
from ganatomy.models.fingerprint import fingerprint
from ganatomy.runs.directory import Run
from ganatomy.runs.files import write_arrays
from ganatomy.runs.layout import DIRECTIONS, DISSECT, VECTORS
from ganatomy.runs.records.directions import DirectionsRecord
from ganatomy.runs.records.reading import read_record, write_record

NAMED = "directions"
"""The table that is taken of a file that holds several."""


def read_vectors(path: Path) -> Tensor:
    """Return the one table of a file `.npz` or `.safetensors`, or that called `directions`, (d, u) float64.

    Raises:
        DataError: the file is missing or cannot be read, or there is no such table of numbers.
    """
    tables = _tables(path)
    if NAMED not in tables and len(tables) != 1:
        raise DataError(
            f"{path} holds {', '.join(sorted(tables)) or 'nothing'}; give a file of one array (d, u), or call it "
            f"'{NAMED}'"
        )
    table = tables[NAMED] if NAMED in tables else next(iter(tables.values()))
    if table.ndim != 2 or 0 in table.shape or table.is_complex() or table.dtype == torch.bool:
        raise DataError(
            f"{path} holds an array of shape {tuple(table.shape)} of {table.dtype}; give numbers (d, u), one direction "
            "a row"
        )
    return table.double()


def write_directions(folder: Path, generator: nn.Module, layer: str) -> None:
    """Write the directions that a layer's units are into its folder; nothing of a layer of other units."""
    units = units_of(generator, layer)
    if units is None:
        return
    one = units.directions
    write_arrays(folder / VECTORS, vectors=one.vectors.numpy(), center=one.center.numpy())
    write_record(folder / DIRECTIONS, DirectionsRecord(one.layer, one.base, one.found, fingerprint(generator)))


def read_directions(run: Run, layer: str) -> tuple[Directions, str] | None:
    """Return the directions in a layer's folder with the fingerprint of their generator; None where there are none.

    Raises:
        DataError: they are not as this version writes them.
        IncompatibleRun: their record is no JSON.
    """
    folder = run.path / DISSECT / layer
    if not (folder / DIRECTIONS).exists():
        return None
    record = read_record(DirectionsRecord, folder / DIRECTIONS)
    tables = _tables(folder / VECTORS)
    if set(tables) != {"vectors", "center"} or tables["center"].shape != tables["vectors"].shape[1:]:
        raise DataError(f"{folder / VECTORS} is not as this version writes it; {record.AGAIN}")
    vectors, center = tables["vectors"].double(), tables["center"].double()
    return Directions(record.layer, record.base, vectors, center, record.found), record.generator


def _tables(path: Path) -> Mapping[str, Tensor]:
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: torch.from_numpy(arrays[name]) for name in arrays.files}
    except FileNotFoundError:
        raise DataError(f"no file {path}; give one that holds an array (d, u)") from None
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile, SafetensorError) as error:
        raise DataError(
            f"{path} cannot be read ({' '.join(str(error).split())}); give an .npz or .safetensors"
        ) from None
