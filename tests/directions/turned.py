"""The planted generator with its units turned: what its channels mix, read-outs take apart."""

import torch
from torch import Tensor, nn

from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.planted import NUMBER, UNITS, PlantedGenerator, PlantedScene

MIXED = (("sky", "grass", "building", "tree copy"), ("crown", "artifact", "door and cloud", "foreground"))
"""Units of which each of as many channels is half the sum, some taken off."""


def rotation() -> Tensor:
    """Return a matrix (11, 11) float64 without rounding errors: of planted units each of `MIXED` is turned."""
    matrix = torch.eye(len(UNITS), dtype=torch.float64)
    signs = torch.tensor([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]], dtype=torch.float64)
    for names in MIXED:
        places = torch.tensor([NUMBER[name] for name in names])
        matrix[places[:, None], places] = signs / 2
    return matrix


class _Turn(nn.Module):
    def __init__(self, matrix: Tensor) -> None:
        super().__init__()
        self.matrix = matrix

    def forward(self, maps: Tensor) -> Tensor:
        return torch.einsum("vu,nuhw->nvhw", self.matrix.to(maps), maps)


class _Scene(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(PlantedScene(), _Turn(rotation()))


class _Paints(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.back = _Turn(rotation().T)
        self.paints = PlantedGenerator().layer2

    def forward(self, maps: Tensor) -> Tensor:
        return self.paints(self.back(maps))


class TurnedGenerator(LayeredGenerator):
    """The same images; the units of `layer1` are mixtures of those planted, which the columns of `rotation` undo."""

    z_dim, image_size = PlantedGenerator.z_dim, PlantedGenerator.image_size

    def __init__(self) -> None:
        super().__init__()
        self.layer1 = _Scene()
        self.layer2 = _Paints()
        self.output = PlantedGenerator().output
