"""Which layers give featuremaps."""

import torch
from torch import nn

from ganatomy.hooks import featuremaps_of, usual_layers


class Twice(nn.Module):
    """Runs a part twice and gives a tuple."""

    def __init__(self) -> None:
        super().__init__()
        self.part = nn.Conv2d(3, 3, 3, stride=2, padding=1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor]:
        return (self.part(self.part(x)),)


def test_sizes_are_those_of_the_first_run_and_hooks_are_gone() -> None:
    network = Twice()
    assert featuremaps_of(network, torch.zeros(1, 3, 8, 8)) == {"part": (3, 4, 4)}
    assert not network.part._forward_hooks


def test_usual_layers_are_the_last_of_8_and_of_16_cells() -> None:
    sizes = {"a": (9, 4, 4), "b": (8, 8, 8), "c": (8, 8, 8), "d": (6, 16, 16), "rgb": (3, 16, 16), "e": (5, 32, 32)}
    assert usual_layers(sizes, []) == ["c", "d"]
    assert usual_layers(sizes, ["a", "b", "e"]) == ["b"]
    assert usual_layers({"a": (9, 4, 4), "e": (5, 32, 32), "f": (5, 64, 64)}, []) == ["a", "e"]
    assert usual_layers({"image": (1, 64, 64), "w": (9, 1, 1)}, []) == []
