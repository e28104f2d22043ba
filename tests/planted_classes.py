"""The planted world as a generator with classes: parks, which have trees, and streets, which have none."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from torch import Tensor

from ganatomy.models.kinds import KINDS
from ganatomy.models.planted import PlantedGenerator
from ganatomy.runs.directory import Run
from ganatomy.runs.manifest import Manifest, Origin, create_imported
from ganatomy.runs.weights import save_generator
from ganatomy.segment.planted import PlantedSegmenter

CLASSES = ("park", "street")
PARK, STREET = range(2)
SEGMENTER = "tests.planted_classes:named"
TREE = 4
"""The latent that decides on trees, which are there where it is above 0."""


@dataclass(frozen=True)
class Shape:
    """Leaves nothing open."""


class ParksAndStreets(PlantedGenerator):
    """Latents (n, 74) and classes (n,) int64 to images; the units `crown` and `trunk` draw trees in parks alone."""

    kind = "parks-and-streets"

    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, z: Tensor, classes: Tensor) -> Tensor:  # type: ignore[override]
        z = z.clone()
        z[:, TREE] = torch.where(classes == STREET, -1.0, z[:, TREE])
        return super().forward(z)


def named(images: Tensor) -> Tensor:
    """Return the labels of the segmenter that cannot err, for a command line."""
    return PlantedSegmenter().segment(images)


named.concepts = PlantedSegmenter.concepts  # type: ignore[attr-defined]
named.categories = PlantedSegmenter.categories  # type: ignore[attr-defined]
named.probability = lambda images, concept: PlantedSegmenter().probability(images, concept)  # type: ignore[attr-defined]


def write_classes(out: Path, monkeypatch: pytest.MonkeyPatch, class_names: tuple[str, ...] | None = CLASSES) -> Run:
    """Write a run of that generator, whose kind is known to this test alone."""
    monkeypatch.setitem(KINDS, ParksAndStreets.kind, (ParksAndStreets, Shape))
    origin = Origin("imported", "by a test")
    run = create_imported(out, "classes", Manifest(origin, image_size=16, class_names=class_names))
    save_generator(run, "ema", ParksAndStreets())
    return run
