"""Moments of units and masks over pixels, against numpy over upsampled maps, in any split."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import authors

from ganatomy.dissect.counting.covariance import PixelCovariance
from ganatomy.dissect.counting.grid import Upsampling, upsample
from ganatomy.dissect.counting.masks import MaskSource

CATEGORIES = ("other", "object", "object", "part")
FIRST = torch.arange(9)


def samples(seed, cells=(3, 5), grid=(7, 11)):
    rng = torch.Generator().manual_seed(seed)
    maps = 50 + torch.randn(9, 3, *cells, generator=rng)
    maps[:, 2] = 0.3  # a unit that never changes
    labels = torch.randint(-1, 3, (9, 2, *grid), generator=rng)
    labels[:, 1] = torch.where(torch.rand(9, *grid, generator=rng) < 0.2, 3, -1)
    return maps, labels


def taken_in(maps, labels, parts, how):
    source = MaskSource(CATEGORIES, tuple(labels.shape[2:]), 0, "test")  # whose null tables are left out
    covariance = PixelCovariance(3, 4, tuple(labels.shape[2:]), how)
    for part in parts:
        covariance.add(maps[part], source.label(labels[part], part))
    return covariance


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6), st.booleans(), st.integers(1, 9))
def test_the_correlation_is_pearsons_over_all_pixels(seed, misaligned, batch):
    maps, labels = samples(seed)
    how = Upsampling(misaligned)
    found = taken_in(maps, labels, torch.split(FIRST, batch), how).correlation
    upsampled = upsample(maps.double(), (7, 11), how)
    for unit in range(2):
        for concept in range(4):
            expected = authors.correlation(upsampled[:, unit], (labels == concept).any(1))
            assert found[unit, concept] == pytest.approx(expected, abs=1e-9)  # float64, and weights of float32
    assert np.isnan(found[2]).all()


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6), st.integers(0, 9), st.booleans())
def test_any_split_and_order_of_merges_gives_one_pass(seed, cut, other_first):
    maps, labels = samples(seed)
    whole = taken_in(maps, labels, [FIRST], Upsampling())
    parts = [taken_in(maps, labels, [part] if len(part) else [], Upsampling()) for part in (FIRST[:cut], FIRST[cut:])]
    first, second = parts[::-1] if other_first else parts
    first.merge(second)
    for part, value in whole.state().items():
        torch.testing.assert_close(first.state()[part], value, rtol=1e-9, atol=1e-9)


def test_moments_come_back_from_their_state():
    covariance = taken_in(*samples(0), [FIRST], Upsampling())
    other = PixelCovariance(3, 4, (7, 11))
    assert np.isnan(other.correlation).all()  # nothing taken in
    other.restore(covariance.state())
    np.testing.assert_array_equal(other.correlation, covariance.correlation)
