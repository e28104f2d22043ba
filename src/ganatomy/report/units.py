"""The dissection sections: which concepts a layer's units show, and a card per unit."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganatomy.report.images import Picture, embed, open_picture, two_rows
from ganatomy.report.palette import concept_colours

CARD_BYTES = 1_300_000
LEAST_CARD_BYTES = 8_000
CARD_WIDTH = 560
MOST_CONCEPTS = 14
NOTEWORTHY_AREA = 0.005
NO_CONCEPT = "no concept"
"""What a unit without a usable threshold shows, such as one that is never active."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class ConceptRow:
    """One concept in one layer; agreement None where no unit was scored against it."""

    name: str
    colour: str
    units: int
    best_iou: float | None
    shuffled_iou: float | None
    area: float


@dataclass(frozen=True)
class Card:
    """One unit: what it agrees with, by how much, by how much by chance, and its top images."""

    unit: int
    concept: str
    colour: str
    iou: float | None
    shuffled_iou: float | None
    iqr: float | None
    interpretable: bool
    picture: Picture | None


@dataclass(frozen=True)
class Layer:
    """One dissected layer."""

    name: str
    units: int
    interpretable: int
    by_chance: int
    """Interpretable units whose IoU is no higher than their null."""
    rows: tuple[ConceptRow, ...]
    others: int
    """Concepts left out of the rows: no interpretable unit, or too many rows."""
    cards: tuple[Card, ...]
    num_images: int
    image_size: int
    grid: str
    segmenter: str
    fingerprint: str
    profile: str
    seed: int

    @property
    def top(self) -> int:
        """The most units of any concept, at least 1."""
        return max([row.units for row in self.rows], default=1) or 1


def number(value: object) -> float | None:
    """Return a finite float, or None for null, NaN and infinities."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def concept_weights(record: Record) -> dict[str, float]:
    """Return how much each concept matters in a layer: its interpretable units, then its area in [0, 1]."""
    weights = {name: number(area) or 0.0 for name, area in zip(record["concepts"], record["concept_area"], strict=True)}
    for unit in record["units"]:
        if unit["interpretable"]:
            weights[unit["concept"]] += 1.0
    return weights


def colours_of(weights: Sequence[Mapping[str, float]]) -> dict[str, str]:
    """Return a colour per concept, those that matter most over all of `weights` first."""
    total: dict[str, float] = {}
    for part in weights:
        for name, weight in part.items():
            total[name] = total.get(name, 0.0) + weight
    return concept_colours(sorted(total, key=lambda name: -total[name]))


def layer_view(run: Path, record: Record, colours: Mapping[str, str], most_cards: int, budget: int) -> Layer:
    """Return one layer for the page.

    Args:
        run: the run directory.
        record: the layer's `units.json`.
        colours: a CSS class per concept.
        most_cards: at most this many units get a card: the best of each concept in turn.
        budget: bytes for all card pictures of the layer.

    Raises:
        DataError: a card's picture is no picture or lies outside the run.
    """
    units = sorted(record["units"], key=lambda unit: -(number(unit["iou"]) or 0.0))
    best = in_turn(units)[:most_cards]
    rows = _concept_rows(record, units, colours)
    per_card = max(LEAST_CARD_BYTES, budget // max(1, len(best)))
    return Layer(
        name=record["layer"],
        units=len(units),
        interpretable=int(record["interpretable"]),
        by_chance=sum(unit["interpretable"] and unit["iou"] <= (number(unit["shuffled_iou"]) or 0.0) for unit in units),
        rows=tuple(rows[:MOST_CONCEPTS]),
        others=len(record["concepts"]) - len(rows[:MOST_CONCEPTS]),
        cards=tuple(_card(run, record["layer"], unit, colours, per_card) for unit in best),
        num_images=int(record["num_images"]),
        image_size=int(record["image_size"]),
        grid=" × ".join(str(side) for side in record["grid"]),
        segmenter=str(record["segmenter"]),
        fingerprint=str(record["fingerprint"]),
        profile=str(record["profile"]),
        seed=int(record["seed"]),
    )


def in_turn(units: Sequence[Record]) -> list[Record]:
    """Return units, sorted by IoU, in the order of their cards: each concept's best, then each one's second, and on.

    So the first cards show all that a layer knows, not its largest concept alone. Units that are not interpretable
    come last.
    """
    ranks: dict[str, int] = {}
    places = []
    for unit in units:
        if unit["interpretable"]:
            rank = ranks[unit["concept"]] = ranks.get(unit["concept"], -1) + 1
            places.append((rank, unit))
    return [unit for _, unit in sorted(places, key=lambda place: place[0])] + [
        unit for unit in units if not unit["interpretable"]
    ]


def _concept_rows(record: Record, units: Sequence[Record], colours: Mapping[str, str]) -> list[ConceptRow]:
    """Return the concepts that have an interpretable unit or a noteworthy area, most units first."""
    rows = []
    for name, area in zip(record["concepts"], record["concept_area"], strict=True):
        own = [unit for unit in units if unit["concept"] == name and unit["interpretable"]]
        ranked = record["ranking"].get(name, [])
        best = own[0] if own else None
        iou = number(best["iou"]) if best else number(ranked[0]["iou"]) if ranked else None
        null = number(best["shuffled_iou"]) if best else None
        if own or (number(area) or 0.0) >= NOTEWORTHY_AREA:
            rows.append(ConceptRow(name, colours[name], len(own), iou, null, number(area) or 0.0))
    return sorted(rows, key=lambda row: (-row.units, -(row.best_iou or 0.0)))


def _card(run: Path, layer: str, unit: Record, colours: Mapping[str, str], budget: int) -> Card:
    image = open_picture(run, f"dissect/{layer}/{unit['card']}") if unit.get("card") else None
    return Card(
        unit=int(unit["unit"]),
        concept=unit["concept"] or NO_CONCEPT,
        colour=colours[unit["concept"]] if unit["concept"] else "none",
        iou=number(unit["iou"]),
        shuffled_iou=number(unit["shuffled_iou"]),
        iqr=number(unit["iqr"]),
        interpretable=bool(unit["interpretable"]),
        picture=embed(two_rows(image, len(unit["top"])), budget, longest=CARD_WIDTH) if image else None,
    )
