"""Dissection of a generator in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from torch import nn

from ganatomy.dissect.classes.reports import ByClass, chosen_classes, dissect_classes
from ganatomy.dissect.domain import DomainCheck, check_dissection, warning
from ganatomy.dissect.layers import Dissection, LayerDissection, dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.scoring.profiles import ProfileName
from ganatomy.dissect.scoring.ranking import ConceptUnit, rank_units
from ganatomy.dissect.scoring.units import UnitReport
from ganatomy.errors import ConfigError, LayerNotFound
from ganatomy.face.shown import Rows, as_html, as_text, rounded
from ganatomy.models.classes import class_of
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.given import as_generator
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.seeds import stream_seed
from ganatomy.segment.inferred import inferred_name
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.protocol import Segmenter
from ganatomy.tables import Row

MOST_CONCEPTS = 6
"""Concepts named in a row of a layer."""


@dataclass(frozen=True, repr=False)
class DissectedLayer:
    """The units of one layer and the concepts that they agree with; shows itself as a table of concepts."""

    layer: LayerDissection
    """The unit table, and the counts behind it."""
    segmenter: Segmenter
    """What told the concepts."""
    protocol: DissectionProtocol
    """What the units were scored on."""
    generator: str
    """Fingerprint of the generator that was dissected."""

    @property
    def name(self) -> str:
        """The layer's dotted module name."""
        return self.layer.report.layer

    @property
    def units(self) -> Rows[UnitReport]:
        """All units, by number: each with the concept that it agrees with best."""
        return Rows(self.layer.report.units, _unit_row, f"{len(self.layer.report.units)} units of {self.name}")

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts that interpretable units agree with, those of most units first."""
        return tuple(concept for concept, _, _ in self.layer.report.concept_counts())

    def best(self, concept: str) -> Rows[ConceptUnit]:
        """Return the units of the highest IoU with a concept, best first, each at its own threshold.

        Raises:
            ConfigError: the segmenter has no such concept.
        """
        rng = np.random.default_rng(stream_seed(self.protocol.seed, f"face/ranking/{self.name}/{concept}"))
        return Rows(
            rank_units(self.layer.report, self.layer.counts, concept, rng),
            _ranked_row,
            f"units of {self.name} by IoU with {concept}",
        )

    def __repr__(self) -> str:
        return as_text(self._title(), self._rows(), len(self.concepts))

    def _repr_html_(self) -> str:
        return as_html(self._title(), self._rows(), len(self.concepts))

    def _title(self) -> str:
        report = self.layer.report
        return f"{self.name}: {report.interpretable} of {len(report.units)} units are interpretable"

    def _rows(self) -> list[Row]:
        counts = self.layer.report.concept_counts()
        return [{"concept": name, "units": units, "best_iou": best} for name, units, best in counts[:20]]


@dataclass(frozen=True, repr=False)
class Dissected(Mapping[str, DissectedLayer]):
    """Dissected layers by name; shows itself as a table of them."""

    generator: GeneratorNetwork
    segmenter: Segmenter
    protocol: DissectionProtocol
    dissection: Dissection
    fingerprint: str
    """Of the generator as it was dissected."""
    domain: DomainCheck
    """Whether the segmenter was made for its images."""
    classes: ByClass | None = None
    """Areas and units class by class, where they were asked for."""

    def __getitem__(self, layer: str) -> DissectedLayer:
        """Return one layer."""
        for one in self.dissection.layers:
            if one.report.layer == layer:
                return DissectedLayer(one, self.segmenter, self.protocol, self.fingerprint)
        raise LayerNotFound(f"layer {layer!r} was not dissected; these were: {', '.join(self)}")

    def __iter__(self) -> Iterator[str]:
        return (one.report.layer for one in self.dissection.layers)

    def __len__(self) -> int:
        return len(self.dissection.layers)

    def __repr__(self) -> str:
        return as_text(self._title(), self._rows())

    def _repr_html_(self) -> str:
        return as_html(self._title(), self._rows())

    def _title(self) -> str:
        of = "" if (name := class_of(self.generator)) is None else f" of class '{name}'"
        images = f"{self.protocol.num_images} images{of} by {self.segmenter.name}"
        warned = f"\nwarning: {text}" if (text := warning(self.domain)) else ""
        return f"{type(self.generator).__name__} dissected on {images}{self._by_class()}{warned}"

    def _by_class(self) -> str:
        """Return what units show class by class, a line of the title; nothing where classes were not asked for."""
        if self.classes is None:
            return ""
        above = (f"{one.name} {sum(layer.above_chance for layer in one.layers)}" for one in self.classes.classes)
        return f"\nunits above chance class by class, {self.classes.num_images} images of each: {', '.join(above)}"

    def _rows(self) -> list[Row]:
        return [
            {
                "layer": report.layer,
                "units": len(report.units),
                "interpretable": report.interpretable,
                "by_chance": sum(unit.explained_by is not None for unit in report.units),
                "concepts": ", ".join(f"{name} {n}" for name, n, _ in report.concept_counts()[:MOST_CONCEPTS]),
            }
            for report in (one.report for one in self.dissection.layers)
        ]


def dissect(
    generator: nn.Module,
    layers: Sequence[str] | str,
    segmenter: Segmenter | str | None = None,
    num_images: int = 1000,
    *,
    profile: ProfileName = "paper",
    top_fraction: float | None = None,
    grid: int | None = None,
    seed: int = 0,
    batch_size: int = 32,
    classes: Sequence[str | int] | str = (),
    class_images: int = 200,
    progress: Progress | bool | None = None,
) -> Dissected:
    """Return which units of which layers of a generator agree with which concepts.

    Args:
        generator: any generator of images in evaluation mode, see `adapt`; latents are drawn for it.
        layers: dotted module names of layers whose output is (n, u, h, w), or one of them.
        segmenter: tells the concepts of each pixel: one by name that needs nothing beside, or from `load_segmenter`;
            None is `scenes` for the packaged generator and for one that `load` opened of a run trained on scenes.
        num_images: samples to score the units on.
        profile: rules that choose a unit's concept and threshold, and call it interpretable.
        top_fraction: the part of its activations for which a unit is active, of profiles with one such threshold.
        grid: rows and columns on which units and masks are compared; None takes the image's pixels.
        seed: of the latents and the resampling.
        batch_size: samples generated at a time; results do not depend on it.
        classes: of a generator that takes them, those to be set side by side, by name or number; `each` for all.
        class_images: samples of each of them, all of the same latents.
        progress: told of every sample; True or False shows or hides it, None shows it where somebody looks on.

    Raises:
        ConfigError: the module has no `z_dim`, no segmenter is given for images that are no scenes, the segmenter lacks
            something, a number is too small, or there is no such class.
        LayerError: there is no such layer, it does not run, or its output is no featuremap.
        DataError: activations are NaN or infinite.
    """
    told = shown_progress(progress)
    opened = as_generator(generator, told)
    segmenter = as_segmenter(inferred_name(opened) if segmenter is None else segmenter)
    sides = None if grid is None else (grid, grid)
    protocol = DissectionProtocol(num_images=num_images, seed=seed, grid=sides, batch_size=batch_size)
    names = [layers] if isinstance(layers, str) else list(layers)
    dissected = fingerprint(opened)
    wanted = [classes] if isinstance(classes, str) else list(classes)
    if wanted:
        chosen_classes(opened, wanted)  # refused before anything is measured
    dissection = dissect_layers(opened, segmenter, names, protocol, told, profile=profile, top_fraction=top_fraction)
    domain = check_dissection(opened, segmenter, dissection.areas, protocol)
    if not wanted:
        return Dissected(opened, segmenter, protocol, dissection, dissected, domain)
    by_class = dissect_classes(opened, segmenter, dissection, wanted, protocol, class_images, told)
    return Dissected(opened, segmenter, protocol, dissection, dissected, domain, by_class)


def as_segmenter(segmenter: object) -> Segmenter:
    """Return the segmenter, loaded where it is given by name.

    Raises:
        ConfigError: there is none of that name, it needs something beside, or it is no segmenter.
    """
    if isinstance(segmenter, str):
        return load_segmenter(segmenter)
    if not (hasattr(segmenter, "segment") and hasattr(segmenter, "concepts")):
        raise ConfigError(
            f"{segmenter!r} is no segmenter; give a name such as 'scenes', or what load_segmenter returns"
        )
    return cast(Segmenter, segmenter)


def _unit_row(unit: UnitReport) -> Row:
    return {
        "unit": unit.unit,
        "concept": unit.concept,
        "iou": unit.iou,
        "interval": rounded(unit.iou_interval),
        "null": max(unit.shuffled_iou, unit.shifted_iou),
        "interpretable": "yes" if unit.interpretable else "no",
    }


def _ranked_row(unit: ConceptUnit) -> Row:
    return {
        "unit": unit.unit,
        "iou": unit.iou,
        "interval": rounded(unit.interval),
        "null": unit.null,
        "own_concept": unit.own_concept,
    }
