"""Weights as integers, by hand and by law."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganatomy.web.packing import pack, unpack


def test_the_largest_weight_of_a_unit_is_kept_and_others_are_rounded() -> None:
    weights = np.array([[127.0, 2.4], [-63.5, 1.1]], np.float32)
    packed = pack(weights, 8)
    assert (packed.axis, packed.bits, packed.scale.tolist()) == (0, 8, [1.0, 0.5])
    assert list(packed.planes) == [128 + 127, 128 + 2, 128 - 127, 128 + 2]
    np.testing.assert_array_equal(unpack(packed), [[127, 2], [-63.5, 1]])


def test_scales_lie_along_the_dimension_that_loses_least() -> None:
    weights = np.random.default_rng(0).standard_normal((40, 40)).astype(np.float32)
    weights[:, 0] = 1000
    assert pack(weights, 8).axis == 1
    assert pack(np.ascontiguousarray(weights.T), 8).axis == 0


def test_lower_bits_stand_in_planes_of_their_own() -> None:
    weights = np.array([[511.0, -511.0, 1.0], [1022.0, -1022.0, 2.0]], np.float32)
    packed = pack(weights, 10)
    assert (packed.axis, packed.scale.tolist()) == (0, [1.0, 2.0])
    assert list(packed.planes) == [255, 0, 128, 255, 0, 128, 0b10010000, 0b11111100]
    np.testing.assert_array_equal(unpack(packed), weights)


def test_a_unit_without_weights_stays_without() -> None:
    np.testing.assert_array_equal(unpack(pack(np.zeros((2, 3), np.float32), 9)), np.zeros((2, 3)))


@settings(deadline=None, max_examples=30)
@given(st.integers(8, 16), st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 3)), st.integers(0, 99))
def test_a_weight_is_off_by_half_a_step_at_most(bits: int, shape: tuple[int, int, int], seed: int) -> None:
    weights = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
    packed = pack(weights, bits)
    others = tuple(place for place in range(3) if place != packed.axis)
    step = np.expand_dims(packed.scale, others)
    assert (np.abs(unpack(packed) - weights) <= 0.51 * step + 1e-6).all()
    assert packed.shape == shape


@pytest.mark.parametrize("bits", [8, 12])
def test_packed_twice_is_packed_once(bits: int) -> None:
    weights = np.random.default_rng(0).standard_normal((4, 6)).astype(np.float32)
    once = unpack(pack(weights, bits))
    np.testing.assert_allclose(unpack(pack(once, bits)), once, rtol=1e-6)
