"""Large images are taken fewer at a time."""

import pytest

from ganatomy.models.at_once import at_once


@pytest.mark.parametrize(
    ("batch_size", "side", "expected"), [(32, 128, 32), (500, 32, 500), (500, 128, 32), (32, 256, 8), (32, 2048, 1)]
)
def test_pixels_bound_a_batch(batch_size: int, side: int, expected: int) -> None:
    assert at_once(batch_size, side, side) == expected


def test_another_number_of_pixels_may_be_given() -> None:
    assert at_once(9, 2, 3, pixels=13) == 2
