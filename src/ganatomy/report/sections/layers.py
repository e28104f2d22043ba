"""The section of layers: how many units agree with a concept, with which, and how much of it is chance."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ganatomy.dissect.scoring.profiles import Profile, ProfileName, profile_of
from ganatomy.draw.canvas import Figure
from ganatomy.draw.marks import Bounded
from ganatomy.draw.palette import category_colours
from ganatomy.draw.text import count, decimal, percent
from ganatomy.report.concepts import NOTEWORTHY_AREA, bounded
from ganatomy.report.overlaps import Overlap, by_iou, overlap_of
from ganatomy.report.sections.layers_directions import directions_in_words
from ganatomy.report.sections.layers_figures import CategoryBars, ConceptBar, LayerRow, concept_figure, layer_figure
from ganatomy.runs.records.directions import DirectionsRecord
from ganatomy.runs.records.units import UnitCounts, UnitRow, UnitTable
from ganatomy.segment.protocol import OTHER

MOST_ROWS, MOST_BARS = 14, 40
SAID = 12
"""Concepts that the words of a figure name."""


@dataclass(frozen=True)
class Counted:
    """How many units count by the rules of a profile, and of how many concepts, with intervals."""

    profile: str
    units: Bounded
    concepts: Bounded


@dataclass(frozen=True)
class ConceptRow:
    """One concept in one layer: its interpretable units and the overlap of the best one; None where no unit has any."""

    name: str
    category: str
    colour: str
    units: int
    above_chance: int
    """Those of the units whose IoU is more than chance."""
    unit: int | None
    """The best one."""
    overlap: Overlap | None
    area: float
    """The concept's part of all pixels."""


@dataclass(frozen=True)
class Layer:
    """One dissected layer."""

    name: str
    units: int
    counted: Counted
    """By the rules that the layer was dissected with."""
    others: tuple[Counted, ...]
    """By other rules."""
    directions: str
    """What its units are, a sentence; empty where they are channels."""
    chance: str
    """How many interpretable units chance explains, a sentence; empty without such units."""
    rules: str
    """What the rules ask for, in words."""
    rows: tuple[ConceptRow, ...]
    """Concepts with an interpretable unit or a noteworthy area, most units first."""
    unseen: int
    """Concepts left out of the rows."""
    figure: Figure | None
    """Units per concept; None without interpretable units."""
    row: LayerRow
    """Its row in the figure over layers."""
    num_images: int
    image_size: int
    grid: str
    segmenter: str
    fingerprint: str
    profile: str
    seed: int

    @property
    def shown(self) -> tuple[ConceptRow, ...]:
        """The rows that are in sight at once."""
        return self.rows[:MOST_ROWS]

    @property
    def folded(self) -> tuple[ConceptRow, ...]:
        """The other rows."""
        return self.rows[MOST_ROWS:]


@dataclass(frozen=True)
class LayersView:
    """All dissected layers."""

    layers: tuple[Layer, ...]
    figure: Figure | None
    """Units and concepts over layers, of two layers or more."""
    categories: tuple[str, ...]
    """Of the concepts in the tables."""
    bar_end: float
    """The IoU at which the bars of IoU end."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """That over layers, then those of the layers."""
        return tuple(figure for figure in (self.figure, *(layer.figure for layer in self.layers)) if figure)

    @property
    def rules(self) -> dict[str, str]:
        """The rules that layers were dissected with, each once: what they are called and what they ask for."""
        return {layer.profile: layer.rules for layer in self.layers}


def layers_view(layers: Sequence[Layer], categories: Sequence[str], bar_end: float) -> LayersView | None:
    """Return all layers for the page, or None where none was dissected."""
    return LayersView(tuple(layers), overview(layers), tuple(categories), bar_end) if layers else None


def concept_weights(table: UnitTable) -> dict[str, float]:
    """Return how much each concept matters in a layer: its interpretable units, then its area in [0, 1]."""
    weights = _areas(table)
    for unit in table.units:
        if unit.interpretable:
            weights[str(unit.concept)] += 1.0
    return weights


def layer_view(table: UnitTable, colours: Mapping[str, str], directions: DirectionsRecord | None = None) -> Layer:
    """Return one layer for the page.

    Args:
        table: the layer's `units.json`.
        colours: a CSS class per concept.
        directions: its `directions.json`, where its units are directions of another layer.
    """
    rows, profile = _rows(table, colours), table.profile
    counts = {name: _counted(name, counted) for name, counted in table.counts.items()}
    return Layer(
        name=table.layer,
        units=len(table.units),
        counted=counts[profile],
        others=tuple(counted for name, counted in counts.items() if name != profile),
        directions=directions_in_words(directions, len(table.units)) if directions else "",
        chance=_chance(table.units),
        rules=rules_in_words(profile_of(cast(ProfileName, profile), table.top_fraction)),
        rows=rows,
        unseen=len(named(table)) - len(rows),
        figure=_figure(table.layer, rows),
        row=_layer_row(table, counts[profile], rows),
        num_images=table.num_images,
        image_size=table.image_size,
        grid=" × ".join(str(side) for side in table.grid),
        segmenter=table.segmenter,
        fingerprint=table.fingerprint,
        profile=profile,
        seed=table.seed,
    )


def overview(layers: Sequence[Layer]) -> Figure | None:
    """Return the figure over layers, in their order; None of fewer than two."""
    if len(layers) < 2:
        return None
    said = "; ".join(
        f"{layer.name} {layer.counted.units.value or 0:.0f} of {layer.units} units, "
        f"{layer.counted.concepts.value or 0:.0f} concepts"
        for layer in layers
    )
    return layer_figure(
        "layers",
        "Units and concepts, layer by layer",
        "Units that agree with a concept, and how many different concepts they show. Lines are 95 % intervals.",
        [layer.row for layer in layers],
        f"Interpretable units and distinct concepts: {said}.",
    )


def rules_in_words(profile: Profile) -> str:
    """Return what a profile takes for a unit's concept, and when it calls the unit interpretable."""
    where = "in the images alone that show anything of the concept's category" if profile.by_category else ""
    if profile.fraction is not None:
        return (
            f"A unit is active in the top {percent(profile.fraction)} of its activations; its concept is that of the "
            f"highest IoU, and it counts where that exceeds {decimal(profile.least_iou)}{where and f', {where}'}."
        )
    if profile.chooses == "iqr":
        return (
            "A unit's concept, and the activation from which it is active, are those of the highest information "
            "quality ratio (IQR) on other samples; it counts where its IoU exceeds "
            f"{decimal(profile.least_iou)} and its IQR {decimal(profile.least_iqr)}{where and f', both {where}'}."
        )
    highest = {
        "iou": "A unit's concept, and the activation from which it is active, are those of the highest IoU on other "
        "samples",
        "correlation": "A unit's concept is the one whose mask its activation correlates with best over all pixels of "
        "other samples, and the activation from which it is active that of the highest information quality ratio there",
    }[profile.chooses]
    return f"{highest}; it counts where its IoU exceeds {decimal(profile.least_iou)}{where and f', {where}'}."


def named(table: UnitTable) -> dict[str, str]:
    """Return the category of each concept that a unit can show."""
    pairs = zip(table.concepts, table.categories, strict=True)
    return {name: category for name, category in pairs if category != OTHER}


def _counted(profile: str, counts: UnitCounts) -> Counted:
    return Counted(
        profile,
        bounded(counts.interpretable, counts.interpretable_interval),
        bounded(counts.concepts, counts.concepts_interval),
    )


def _areas(table: UnitTable) -> dict[str, float]:
    """Return the part of all pixels that each concept has; 0 where it cannot be told."""
    return {name: area or 0.0 for name, area in zip(table.concepts, table.concept_area, strict=True)}


def _chance(units: Sequence[UnitRow]) -> str:
    """Return how many interpretable units place or area alone explains, and how many cannot be told."""
    counting = [unit for unit in units if unit.interpretable]
    found = [(overlap_of(unit), unit.explained_by) for unit in counting]
    rare = sum(overlap.q is None for overlap, _ in found)
    place, area = (sum(by == kind and overlap.q is not None for overlap, by in found) for kind in ("place", "area"))
    parts = [f"{kind} alone explains {n}" for kind, n in (("place", place), ("area", area)) if n]
    if rare:
        parts.append(f"{rare} {'shows a concept' if rare == 1 else 'show concepts'} too rare to be tested")
    if not counting:
        return ""
    return f"Of these units, {' and '.join(parts)}." if parts else "All of these units are above chance."


def _rows(table: UnitTable, colours: Mapping[str, str]) -> tuple[ConceptRow, ...]:
    """Return the concepts that have an interpretable unit or a noteworthy area, most units first."""
    area, units, rows = _areas(table), by_iou(table.units), []
    for name, category in named(table).items():
        own = [unit for unit in units if unit.concept == name]
        counting = [unit for unit in own if unit.interpretable]
        if not counting and area[name] < NOTEWORTHY_AREA:
            continue
        best = next(iter([*counting, *own]), None)
        rows.append(
            ConceptRow(
                name=name,
                category=category,
                colour=colours[name],
                units=len(counting),
                above_chance=sum(overlap_of(unit).is_above_chance for unit in counting),
                unit=best.unit if best else None,
                overlap=overlap_of(best) if best else None,
                area=area[name],
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.units, -((row.overlap and row.overlap.iou.value) or 0.0))))


def _figure(layer: str, rows: Sequence[ConceptRow]) -> Figure | None:
    """Return the units per concept, those of most units."""
    counting = [row for row in rows if row.units]
    if not counting:
        return None
    groups: dict[str, list[ConceptBar]] = {}
    for row in counting[:MOST_BARS]:
        bar = ConceptBar(row.name, row.colour, row.above_chance, row.units - row.above_chance)
        groups.setdefault(row.category, []).append(bar)
    drawn = [CategoryBars(category, tuple(groups[category])) for category in category_colours([*groups])]
    title = f"Units per concept in {layer}"
    said = ", ".join(f"{row.name} {row.units}" for row in counting[:SAID])
    left = counting[MOST_BARS:]
    caption = f"{count(len(left), 'concept')} of {count(left[0].units, 'unit')} or fewer not drawn." if left else ""
    key = "concepts-" + re.sub(r"[^\w.-]+", "-", layer)
    return concept_figure(key, title, caption, drawn, f"{title}, most first: {said}.")


def _layer_row(table: UnitTable, counted: Counted, rows: Sequence[ConceptRow]) -> LayerRow:
    units: dict[str, int] = {}
    concepts: dict[str, int] = {}
    for row in rows:
        if row.units:
            units[row.category] = units.get(row.category, 0) + row.units
            concepts[row.category] = concepts.get(row.category, 0) + 1
    return LayerRow(table.layer, len(table.units), counted.units, counted.concepts, units, concepts)
