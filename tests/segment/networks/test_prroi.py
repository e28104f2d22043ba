"""The two matrix products are the integral of the bilinear surface over each part of the map."""

import numpy as np
import pytest
import torch
from tests.reference import unified as reference

from ganatomy.segment.networks.prroi import pool_whole_map, pooling_matrix


@pytest.mark.parametrize("bins", [1, 2, 3, 6])
@pytest.mark.parametrize("size", [(8, 8), (5, 7), (2, 3), (1, 4)])
def test_agrees_with_the_integral_of_the_surface(bins, size):
    x = torch.randn(2, 3, *size, dtype=torch.float64, generator=torch.Generator().manual_seed(bins))
    expected = reference.pool(x.numpy(), bins)
    np.testing.assert_allclose(pool_whole_map(x, bins).numpy(), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(pool_whole_map(x.float(), bins).numpy(), expected, rtol=0, atol=1e-6)


def test_the_first_cell_counts_by_half_and_rows_sum_to_less_than_one():
    # four cells in two bins of two cells: [0, 2] and [2, 4], hats one cell to each side of 0, 1, 2, 3
    expected = torch.tensor([[0.25, 0.5, 0.25, 0.0], [0.0, 0.0, 0.25, 0.5]], dtype=torch.float64)
    torch.testing.assert_close(pooling_matrix(4, 2), expected, rtol=0, atol=1e-15)
    assert pooling_matrix(8, 1).sum().item() == pytest.approx(0.9375, abs=1e-15)


def test_the_gradient_is_the_weight_of_each_cell():
    x = torch.zeros(1, 1, 4, 4, dtype=torch.float64, requires_grad=True)
    pool_whole_map(x, 2)[0, 0, 1, 0].backward()
    rows = pooling_matrix(4, 2)
    torch.testing.assert_close(x.grad[0, 0], torch.outer(rows[1], rows[0]))
