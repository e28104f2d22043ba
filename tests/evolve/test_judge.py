"""The discriminator of a run, as its training left it."""

import pytest
import torch
from tests.evolve.test_state import CONFIG, moved, started

from ganatomy.config.jsonable import to_json
from ganatomy.errors import CheckpointError, IncompatibleRun
from ganatomy.evolve.judge import has_discriminator, load_discriminator, mean_logits
from ganatomy.evolve.state import saved
from ganatomy.runs.directory import create_run
from ganatomy.runs.layout import SNAPSHOT
from ganatomy.runs.schemas import SNAPSHOT as SCHEMA
from ganatomy.runs.state import save_state


@pytest.fixture
def run(tmp_path):
    return create_run(tmp_path, "kept", to_json(CONFIG))


def keep(run, tree):
    (run.path / "state").mkdir(exist_ok=True)
    save_state(run.path / SNAPSHOT, tree)


def test_the_discriminator_is_that_of_the_snapshot(run):
    state = moved(started())
    assert not has_discriminator(run)
    keep(run, saved(state))
    assert has_discriminator(run)
    found = load_discriminator(run)
    kept = state.environment.discriminator.state_dict()
    assert found.state_dict().keys() == kept.keys()
    assert all(torch.equal(value, kept[name]) for name, value in found.state_dict().items())
    assert not found.training
    assert not any(parameter.requires_grad for parameter in found.parameters())


def test_its_mean_logits_are_one_number_an_image(run):
    keep(run, saved(started()))
    found, batch = load_discriminator(run), torch.rand(5, 3, 32, 32) * 2 - 1
    logits = mean_logits(found, batch)
    with torch.no_grad():
        assert torch.allclose(logits, found.judge(found.features(batch))[:, 0])
    assert logits.shape == (5,)


def test_a_snapshot_that_does_not_fit_is_refused(run):
    keep(run, {"schema": SCHEMA})
    with pytest.raises(IncompatibleRun, match="holds no discriminator; restore it from a copy"):
        load_discriminator(run)
    keep(run, {"schema": SCHEMA, "discriminator": {"body.0.weight": torch.zeros(1)}})
    with pytest.raises(IncompatibleRun, match="the snapshot does not fit the networks"):
        load_discriminator(run)
    (run.path / SNAPSHOT).write_bytes(b"cut short")
    with pytest.raises(CheckpointError, match="is not a snapshot"):
        load_discriminator(run)
