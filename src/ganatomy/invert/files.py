"""The files of an inverted photo: `invert/NNNN-NAME/` with inversion.json, its tensors and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from ganatomy.errors import CheckpointError, IncompatibleRun
from ganatomy.invert.inverting import FEATURES, LATENT, STAGES, Inversion
from ganatomy.invert.pictures import comparison, stage_images
from ganatomy.invert.reference import standing, verdict
from ganatomy.models.fingerprint import made_by
from ganatomy.runs.directory import Run, create_numbered
from ganatomy.runs.files import replacing, write_tensors
from ganatomy.runs.folders import move_folder, unfinished_folder
from ganatomy.runs.layout import INVERSION, INVERSIONS, INVERTED
from ganatomy.runs.records.inversions import (
    InversionRecord,
    InversionSettings,
    ReferenceRecord,
    StageRow,
)
from ganatomy.runs.records.reading import read_record, write_record

PHOTO = "photo.png"
"""In the folder of a photo: its central square at the generator's size."""


@dataclass(frozen=True)
class Made:
    """What inversions were made with, as it is recorded."""

    weights: str
    generator: str
    """Fingerprint."""
    settings: InversionSettings
    reference: ReferenceRecord | None
    """None where nothing was inverted to compare with."""
    class_names: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False)
class KeptInversion:
    """An inverted photo as it was kept in a run."""

    name: str
    """Its folder, `invert/NNNN-NAME`."""
    record: InversionRecord
    z: Tensor
    """(1, z_dim), or with the class (1, z_dim + 1)."""
    featuremaps: Tensor
    """(1, u, ...) of the layer."""
    photo: NDArray[np.uint8]
    """(s, s, 3)."""

    @property
    def layer(self) -> str:
        """The layer whose featuremaps were found."""
        return self.record.settings.layer


def record_of(inversion: Inversion, place: int, photo: str, made: Made) -> InversionRecord:
    """Return the record of one photo.

    Args:
        inversion: of one or more photos.
        place: of the photo.
        photo: name of its file.
        made: what it was made with.
    """
    rows = () if made.reference is None else standing(inversion, place, made.reference)
    real, samples, said = (
        ((), (), "")
        if made.reference is None
        else (made.reference.real, made.reference.samples, made.reference.held_out)
    )
    number = None if made.class_names is None else int(inversion.z[place, -1])
    return InversionRecord(
        photo=photo,
        weights=made.weights,
        generator=made.generator,
        settings=made.settings,
        class_name=None if made.class_names is None or number is None else made.class_names[number],
        stages=tuple(
            StageRow(stage, *inversion.errors[stage].row(place), float(inversion.seconds[stage][place]))
            for stage in STAGES
        ),
        outside_before=float(inversion.outside[LATENT][place]),
        outside_after=float(inversion.outside[FEATURES][place]),
        length=float(inversion.length[place]),
        standing=rows,
        num_real=len(real),
        num_samples=len(samples),
        held_out=said,
        verdict=verdict(rows, len(real), said),
        compare="compare.png",
        pictures=(PHOTO, *(f"{stage}.png" for stage in STAGES)),
    )


def write_inversion(run: Run, inversion: Inversion, record: InversionRecord) -> Path:
    """Write one inverted photo into a run, and return its directory.

    Args:
        run: where to.
        inversion: of that photo alone.
        record: of it.
    """
    with unfinished_folder(run.path, "invert") as folder:
        for name, picture in stage_images(inversion).items():
            _save(folder / f"{name}.png", picture)
        _save(folder / record.compare, comparison(inversion))
        found = inversion.found
        write_tensors(folder / INVERTED, {"z": found.z, "featuremaps": found.featuremaps, "shift": found.shift})
        write_record(folder / INVERSION, record)
        place = create_numbered(run.subdirectory(INVERSIONS), Path(record.photo).stem)
        move_folder(folder, place)
    return place


def read_inversion(run: Run, name: str, generator: nn.Module) -> KeptInversion:
    """Return an inverted photo of a run.

    Args:
        run: an opened run directory.
        name: its folder, with or without `invert/` before it.
        generator: the one that the photo is to be inverted in.

    Raises:
        CheckpointError: the tensors that were kept cannot be read.
        DataError: the record is of another schema, or not what it should be.
        IncompatibleRun: there is no such photo, or it was inverted with other weights.
    """
    folder, record = _recorded(run, name)
    if not made_by(generator, record.generator):
        raise IncompatibleRun(
            f"{folder} was inverted with other weights than these; give --weights {record.weights}, or if it was "
            f"trained since, run again: ganatomy invert {run.path} PHOTO"
        )
    try:
        kept = load_file(folder / INVERTED)
        photo = np.asarray(Image.open(folder / PHOTO).convert("RGB"))
        device = next(generator.parameters()).device
        z, featuremaps = kept["z"].to(device), kept["featuremaps"].to(device)
    except (SafetensorError, OSError, KeyError, IndexError) as error:
        raise CheckpointError(f"{folder} cannot be read ({error}); invert the photo again") from None
    return KeptInversion(f"{INVERSIONS}/{folder.name}", record, z, featuremaps, photo)


def inverted_layer(run: Run, name: str) -> str:
    """Return the layer at which a photo of a run was inverted.

    Args:
        run: an opened run directory.
        name: as for `read_inversion`.

    Raises:
        DataError: the record is of another schema, or not what it should be.
        IncompatibleRun: there is no such photo.
    """
    return _recorded(run, name)[1].settings.layer


def inverted_photos(run: Run) -> Sequence[str]:
    """Return the folders of a run's inverted photos, `invert/NNNN-NAME` each, in order."""
    return [f"{INVERSIONS}/{path.parent.name}" for path in sorted(run.path.glob(f"{INVERSIONS}/*/{INVERSION}"))]


def _recorded(run: Run, name: str) -> tuple[Path, InversionRecord]:
    folder = run.path / INVERSIONS / name.rstrip("/").removeprefix(f"{INVERSIONS}/")
    if not (folder / INVERSION).exists():
        raise IncompatibleRun(f"{run.path} has no inverted photo {name!r}; {_those_there(run)}")
    return folder, read_record(InversionRecord, folder / INVERSION)


def _those_there(run: Run) -> str:
    there = inverted_photos(run)
    if not there:
        return f"run: ganatomy invert {run.path} PHOTO"
    return f"it has {', '.join(there)}"


def _save(path: Path, picture: Image.Image) -> None:
    with replacing(path) as partial:
        picture.save(partial, "PNG", optimize=True)
