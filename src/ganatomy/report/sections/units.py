"""The section of units: a card each, what it agrees with, how well, how well by chance, and its top samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ganatomy.report.images import Picture, embed, open_picture, two_rows
from ganatomy.report.overlaps import Overlap, by_iou, overlap_of
from ganatomy.runs.layout import DISSECT
from ganatomy.runs.records.units import UnitRow, UnitTable

CARD_BYTES = 1_300_000
LEAST_CARD_BYTES = 8_000
CARD_WIDTH = 560
NO_CONCEPT = "no concept"
"""What a unit without a usable threshold shows, such as one that is never active."""


@dataclass(frozen=True)
class Card:
    """One unit: what it agrees with, and its top samples."""

    unit: int
    concept: str
    category: str
    """Empty without a concept."""
    colour: str
    overlap: Overlap
    interpretable: bool
    picture: Picture | None


@dataclass(frozen=True)
class Deck:
    """The cards of one layer, the best of each concept in turn."""

    layer: str
    units: int
    """All of the layer."""
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class UnitsView:
    """The cards of all layers, and what they are filtered by."""

    decks: tuple[Deck, ...]
    concepts: tuple[str, ...]
    """By name."""
    categories: tuple[str, ...]
    bar_end: float
    """The IoU at which the bars of IoU end."""


def units_view(decks: Sequence[Deck], bar_end: float) -> UnitsView | None:
    """Return the cards of all layers, or None where nothing was dissected."""
    cards = [card for deck in decks for card in deck.cards]
    if not decks:
        return None
    return UnitsView(
        tuple(decks),
        tuple(sorted({card.concept for card in cards})),
        tuple(sorted({card.category for card in cards if card.category})),
        bar_end,
    )


def deck_view(run: Path, table: UnitTable, colours: Mapping[str, str], most_cards: int, budget: int) -> Deck:
    """Return the cards of a layer.

    Args:
        run: the run directory.
        table: the layer's `units.json`.
        colours: a CSS class per concept.
        most_cards: at most this many units get a card: the best of each concept in turn.
        budget: bytes for all card pictures of the layer.

    Raises:
        DataError: a card's picture is no picture or lies outside the run.
    """
    best = in_turn(by_iou(table.units))[:most_cards]
    per_card = max(LEAST_CARD_BYTES, budget // max(1, len(best)))
    cards = tuple(_card(run, table.layer, unit, colours, per_card) for unit in best)
    return Deck(table.layer, len(table.units), cards)


def in_turn(units: Sequence[UnitRow]) -> list[UnitRow]:
    """Return units, sorted by IoU, in the order of their cards: each concept's best, then each one's second, and on.

    So the first cards show all that a layer knows, not its largest concept alone. Units that are not interpretable
    come last.
    """
    ranks: dict[str | None, int] = {}
    places = []
    for unit in units:
        if unit.interpretable:
            rank = ranks[unit.concept] = ranks.get(unit.concept, -1) + 1
            places.append((rank, unit))
    return [unit for _, unit in sorted(places, key=lambda place: place[0])] + [
        unit for unit in units if not unit.interpretable
    ]


def _card(run: Path, layer: str, unit: UnitRow, colours: Mapping[str, str], budget: int) -> Card:
    image = open_picture(run, f"{DISSECT}/{layer}/{unit.card}") if unit.card else None
    return Card(
        unit=unit.unit,
        concept=unit.concept or NO_CONCEPT,
        category=unit.category or "",
        colour=colours[unit.concept] if unit.concept else "none",
        overlap=overlap_of(unit),
        interpretable=unit.interpretable,
        picture=embed(two_rows(image, len(unit.top)), budget, longest=CARD_WIDTH) if image else None,
    )
