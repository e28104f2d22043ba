"""The encoder is trained once for a generator, kept, and trained anew for another."""

import pytest
import torch
from tests.cli.tiny import write_run

from ganatomy.errors import CheckpointError
from ganatomy.invert import keeping
from ganatomy.invert.keeping import run_encoder
from ganatomy.runs.weights import load_image_generator


def test_an_encoder_is_kept_for_its_generator_and_its_settings(tmp_path):
    run = write_run(tmp_path)
    generator = load_image_generator(run)
    first, figures, is_new = run_encoder(run, generator, 2)
    assert (is_new, figures.steps, figures.batch_size) == (True, 2, keeping.BATCH)
    again, same, is_new = run_encoder(run, generator, 2)
    assert (is_new, same) == (False, figures)
    images = torch.zeros(1, 3, 32, 32)
    assert torch.equal(first(images)[0], again(images)[0])
    assert sorted(path.name for path in (run.path / "invert").iterdir()) == ["encoder.json", "encoder.safetensors"]
    for steps, seed in ((3, 0), (2, 1)):
        assert run_encoder(run, generator, steps, seed)[2]
    next(generator.parameters()).data.add_(1)
    assert run_encoder(run, generator, 2, 1)[2]


def test_damaged_weights_are_told(tmp_path):
    run = write_run(tmp_path)
    generator = load_image_generator(run)
    run_encoder(run, generator, 1)
    (run.path / "invert/encoder.safetensors").write_bytes(b"cut")
    with pytest.raises(CheckpointError, match=r"encoder.safetensors is no encoder of this generator .*remove it to"):
        run_encoder(run, generator, 1)
