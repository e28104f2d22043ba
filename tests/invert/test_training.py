"""The encoder learns what samples were made of, and an interrupted training goes on where it stood."""

import os
import signal

import pytest
import torch
from tests.invert.world import small_generator, trained
from torch import nn

from ganatomy.invert import training
from ganatomy.invert.training import train_encoder


class Conditional(nn.Module):
    """The small generator, darker or lighter by its class."""

    def __init__(self):
        super().__init__()
        self.inner = small_generator("uniform")
        self.z_dim, self.image_size, self.latent, self.class_names = 4, 32, "uniform", ("dark", "light")

    def forward(self, z):
        return self.inner(z[:, :4]) / 2 + z[:, 4, None, None, None] - 0.5


def test_an_encoder_is_much_better_than_random_latents():
    _, encoder = trained()
    assert encoder.explained > 0.5
    assert encoder.rmse < encoder.random_rmse / 2
    assert not encoder.network.training


def test_no_gradient_reaches_the_generator():
    generator = small_generator()
    before = {name: value.clone() for name, value in generator.state_dict().items()}
    train_encoder(generator, 1)
    assert all(torch.equal(value, before[name]) for name, value in generator.state_dict().items())
    assert all(parameter.grad is None for parameter in generator.parameters())


def test_classes_are_learned_beside_latents():
    encoder = train_encoder(Conditional().eval(), 8)
    assert encoder.network.head.out_features == 6
    assert encoder.steps == 8


def test_an_interrupted_training_ends_as_one_without_interruption(tmp_path, monkeypatch):
    generator, path = small_generator(), tmp_path / "state.safetensors"
    whole = train_encoder(generator, 4, snapshot=tmp_path / "other.safetensors", identity={"a": 1})
    advance = training._advance
    steps = []

    def stopped(*given):
        steps.append(advance(*given))
        if len(steps) == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return steps[-1]

    monkeypatch.setattr(training, "_advance", stopped)
    with pytest.raises(KeyboardInterrupt):
        train_encoder(generator, 4, snapshot=path, identity={"a": 1})
    assert path.exists()
    again = train_encoder(generator, 4, snapshot=path, identity={"a": 1})
    assert len(steps) == 4
    for name, value in whole.network.state_dict().items():
        assert torch.equal(value, again.network.state_dict()[name]), name


def test_an_interruption_without_a_snapshot_keeps_nothing(monkeypatch):
    def interrupted(current, *_):
        os.kill(os.getpid(), signal.SIGINT)
        current.step += 1
        return 0.0

    monkeypatch.setattr(training, "_advance", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train_encoder(small_generator(), 3)


@pytest.mark.parametrize("kept", ["other identity", "no snapshot"])
def test_what_is_no_snapshot_of_this_training_is_begun_anew(tmp_path, kept):
    generator, path = small_generator(), tmp_path / "state.safetensors"
    if kept == "no snapshot":
        path.write_bytes(b"nonsense")
    else:
        state = training._started(generator, 0)
        state.step = 1
        training._save(state, path, {"a": 2})
    assert train_encoder(generator, 1, snapshot=path, identity={"a": 1}).steps == 1


def test_long_trainings_are_saved_on_the_way(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "SAVE_EVERY", 1)
    path = tmp_path / "state.safetensors"
    train_encoder(small_generator(), 1, snapshot=path, identity={})
    assert path.exists()
