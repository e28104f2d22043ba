"""The operations of the painters, by arithmetic."""

import numpy as np
import pytest

from ganatomy.data.scenes.kernel import (
    Canvas,
    add,
    clip,
    cross,
    dot,
    get,
    mix,
    put,
    scale,
    smoothstep,
    times,
    unit,
)  # fmt: skip

A, B = (1.0, 2.0, 3.0), (4.0, 6.0, 8.0)


def test_colours_add_scale_multiply_and_mix():
    assert add(A, B) == (5.0, 8.0, 11.0)
    assert scale(A, 2.0) == (2.0, 4.0, 6.0)
    assert times(A, B) == (4.0, 12.0, 24.0)
    assert (mix(A, B, 0.0), mix(A, B, 0.5), mix(A, B, 1.0)) == (A, (2.5, 4.0, 5.5), B)


def test_vectors_have_products_and_a_direction():
    assert dot(A, B) == 40.0
    assert cross(A, B) == (-2.0, 4.0, -2.0)
    assert cross((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)) == (0.0, 0.0, 1.0)
    assert unit((0.0, 3.0, -4.0)) == pytest.approx((0.0, 0.6, -0.8))


@pytest.mark.parametrize(("t", "clipped", "smooth"), [(-1.0, 0.0, 0.0), (0.25, 0.25, 0.15625), (2.0, 1.0, 1.0)])
def test_clip_and_smoothstep_are_limited(t, clipped, smooth):
    assert clip(t, 0.0, 1.0) == clipped
    assert smoothstep(0.0, 1.0, t) == smooth
    assert smoothstep(10.0, 30.0, 10.0 + 20.0 * t) == pytest.approx(smooth)


def test_smoothstep_falls_where_its_ends_are_swapped():
    assert (smoothstep(1.0, 0.0, -1.0), smoothstep(1.0, 0.0, 0.5), smoothstep(1.0, 0.0, 2.0)) == (1.0, 0.5, 0.0)


def test_put_sets_one_pixel_and_get_reads_it():
    canvas = Canvas(np.zeros((2, 2, 3), np.float32), np.zeros((2, 2), np.uint8), np.full((2, 2), np.inf, np.float32))
    put(canvas, 1, 0, A, 5, 30.0)
    assert get(canvas, 1, 0) == A
    assert get(canvas, 0, 1) == (0.0, 0.0, 0.0)
    assert canvas.label.tolist() == [[0, 0], [5, 0]]
    assert canvas.depth.tolist() == [[np.inf, np.inf], [30.0, np.inf]]
