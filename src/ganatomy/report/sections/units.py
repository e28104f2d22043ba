"""The cards of units: what each one agrees with, how well, how well it would by chance, and its top samples."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganatomy.dissect.scoring.units import RATE
from ganatomy.draw.palette import concept_colours
from ganatomy.draw.rows import Interval
from ganatomy.report.images import Picture, embed, open_picture, two_rows

CARD_BYTES = 1_300_000
LEAST_CARD_BYTES = 8_000
CARD_WIDTH = 560
NO_CONCEPT = "no concept"
"""What a unit without a usable threshold shows, such as one that is never active."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Score:
    """How well a unit agrees with a concept, beside what explains it by chance; None where unknown."""

    iou: Interval
    place: float | None
    """IoU with the masks of other samples."""
    area: float | None
    """IoU with the masks shifted around the image."""
    iqr: float | None
    z: float | None
    q: float | None
    chance: str
    """What is to be said about chance, a sentence; empty where the IoU is more than chance, or nothing is known."""

    @property
    def is_above_chance(self) -> bool:
        """Whether the IoU is more than both nulls explain."""
        return self.q is not None and self.q <= RATE

    @property
    def highest(self) -> float:
        """The highest of all that is drawn, at least 0."""
        return max(v or 0.0 for v in (self.iou.value, self.iou.high, self.place, self.area))


@dataclass(frozen=True)
class Card:
    """One unit: what it agrees with, and its top samples."""

    unit: int
    concept: str
    category: str
    """Empty without a concept."""
    colour: str
    score: Score
    interpretable: bool
    picture: Picture | None


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


def score_of(unit: Record) -> Score:
    """Return the scores of a line of the unit table."""
    low, high = unit["iou_interval"]
    return Score(
        iou=Interval(number(unit["iou"]), number(low), number(high)),
        place=number(unit["shuffled_iou"]),
        area=number(unit["shifted_iou"]),
        iqr=number(unit["iqr"]),
        z=number(unit["z"]),
        q=number(unit["q"]),
        chance=chance_in_words(unit),
    )


def chance_in_words(unit: Record) -> str:
    """Return whether chance explains a unit's IoU, and what kind of chance; nothing where the IoU is more."""
    q = number(unit["q"])
    if unit["concept"] is None or (q is not None and q <= RATE):
        return ""
    if q is None:
        return "Its concept is too rare to be tested against chance."
    alone = {"place": "Place alone explains it.", "area": "Area alone explains it.", None: "It is no more than chance."}
    return alone[unit["explained_by"]]


def cards_view(run: Path, record: Record, colours: Mapping[str, str], most_cards: int, budget: int) -> tuple[Card, ...]:
    """Return the cards of a layer.

    Args:
        run: the run directory.
        record: the layer's `units.json`.
        colours: a CSS class per concept.
        most_cards: at most this many units get a card: the best of each concept in turn.
        budget: bytes for all card pictures of the layer.

    Raises:
        DataError: a card's picture is no picture or lies outside the run.
    """
    best = in_turn(by_iou(record["units"]))[:most_cards]
    per_card = max(LEAST_CARD_BYTES, budget // max(1, len(best)))
    return tuple(_card(run, record["layer"], unit, colours, per_card) for unit in best)


def by_iou(units: Sequence[Record]) -> list[Record]:
    """Return units, the highest IoU first."""
    return sorted(units, key=lambda unit: -(number(unit["iou"]) or 0.0))


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


def _card(run: Path, layer: str, unit: Record, colours: Mapping[str, str], budget: int) -> Card:
    image = open_picture(run, f"dissect/{layer}/{unit['card']}") if unit.get("card") else None
    return Card(
        unit=int(unit["unit"]),
        concept=unit["concept"] or NO_CONCEPT,
        category=unit["category"] or "",
        colour=colours[unit["concept"]] if unit["concept"] else "none",
        score=score_of(unit),
        interpretable=bool(unit["interpretable"]),
        picture=embed(two_rows(image, len(unit["top"])), budget, longest=CARD_WIDTH) if image else None,
    )
