"""A region takes every pixel and every cell that it meets, one or more."""

import math

import pytest
import torch

from ganatomy.errors import ConfigError
from ganatomy.hooks import edit
from ganatomy.intervene.changes import ablate
from ganatomy.intervene.regions import cells_of, rectangle, require_region


def rows_and_columns(region):
    """Return the rows and columns that are taken, all of them together."""
    assert torch.equal(region, region.any(1)[:, None] & region.any(0)[None])
    return region.any(1).nonzero().flatten().tolist(), region.any(0).nonzero().flatten().tolist()


@pytest.mark.parametrize(
    ("corners", "rows", "columns"),
    [
        ((0.0, 0.5, 0.5, 1.0), [2, 3], [0, 1]),
        ((0.5, 0.5, 0.501, 0.501), [2], [2]),  # meets no centre of a pixel
        ((0.1, 0.9, 0.11, 1.0), [3], [0]),
        ((0.0, 0.0, 1e-12, 1e-12), [0], [0]),
        ((0.9999999, 0.9999999, 1.0, 1.0), [3], [3]),
        ((0.5 - 1e-9, 0.0, 0.5 + 1e-9, 1.0), [0, 1, 2, 3], [2]),  # less than a rounding beyond the border
        ((0.24, 0.26, 0.51, 0.74), [1, 2], [0, 1, 2]),
        ((0.0, 0.0, 1.0, 1.0), [0, 1, 2, 3], [0, 1, 2, 3]),
    ],
)
def test_a_rectangle_takes_the_pixels_that_it_meets(corners, rows, columns):
    assert rows_and_columns(rectangle(corners, 4)) == (rows, columns)


@pytest.mark.parametrize("size", [3, 7, 10, 49, 64])
def test_corners_on_borders_of_pixels_are_not_rounded_beyond_them(size):
    for first in range(size):
        for last in range(first + 1, size + 1):
            region = rectangle((first / size, 0, last / size, 1), size)
            assert region.any(0).nonzero().flatten().tolist() == list(range(first, last))


@pytest.mark.parametrize(
    "corners",
    [
        (0.5, 0, 0.5, 1),
        (0, 0.5, 1, 0.5),
        (0.6, 0, 0.5, 1),
        (0, 0.6, 1, 0.5),
        (-0.1, 0, 0.5, 1),
        (0, 0, 1.1, 1),
        (math.nan, 0, 1, 1),
        (0, 0, 1, math.nan),
        (0, 0, math.inf, 1),
    ],
)
def test_what_is_no_rectangle_in_the_image_is_refused(corners):
    with pytest.raises(
        ConfigError, match=r"corners are .*; give x0, y0, x1, y1 in fractions of the image with x0 < x1"
    ):
        rectangle(corners, 4)


def test_an_image_without_pixels_is_refused():
    with pytest.raises(ConfigError, match="size is 0; give 1 or more pixels a side"):
        rectangle((0, 0, 1, 1), 0)


@pytest.mark.parametrize(
    ("region", "message"),
    [
        (torch.ones(3), r"region has shape \(3,\); give \(height, width\), or \(n, height, width\)"),
        (torch.ones(1, 1, 2, 2), r"region has shape \(1, 1, 2, 2\); give"),
        (torch.ones(0, 2), r"region has shape \(0, 2\); give"),
        (torch.full((2, 2), 1.5), "region has values from 1.5 to 1.5; give 0 to 1"),
        (torch.tensor([[0.0, -0.5]]), "region has values from -0.5 to 0.0; give 0 to 1"),
        (torch.tensor([[0.0, math.nan]]), "region has values from nan to nan; give 0 to 1"),
        (torch.tensor([[0.0, math.inf]]), "region has values from 0.0 to inf; give 0 to 1"),
        (torch.zeros(2, 2), "region is 0 everywhere and would change nothing"),
        (torch.zeros(2, 2, dtype=torch.bool), "region is 0 everywhere and would change nothing"),
        ([[1.0]], "region is a list; give a tensor"),
    ],
)
def test_what_is_no_region_is_refused(region, message):
    with pytest.raises(ConfigError, match=message):
        require_region(region)


@pytest.mark.parametrize("cells", [1, 2, 4, 8, 16])
def test_the_smallest_rectangle_edits_the_one_cell_that_holds_it(cells):
    net = torch.nn.Sequential(torch.nn.Identity())
    with edit(net, ablate("0", [0], region=rectangle((0.5, 0.5, 0.501, 0.501), 16))):
        maps = net(torch.ones(1, 1, cells, cells))
    assert (maps[0, 0] == 0).nonzero().tolist() == [[cells // 2, cells // 2]]


def test_a_cell_takes_the_highest_value_of_its_pixels():
    region = torch.tensor([[0.1, 0.2, 0.0, 0.0], [0.3, 0.0, 0.0, 1.0]])
    assert cells_of(region, torch.zeros(1, 1, 1, 2)).tolist() == [[pytest.approx(0.3), 1.0]]


def test_a_pixel_on_the_border_of_two_cells_is_of_both():
    region = torch.tensor([[0.0, 1.0, 0.0]])
    assert cells_of(region, torch.zeros(1, 1, 1, 2)).tolist() == [[1.0, 1.0]]


def test_maps_finer_than_the_image_take_every_cell_of_a_pixel():
    assert cells_of(torch.tensor([[0.0, 1.0]]), torch.zeros(1, 1, 1, 4)).tolist() == [[0.0, 0.0, 1.0, 1.0]]
