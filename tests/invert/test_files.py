"""An inverted photo is read as it was written; what is missing or of other weights is told."""

import numpy as np
import pytest
import torch
from tests.invert import runs

from ganatomy.errors import CheckpointError, DataError, IncompatibleRun
from ganatomy.invert.files import inverted_layer, read_inversion
from ganatomy.invert.photos import read_photo
from ganatomy.invert.session import invert_photos
from ganatomy.progress import SILENT
from ganatomy.runs.files import read_json, write_json
from ganatomy.runs.weights import load_image_generator


@pytest.fixture
def written(tmp_path):
    run, photos = runs.write_photos(tmp_path)
    done = invert_photos(runs.config(run, photos[:1], held_out=0), SILENT)
    return run, photos, done, load_image_generator(run)


def test_it_is_read_as_it_was_written(written):
    run, photos, done, generator = written
    for name in ("invert/0001-0", "0001-0", "invert/0001-0/"):
        kept = read_inversion(run, name, generator)
        assert (kept.name, kept.layer) == ("invert/0001-0", "layer2")
    assert kept.record == done.records[0]
    assert torch.equal(kept.z, done.inversion.z)
    assert torch.equal(kept.featuremaps, done.inversion.found.featuremaps)
    assert np.array_equal(kept.photo, read_photo(photos[0], 32))
    assert inverted_layer(run, "0001-0") == "layer2"


def test_what_is_not_there_or_of_other_weights_is_told(written):
    run, _, done, generator = written
    with pytest.raises(IncompatibleRun, match="has no inverted photo 'invert/9'; it has invert/0001-0"):
        read_inversion(run, "invert/9", generator)
    next(generator.parameters()).data.add_(1)
    with pytest.raises(IncompatibleRun, match="was inverted with other weights than these; give --weights ema"):
        read_inversion(run, "0001-0", generator)
    (done.folders[0] / "inversion.json").unlink()
    with pytest.raises(IncompatibleRun, match=r"has no inverted photo '0001-0'; run: ganatomy invert .* PHOTO"):
        inverted_layer(run, "0001-0")


@pytest.mark.parametrize("damage", ["tensors", "picture", "names"])
def test_damaged_files_are_told(written, damage):
    run, _, done, generator = written
    folder = done.folders[0]
    if damage == "tensors":
        (folder / "inversion.safetensors").write_bytes(b"cut")
    elif damage == "picture":
        (folder / "photo.png").write_bytes(b"cut")
    else:
        (folder / "inversion.safetensors").write_bytes((run.path / "invert/encoder.safetensors").read_bytes())
    with pytest.raises(CheckpointError, match=r"0001-0 cannot be read \(.*\); invert the photo again"):
        read_inversion(run, "0001-0", generator)


def test_another_schema_is_told(written):
    run, _, done, generator = written
    file = done.folders[0] / "inversion.json"
    write_json(file, read_json(file) | {"schema": 9})
    with pytest.raises(DataError, match="has schema 9, this version reads schema 1; invert the photo again"):
        read_inversion(run, "0001-0", generator)
