"""What every metric asks of features."""

import pytest
import torch

from ganatomy.errors import DataError
from ganatomy.metrics.features import paired, rows_at_once, squared_distances


def test_both_come_in_float64():
    x, y = paired(torch.zeros(2, 3), torch.zeros(4, 3, dtype=torch.float16))
    assert x.dtype == y.dtype == torch.float64


@pytest.mark.parametrize(
    ("real", "generated", "message"),
    [
        (torch.zeros(2), torch.zeros(2, 3), r"real features are \(2,\); give \(samples, features\)"),
        (torch.zeros(2, 3), torch.zeros(1, 3), "there are 1 generated samples; this metric needs 2 or more"),
        (
            torch.zeros(2, 3),
            torch.full((2, 3), torch.nan),
            "generated features hold NaN or infinity; look at the images",
        ),
        (
            torch.zeros(2, 3),
            torch.zeros(2, 4),
            "real samples have 3 features, generated ones 4; give both from the same",
        ),
    ],
)
def test_what_does_not_fit_is_told(real, generated, message):
    with pytest.raises(DataError, match=message):
        paired(real, generated, at_least=2)


def test_squared_distances():
    x, y = torch.tensor([[0.0, 0.0], [3.0, 4.0]]).double(), torch.tensor([[3.0, 4.0]]).double()
    assert squared_distances(x, y).tolist() == [[25.0], [0.0]]


def test_rows_at_once_keeps_to_the_bound_and_to_one():
    assert rows_at_once(1000) == 4000
    assert rows_at_once(10**9) == 1
    assert rows_at_once(0) > 1
