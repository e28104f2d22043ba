"""A generator whose units are known to paint what they paint; `ganatomy.segment.planted` names it without an error.

What dissection and interventions find in it can be held against the truth, `UNITS`: units that cause a concept, one
that only agrees with one, one that causes two, one that is always active where a concept tends to be, one that paints
an artifact, a dead one and a noisy one. No two objects overlap, all units but noise are 0 or 1, and the image has
twice as many pixels a side as they have cells. So every IoU is a ratio of cell counts: a pixel of an active cell is
upsampled to 9/16 or more, one of another cell to 7/16 or less.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from ganatomy.models.networks.layered import LayeredGenerator

CELLS = 8
"""Cells a side of the featuremaps."""

PIXELS = 2 * CELLS
"""Pixels a side of the images."""

CHOICES = 10
"""Latents that decide on the scene; `CELLS` x `CELLS` others are noise."""

OFTEN = -0.7
"""A normal number exceeds it three times in four (0.758)."""

NOISE_STEP = 1 / 16
"""What the noise is rounded to, so that it is upsampled without rounding errors."""

Kind = Literal["causal", "entangled", "correlated", "place-only", "artifact", "dead", "noise"]


@dataclass(frozen=True)
class PlantedUnit:
    """The truth about one unit of `layer1`."""

    name: str
    kind: Kind
    agrees_with: tuple[str, ...] = ()
    """The concepts whose IoU with the unit is high, highest first."""
    causes: tuple[str, ...] = ()
    """The concepts that lose pixels when the unit is ablated; all others keep every one."""


UNITS = (
    PlantedUnit("sky", "causal", ("sky",), ("sky", "cloud")),
    PlantedUnit("grass", "causal", ("grass",), ("grass",)),
    PlantedUnit("building", "causal", ("building",), ("building", "door")),
    PlantedUnit("crown", "causal", ("tree",), ("tree",)),  # two thirds of every tree
    PlantedUnit("trunk", "causal", ("tree",), ("tree",)),  # the last third
    PlantedUnit("tree copy", "correlated", ("tree",)),  # crown and trunk; nothing reads it
    PlantedUnit("door and cloud", "entangled", ("door", "cloud"), ("door", "cloud")),
    PlantedUnit("foreground", "place-only", ("grass",)),  # where grass would be, whether or not it is there
    PlantedUnit("artifact", "artifact"),  # in one of eight samples, where there is no building
    PlantedUnit("dead", "dead"),
    PlantedUnit("noise", "noise"),
)
"""The units of `layer1` by number."""

NUMBER = {unit.name: number for number, unit in enumerate(UNITS)}
"""The number of each unit of `layer1` by its name."""


@dataclass(frozen=True)
class Paint:
    """One colour: who lays it on, where, and what it shows. The units of `layer2` are paints."""

    colour: tuple[float, float, float]
    """A corner of the colour cube, so that a mixture of two is nearest to one of them."""
    object: str | None
    """None for what has no name."""
    part: str | None = None
    reads: tuple[str, ...] = ()
    """The units of `layer1` whose sum lays it on."""
    within: int | None = None
    """The paint that has to be there already: without it this one shows nowhere, whatever is inserted."""


PAINTS = (
    Paint((-1, -1, 1), "sky", reads=("sky",)),
    Paint((1, 1, 1), "sky", "cloud", reads=("door and cloud",), within=0),
    Paint((-1, 1, -1), "grass", reads=("grass",)),
    Paint((1, -1, -1), "building", reads=("building",)),
    Paint((-1, 1, 1), "building", "door", reads=("door and cloud",), within=3),
    Paint((1, 1, -1), "tree", reads=("crown", "trunk")),
    Paint((1, -1, 1), None, reads=("artifact",)),
)
"""In the order in which they are laid on, over black."""

BLACK = Paint((-1, -1, -1), None)

PALETTE = (*PAINTS, BLACK)
"""All colours that an image can have."""


class PlantedScene(nn.Module):
    """Latents (n, 74) to the featuremaps of `UNITS`, (n, 11, 8, 8) float32.

    The sky is one to three rows high. On the next three rows stand a building on the left or right half and a tree on
    one of the two places beside it; the last two are grass. All but the sky are absent from some samples.
    """

    def forward(self, z: Tensor) -> Tensor:
        """Return 0 and 1 for all units but the noise, which is normal."""
        choices, noise = z[:, :CHOICES, None, None], z[:, CHOICES:]
        sky, grass, building, side, tree, tree_side, door, cloud, cloud_column, artifact = choices.unbind(1)
        rows = torch.arange(CELLS, device=z.device)[:, None]
        columns = torch.arange(CELLS, device=z.device)
        right, built, middle = (side > 0).long(), building > OFTEN, (rows >= 3) & (rows < 6)
        plot = middle & (columns // 4 == right)
        tree_maps = middle & (tree > 0) & (columns // 2 == 2 * (1 - right) + (tree_side > 0))
        first = (3 + 1.5 * cloud_column).round().clamp(0, CELLS - 2)
        clouds = (rows == 0) & (cloud > 0.5) & (columns >= first) & (columns < first + 2)
        doors = plot & built & (door > OFTEN) & (rows >= 4) & (columns % 4 == 1)
        by_name = {
            "sky": rows < 1 + (sky > -0.43).long() + (sky > 0.43).long(),  # a third of the samples each
            "grass": (rows >= 6) & (grass > OFTEN),
            "building": plot & built,
            "crown": tree_maps & (rows < 5),
            "trunk": tree_maps & (rows == 5),
            "tree copy": tree_maps,
            "door and cloud": doors | clouds,
            "foreground": rows >= 6,
            "artifact": plot & ~built & (artifact > 0) & ((rows + columns) % 2 == 0),
            "dead": torch.zeros_like(rows),
            "noise": (noise / NOISE_STEP).round().mul(NOISE_STEP).view(-1, CELLS, CELLS),
        }
        shape = (len(z), CELLS, CELLS)
        return torch.stack([by_name[unit.name].to(z.dtype).expand(shape) for unit in UNITS], 1)


class PlantedPaints(nn.Module):
    """Featuremaps of `UNITS` to how far each of `PAINTS` covers each cell, (n, 7, 8, 8) in [0, 1].

    What it does not read is in the zeros of its weights.
    """

    def __init__(self) -> None:
        super().__init__()
        self.read = nn.Conv2d(len(UNITS), len(PAINTS), 1, bias=False)
        weights = [[float(unit.name in paint.reads) for unit in UNITS] for paint in PAINTS]
        self.read.weight.data = torch.tensor(weights)[:, :, None, None]

    def forward(self, maps: Tensor) -> Tensor:
        """Return the covers, differentiable from 0 to 1 and at both ends."""
        covers: list[Tensor] = []
        for paint, laid_on in zip(PAINTS, self.read(maps).clamp(0, 1).unbind(1), strict=True):
            covers.append(laid_on if paint.within is None else laid_on * covers[paint.within])
        return torch.stack(covers, 1)


class PlantedImage(nn.Module):
    """Covers to images, (n, 3, 16, 16) in [-1, 1]: each paint over those before it."""

    def forward(self, covers: Tensor) -> Tensor:
        """Return the images, every cell a square of four pixels."""
        *colours, black = palette(covers)[:, :, None, None]
        images: Tensor = black.expand(len(covers), 3, CELLS, CELLS)
        for colour, cover in zip(colours, covers.unbind(1), strict=True):
            images = torch.lerp(images, colour, cover[:, None])
        return images.repeat_interleave(2, 2).repeat_interleave(2, 3)


class PlantedGenerator(LayeredGenerator):
    """Latents (n, 74) to images (n, 3, 16, 16): `layer1` has `UNITS`, `layer2` has `PAINTS`.

    >>> generator = PlantedGenerator()
    >>> generator(torch.zeros(2, generator.z_dim)).shape
    torch.Size([2, 3, 16, 16])
    """

    z_dim = CHOICES + CELLS * CELLS
    image_size = PIXELS

    def __init__(self) -> None:
        super().__init__()
        self.layer1 = PlantedScene()
        self.layer2 = PlantedPaints()
        self.output = PlantedImage()


def palette(like: Tensor) -> Tensor:
    """Return the colours of `PALETTE`, (8, 3) in [-1, 1], of the type and on the device of another tensor."""
    return torch.tensor([paint.colour for paint in PALETTE], dtype=like.dtype, device=like.device)
