"""Upsampling is what F.interpolate does, everywhere the same numbers."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from ganatomy.dissect.counting.grid import Upsampling, axis, upsample, upsample_at

sides = st.integers(1, 9)


def test_upsampling_is_bilinear_with_half_pixel_centres_and_clamped_borders():
    row = torch.tensor([[[[0.0, 4.0]]]])
    assert upsample(row, (1, 4)).flatten().tolist() == [0.0, 1.0, 3.0, 4.0]


@settings(deadline=None, max_examples=40)
@given(sides, sides, st.integers(1, 40), st.integers(1, 40), st.integers(0, 100))
def test_it_equals_interpolate(height, width, rows, columns, seed):
    maps = torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(seed)) * 2 - 1
    exact = F.interpolate(maps.double(), size=(rows, columns), mode="bilinear", align_corners=False)
    # 1e-6: single precision; F.interpolate itself is up to 2e-6 off in it, where the sides are no multiples
    torch.testing.assert_close(upsample(maps, (rows, columns)).double(), exact, rtol=0, atol=1e-6)


@settings(deadline=None, max_examples=20)
@given(sides, sides, st.integers(1, 20), st.integers(1, 20), st.booleans(), st.booleans())
def test_single_pixels_are_the_same_numbers(height, width, rows, columns, misaligned, zeros):
    maps = torch.randn(2, 3, height, width, generator=torch.Generator().manual_seed(rows))
    pixels = torch.randint(rows * columns, (2, 7), generator=torch.Generator().manual_seed(columns))
    how = Upsampling(misaligned, zeros)
    everywhere = upsample(maps, (rows, columns), how).flatten(2)
    expected = everywhere.gather(2, pixels[:, None].expand(-1, 3, -1))
    assert torch.equal(upsample_at(maps, (rows, columns), pixels, how), expected)


@pytest.mark.parametrize(("cells", "pixels"), [(8, 128), (4, 128), (7, 20), (1, 8)])
def test_the_published_fault_is_that_of_a_grid_read_without_aligned_corners(cells, pixels):
    source = (np.arange(pixels) - (pixels / cells / 2 - 0.5)) / (pixels / cells)  # the authors' o = s / 2 - 1 / 2
    normalised = torch.from_numpy(source / max(1, cells - 1) * 2 - 1).float()
    grid = torch.stack([normalised.expand(1, -1), torch.zeros(1, pixels)], 2)[None]
    row = torch.randn(1, 1, 1, cells, generator=torch.Generator().manual_seed(0))
    expected = F.grid_sample(row, grid, padding_mode="border", align_corners=False)
    # 1e-5: grid_sample computes positions in single precision
    torch.testing.assert_close(upsample(row, (1, pixels), Upsampling(misaligned=True)), expected, rtol=0, atol=1e-5)


def test_the_fault_shifts_by_nearly_half_a_cell():
    right, wrong = axis(8, 128), axis(8, 128, Upsampling(misaligned=True))
    shift = np.abs((right.low + right.weight) - (wrong.low + wrong.weight))
    assert shift.max() * 16 == pytest.approx(7, abs=0.1)  # of the 16 pixels of a cell


@pytest.mark.parametrize("misaligned", [False, True])
@pytest.mark.parametrize(("cells", "pixels"), [(8, 64), (4, 64), (7, 20), (5, 3), (1, 8)])
def test_the_code_of_2020_reads_zeros_beyond_the_border(cells, pixels, misaligned):
    source = (np.arange(pixels) - (pixels / cells / 2 - 0.5)) / (pixels / cells)
    normalised = torch.from_numpy(source / max(1, cells - 1) * 2 - 1)
    where = torch.stack(torch.meshgrid(normalised, normalised, indexing="ij")[::-1], 2)[None]
    maps = torch.randn(1, 3, cells, cells, generator=torch.Generator().manual_seed(1))
    expected = F.grid_sample(maps.double(), where, padding_mode="zeros", align_corners=not misaligned)
    # 1e-5: weights are single precision
    found = upsample(maps, (pixels, pixels), Upsampling(misaligned, zeros=True))
    torch.testing.assert_close(found.double(), expected, rtol=0, atol=1e-5)


def test_zeros_beyond_the_border_change_the_outermost_half_cells_alone():
    maps = torch.randn(4, 8, 8, 8, generator=torch.Generator().manual_seed(2))
    difference = (upsample(maps, (64, 64), Upsampling(zeros=True)) - upsample(maps, (64, 64))).abs().amax((0, 1))
    assert difference[4:-4, 4:-4].max() == 0
    assert difference[0].max() > 1  # a corner keeps (9 / 16)^2 of its cell, an edge 9 / 16
    ones = upsample(torch.ones(1, 1, 8, 8), (64, 64), Upsampling(zeros=True))[0, 0]
    assert ones[0, [0, 32]].tolist() == [(9 / 16) ** 2, 9 / 16]
