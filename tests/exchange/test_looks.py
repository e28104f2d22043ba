"""What samples look like where something was taken wrongly."""

import numpy as np
import pytest
import torch

from ganatomy.exchange.looks import complaints

NOISE = torch.rand(8, 3, 6, 6, generator=torch.Generator().manual_seed(0)) * 1.6 - 0.8


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (NOISE, ""),
        (NOISE * 5, r"% of the values lie beyond black and white, from -4\.0 to 4\.0: say .* --value-range"),
        (NOISE.abs(), "no value lies below middle grey: if 0 stands for black, say so by --value-range 0 1"),
        (NOISE.sign(), "100% of the values are black or white"),
        (torch.zeros(4, 3, 6, 6), "the samples are flat"),
        (NOISE[:1].expand(8, -1, -1, -1), "all samples look the same"),
        (NOISE * float("nan"), "some values of the samples are not finite"),
    ],
    ids=["well", "beyond", "from 0", "saturated", "flat", "alike", "nan"],
)
def test_each_oddity_is_said(images: torch.Tensor, said: str) -> None:
    found = list(complaints(images))
    assert bool(found) == bool(said)
    assert not said or any(__import__("re").search(said, text) for text in found)


def test_colours_are_held_against_those_of_the_data() -> None:
    red = torch.tensor([0.6, 0.0, -0.6])[None, :, None, None] + 0.2 * NOISE
    real = np.zeros((4, 6, 6, 3), np.uint8) + np.array([50, 127, 204], np.uint8)
    assert "red and blue exchanged" in next(iter(complaints(red, real)))
    assert list(complaints(red, real[..., ::-1])) == []
