"""Labels as they are counted: own ones, those of the sample before, shifted ones."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import dissection as reference

from ganatomy.dissect.counting.masks import MaskSource, category_groups, to_grid
from ganatomy.errors import DataError
from ganatomy.seeds import stream

CATEGORIES = ("other", "object", "object", "part")


def two_heads(seed, n=5, side=4):
    rng = torch.Generator().manual_seed(seed)
    objects = torch.randint(0, 3, (n, 1, side, side), generator=rng)
    parts = torch.where(torch.rand(n, 1, side, side, generator=rng) < 0.4, 3, -1)
    parts[2] = -1
    return torch.cat([objects, parts], 1)


def shifts(n, side, seed=0, name="test"):
    for sample in range(n):
        rng = stream(seed, f"dissect/shift/{name}/{sample}")
        yield [int(torch.randint(side, (), generator=rng)) for _ in range(2)]


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 1000), st.integers(1, 5))
def test_tables_are_own_before_and_shifted_however_the_samples_are_batched(seed, batch):
    labels = two_heads(seed)
    source = MaskSource(CATEGORIES, (4, 4), 0, "test")
    seen = []
    for numbers in torch.split(torch.arange(5), batch):
        pixels = source.label(labels[numbers], numbers)
        table = torch.tensor([*pixels.labels, -1])[pixels.index.long()]
        seen += [row.view(3, 2, 4, 4) for row in table]
        assert pixels.shown.tolist() == [int((table == label).sum()) for label in pixels.labels]
        assert pixels.groups[:, 0].all()
        assert pixels.groups[:, 1].tolist() == [bool(number) for number in numbers]
    for found, expected in zip(seen, reference.channels(labels, 4, list(shifts(5, 4))), strict=True):
        for table, label in zip(found, expected, strict=True):
            assert torch.equal(table, torch.full_like(table, -1) if label is None else label)


def test_groups_tell_which_categories_occur():
    source = MaskSource(CATEGORIES, (4, 4), 0, "test")
    labels = two_heads(0)
    labels[4] = 0
    groups = source.label(labels, torch.arange(5)).groups
    assert category_groups(CATEGORIES) == (3, 2, 2, 4)  # in the order of their names
    assert source.num_groups == groups.shape[1] == 8
    assert groups[:, 4].tolist() == [True, True, False, True, False]
    assert groups[:, 7].tolist() == [False, True, True, False, True]  # those of the samples before


def test_a_pixel_without_a_name_belongs_to_the_first_category():
    """As label 0 of the authors' code, which is of category 0."""
    source = MaskSource(("part", "object", "other"), (2, 2), 0, "test")  # groups 4, 2, 3: of the first concept it is 4
    full = torch.tensor([1, 1, 1, 1])
    samples = torch.stack([full, torch.tensor([1, 1, 1, -1]), torch.tensor([2, 1, 1, 1]), full, full * 0])
    groups = source.label(samples.view(5, 1, 2, 2), torch.arange(5)).groups
    assert groups[:, 2].tolist() == [True, True, True, True, False]
    assert groups[:, 4].tolist() == [False, True, True, False, True]
    second = torch.full((5, 1, 2, 2), -1)  # under another head everything is without a name
    source = MaskSource(("part", "object", "other"), (2, 2), 0, "test")
    pixels = source.label(torch.cat([samples.view(5, 1, 2, 2), second], 1), torch.arange(5))
    assert pixels.groups[:, 4].all()


def test_without_nulls_only_the_own_labels_are_counted():
    pixels = MaskSource(CATEGORIES, (4, 4), 0, "test", nulls=False).label(two_heads(1), torch.arange(5))
    assert pixels.index.shape == (5, 2, 16)
    assert max(pixels.labels) < 4


def test_labels_off_the_grid_or_beyond_the_concepts_are_refused():
    source = MaskSource(CATEGORIES, (4, 4), 0, "test")
    with pytest.raises(DataError, match=r"masks are \(2, 4\) pixels; the grid of this tally is \(4, 4\)"):
        source.label(two_heads(0)[:, :, :2], torch.arange(5))
    with pytest.raises(DataError, match="masks hold values 4 to 4; with 4 concepts they must lie in -1 to 3"):
        source.label(torch.full((1, 1, 4, 4), 4), torch.arange(1))


def test_masks_take_the_label_at_a_cells_centre():
    labels = torch.arange(6).repeat_interleave(3)[None].expand(6, 18)[None, None].contiguous()
    assert torch.equal(to_grid(labels, (2, 6)), torch.arange(6).expand(1, 1, 2, 6))
    assert to_grid(labels, (6, 18)) is labels
    assert to_grid(torch.full((1, 1, 4, 4), -1), (2, 2)).tolist() == [[[[-1, -1], [-1, -1]]]]
