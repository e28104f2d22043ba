"""Insertions summed up, against loops over cells and resamples."""

import math

import numpy as np
import pytest
import torch
from tests.reference.context import interval_of_mean_over_cells

from ganatomy.intervene.context.cells import Places
from ganatomy.intervene.context.insertion import Inserted
from ganatomy.intervene.context.summary import by_context, by_place, context_masks, traces
from ganatomy.stats.resampling import draw_counts

CONCEPTS = ("sky", "tree", "door", "never")


def made(n=12, c=4, seed=0):
    """Return places on a grid of 2 x 3, and insertions of made-up effect."""
    rng = np.random.default_rng(seed)
    cells = np.stack([rng.permutation(6)[:c] for _ in range(n)])
    under = rng.integers(0, 3, (n, c))
    under[0, 0] = -1
    was = (under == 2) & (rng.random((n, c)) < 0.9)
    found = Inserted(rng.normal(size=(n, c, 3)), was, rng.random((n, c)) < 0.5, rng.random((n, c, 2)))
    return Places(torch.from_numpy(cells), torch.from_numpy(under), (2, 3)), found


def test_means_and_intervals_over_cells_are_those_of_loops_over_samples():
    places, found = made()
    rows = by_context(CONCEPTS, "door", places, found, made(seed=1)[1], np.random.default_rng(5))
    counts = draw_counts(12, np.random.default_rng(5))
    masks = context_masks(CONCEPTS, "door", places, found.was)
    assert [row.under for row in rows] == list(masks)
    for row in rows[:3]:
        mask = masks[row.under]
        assert (row.cases, row.samples) == (mask.sum(), mask.any(1).sum())
        measures = (*found.gained.transpose(2, 0, 1), found.becomes.astype(float))
        gain = row.inserted
        for estimate, values in zip((gain.cell, gain.around, gain.image, gain.becomes), measures, strict=True):
            mean, bounds = interval_of_mean_over_cells(values, mask, counts)
            assert estimate.value == pytest.approx(mean)
            assert list(estimate.interval) == pytest.approx(list(bounds))


def test_contexts_come_by_their_number_of_cells_and_none_is_counted_twice():
    places, found = made(40)
    masks = context_masks(CONCEPTS, "door", places, found.was)
    assert "never" not in masks
    assert np.array_equal(masks["door"], found.was)
    assert np.array_equal(masks[None], ~found.was)
    sizes = [mask.sum() for name, mask in masks.items() if name is not None]
    assert sizes == sorted(sizes, reverse=True)
    total = np.sum([mask for name, mask in masks.items() if name is not None], axis=0)
    hidden = (places.under.numpy() == -1) | ((places.under.numpy() == 2) & ~found.was)
    assert np.array_equal(total == 0, hidden & ~found.was)
    assert total.max() == 1


def test_a_map_is_the_mean_at_each_place():
    places, found = made()
    mask = ~found.was
    mask[places.cells.numpy() == 4] = False
    grid = by_place(places, found, mask)
    assert grid.shape == (2, 3)
    for cell in range(6):
        values = found.gained[..., 1][mask & (places.cells.numpy() == cell)]
        assert grid.flatten()[cell] == pytest.approx(values.mean()) if cell != 4 else math.isnan(grid[1, 1])


def test_traces_are_split_at_the_effect():
    _, found = made()
    effective, ineffective = traces(found, np.random.default_rng(0))
    kept = ~found.was
    assert effective.cases + ineffective.cases == kept.sum()
    for step in range(2):
        assert effective.steps[step].value == pytest.approx(found.trace[..., step][kept & found.becomes].mean())
        assert ineffective.steps[step].value == pytest.approx(found.trace[..., step][kept & ~found.becomes].mean())


def test_an_effect_that_never_occurs_has_no_trace():
    _, found = made()
    never = Inserted(found.gained, found.was, np.zeros_like(found.becomes), found.trace)
    effective, _ = traces(never, np.random.default_rng(0))
    assert effective.cases == 0
    assert all(math.isnan(step.value) and math.isnan(step.interval.low) for step in effective.steps)
