"""Latents depend on seed, set and number only."""

import torch

from ganatomy.dissect import latents
from ganatomy.dissect.latents import LatentSet
from ganatomy.models.planted import PlantedGenerator


def drawn(size, batch_size=7, seed=0, name="a"):
    return torch.cat([z for _, z in LatentSet(PlantedGenerator(), seed, name, size).batches(batch_size)])


def test_a_latent_depends_on_its_number_alone(monkeypatch):
    monkeypatch.setattr(latents, "BLOCK", 8)
    many = drawn(20)
    assert many.shape == (20, 74)
    assert torch.equal(drawn(11), many[:11])
    assert torch.equal(drawn(20, batch_size=3), many)
    assert torch.equal(LatentSet(PlantedGenerator(), 0, "a", 20).take(torch.tensor([19, 2, 9])), many[[19, 2, 9]])
    assert len({tuple(z.tolist()) for z in many}) == 20


def test_seeds_and_sets_are_independent():
    assert not torch.equal(drawn(2, seed=1), drawn(2))
    assert not torch.equal(drawn(2, name="b"), drawn(2))


def test_batches_come_with_their_sample_numbers():
    batches = LatentSet(PlantedGenerator(), 0, "a", 5).batches(2)
    assert [samples.tolist() for samples, _ in batches] == [[0, 1], [2, 3], [4]]
