"""The samples of the highest values are kept, however they come in."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from ganatomy.stats.top import TopSamples


def test_keeps_the_highest_first_and_the_lower_sample_of_equals():
    top = TopSamples(units=2, size=2)
    top.add(torch.tensor([[1.0, 5.0], [3.0, 5.0]]), torch.tensor([7, 4]))
    top.add(torch.tensor([[2.0, 5.0]]), torch.tensor([2]))
    assert top.values.tolist() == [[3.0, 2.0], [5.0, 5.0]]
    assert top.samples.tolist() == [[4, 2], [2, 4]]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(0, 12), st.booleans())
def test_any_split_merges_to_one_pass(values, cut, other_first):
    column, samples = torch.tensor(values, dtype=torch.float32)[:, None], torch.arange(len(values))
    whole, left, right = (TopSamples(1, 3) for _ in range(3))
    whole.add(column, samples)
    left.add(column[:cut], samples[:cut])
    right.add(column[cut:], samples[cut:])
    first, second = (right, left) if other_first else (left, right)
    merged = TopSamples.from_state(first.state())
    merged.merge(second)
    assert torch.equal(merged.values, whole.values)
    assert torch.equal(merged.samples, whole.samples)
    assert whole.samples[0].tolist() == sorted(range(len(values)), key=lambda i: (-values[i], i))[:3]
