"""Painters are compiled once, whatever they are called with, and all into one library."""

import numba
import numpy as np
import pytest

from ganatomy.data.scenes.jit import kernel


@pytest.fixture
def doubled():
    """Return a painter that doubles a number and adds a whole one."""

    @kernel
    def double(x: float, n: int) -> float:
        """Return 2 x + n."""
        return 2.0 * x + n

    return double


def test_python_can_call_a_painter(doubled):
    assert doubled(1.5, 2) == 5.0
    assert doubled(1, True) == 3.0  # as the annotated types


def test_constants_and_whole_numbers_do_not_compile_a_painter_again(doubled):
    @numba.njit
    def call(n):
        return doubled(1.5, 1) + doubled(1.5, 2) + doubled(3, n) + doubled(n, n)

    assert call(4) == 4.0 + 5.0 + 10.0 + 12.0
    assert len(doubled._results) == 1


def test_other_arrays_compile_a_painter_again():
    @kernel
    def first(values: np.ndarray) -> float:
        """Return the first of the values."""
        return float(values[0])

    assert first(np.array([1.5], np.float64)) == 1.5
    assert first(np.array([2.5], np.float32)) == 2.5
    assert len(first._results) == 2


def test_painters_that_call_each_other_are_in_one_library(doubled):
    @kernel
    def twice(x: float) -> float:
        """Return 4 x + 3."""
        return doubled(doubled(x, 1), 1)

    assert twice(1.0) == 7.0
    [inner], [outer] = doubled._results.values(), twice._results.values()
    assert inner.library is outer.library


def test_what_comes_after_machine_code_was_made_goes_to_another_library(doubled):
    assert doubled(1.0, 1) == 3.0

    @kernel
    def later(x: float) -> float:
        """Return 2 x + 5."""
        return doubled(x, 5)

    assert later(1.0) == 7.0
    [inner], [outer] = doubled._results.values(), later._results.values()
    assert inner.library is not outer.library
