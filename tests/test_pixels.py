import pytest
import torch

from ganatomy.errors import DataError
from ganatomy.pixels import require_pixels


def test_colours_and_a_little_more_are_pixels() -> None:
    require_pixels(torch.zeros(0, 3, 2, 2), "images")
    require_pixels(torch.linspace(-3, 3, 12), "images")
    images = torch.zeros(1000)
    images[:10] = 50.0  # not more than one in a hundred
    require_pixels(images, "images")


def test_bytes_and_what_is_no_number_are_none() -> None:
    with pytest.raises(
        DataError, match=r"^images go from 0 to 255; colours go from -1 to 1: convert images by x / 127.5"
    ):
        require_pixels(torch.arange(256.0), "images")
    for value in (float("nan"), float("inf")):
        with pytest.raises(
            DataError, match=r"^images hold NaN or infinity; colours are finite numbers in \[-1, 1\]: mend"
        ):
            require_pixels(torch.tensor([0.0, value]), "images")
