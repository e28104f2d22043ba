"""Latents as their law has them, by arithmetic."""

import pytest
import torch
from torch import nn

from ganatomy.invert.law import drawn, entries_of, joined, length, pull, settled

CPU = torch.device("cpu")


class Normal(nn.Module):
    z_dim, latent, class_names = 2, "normal", ("tree", "door", "sky")


class Uniform(nn.Module):
    z_dim, latent = 2, "uniform"


def test_only_the_length_of_a_normal_latent_is_pulled():
    entries = torch.tensor([[1.0, 1.0], [1.0, -1.0], [0.0, 0.0], [2.0, 0.0]])
    assert pull(Normal(), entries).tolist() == [0, 0, 1, 1]  # (|z|^2 / d - 1)^2
    assert settled(Normal(), entries) is entries
    assert length(entries).tolist() == pytest.approx([1, 1, 0, 2**0.5])


def test_a_uniform_latent_stays_in_the_cube_and_is_pulled_nowhere():
    entries = torch.tensor([[3.0, -0.5]])
    assert settled(Uniform(), entries).tolist() == [[1.0, -0.5]]
    assert pull(Uniform(), entries).tolist() == [0]


def test_a_class_follows_the_entries_and_is_none_of_them():
    z = joined(torch.tensor([[0.5, -0.5]]), torch.tensor([2]))
    assert z.tolist() == [[0.5, -0.5, 2.0]]
    assert entries_of(Normal(), z).tolist() == [[0.5, -0.5]]
    assert joined(z, None) is z


def test_latents_are_drawn_by_seed_and_name():
    first = drawn(Normal(), 0, "a", 3, CPU)
    assert first.shape == (3, 3)
    assert torch.equal(first, drawn(Normal(), 0, "a", 3, CPU))
    assert not torch.equal(first, drawn(Normal(), 0, "b", 3, CPU))
    assert not torch.equal(first, drawn(Normal(), 1, "a", 3, CPU))
