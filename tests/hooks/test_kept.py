"""What is kept of samples beside a layer's output can be taken and joined, sample by sample."""

import torch

from ganatomy.hooks import Kept
from ganatomy.hooks.kept import count_of, inputs_of


def kept(start, n, crossing=True):
    z = torch.arange(start, start + n).float()
    return Kept((z, torch.tensor(0.7), "option"), (z[:, None] * 2,) if crossing else None)


def test_samples_are_taken_of_all_that_has_samples():
    some = kept(0, 4)[torch.tensor([3, 1])]
    assert some.inputs[0].tolist() == [3, 1]
    assert some.inputs[1:] == (torch.tensor(0.7), "option")
    assert [tensor.tolist() for tensor in some.crossing] == [[[6], [2]]]
    assert len(some) == 2
    assert kept(0, 4, crossing=False)[torch.tensor([3])].crossing is None


def test_parts_are_joined():
    joined = Kept.cat([kept(0, 2), kept(2, 3)])
    assert joined.inputs[0].tolist() == [0, 1, 2, 3, 4]
    assert joined.inputs[1:] == (torch.tensor(0.7), "option")
    assert joined.crossing[0].flatten().tolist() == [0, 2, 4, 6, 8]
    assert Kept.cat([kept(0, 2), kept(2, 3, crossing=False)]).crossing is None


def test_inputs_are_found_and_counted():
    one = kept(0, 4)
    assert inputs_of([one]) is one.inputs
    assert inputs_of([one.inputs[0]]) == (one.inputs[0],)
    assert inputs_of([]) == ()
    assert count_of(one.inputs) == 4
    assert count_of((3, torch.tensor(1.0))) == 0
