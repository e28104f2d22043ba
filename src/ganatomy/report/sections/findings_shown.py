"""Findings about what a generator draws against real images, and about what its units show against chance."""

from collections.abc import Iterable, Sequence

from ganatomy.draw.text import count, percent, span
from ganatomy.report.overlaps import overlap_of
from ganatomy.report.sections.findings import Finding
from ganatomy.runs.records.areas import AreasRecord, ConceptAreaRow
from ganatomy.runs.records.units import UnitRow, UnitTable
from ganatomy.segment.protocol import OTHER

MOSTLY = 3
"""Concepts that are named as what most of the images show."""
TELLING = ("dropped", "underdrawn", "overdrawn")
"""Verdicts of concepts that differ, the gravest first."""


def drawn(record: AreasRecord | None) -> Finding | None:
    """Return what the images show most, and what is dropped, or drawn too little or too much, against real ones.

    Args:
        record: `dissect/areas.json`; None where there is none, and then no finding.
    """
    there = [row for row in record.concepts if row.verdict != "absent" and row.concept != OTHER] if record else []
    if record is None or not there:
        return None
    mostly = _names(sorted(there, key=lambda row: -row.generated.area))
    by_verdict = {verdict: [row for row in there if row.verdict == verdict] for verdict in TELLING}
    gravest = next((verdict for verdict in TELLING if by_verdict[verdict]), None)
    if gravest is None:
        return _as_real(record, mostly, len(there))
    worst = max(by_verdict[gravest], key=lambda row: abs(row.difference))
    what = {"dropped": "has dropped", "underdrawn": "draws too little", "overdrawn": "draws too much"}[gravest]
    others = {verdict: [row for row in rows if row is not worst] for verdict, rows in by_verdict.items()}
    low, high = worst.generated.interval
    return Finding(
        "areas",
        f"It draws mostly {mostly} and {what} {worst.concept}:",
        percent(worst.generated.area),
        f"of its pixels show it (95 % interval {span(low, high)}), against {percent(worst.real.area)} in "
        f"{count(record.num_real, 'real image')}{_and_others(others)}.",
    )


def units(tables: Iterable[UnitTable]) -> Finding | None:
    """Return how many units of the layer with most of them agree with a concept, against what chance explains.

    Args:
        tables: of all dissected layers; none give no finding.
    """
    found = [(table, _above_chance(table)) for table in tables]
    if not found:
        return None
    table, above = max(found, key=lambda pair: len(pair[1]))
    counts = table.counts[table.profile]
    low, high = counts.interpretable_interval
    concepts = _by_concept(table)
    most = f", most of all {next(iter(concepts))} ({next(iter(concepts.values()))})" if concepts else ""
    number = count(counts.interpretable, "unit")
    before = f"Of the {count(len(table.units), 'unit')} of {table.layer},"
    beyond = "all" if len(above) == counts.interpretable else str(len(above))
    return Finding(
        "concepts",
        before,
        number,
        f"{'agrees' if counts.interpretable == 1 else 'agree'} with one of {count(counts.concepts, 'concept')} "
        f"(95 % interval {low:.0f} to {high:.0f} units){most}, {beyond} of them better than by chance, "
        "with masks of other images and with shifted ones.",
    )


def carriers(tables: Iterable[UnitTable], layer: str, concept: str | None) -> int | None:
    """Return how many units of a layer carry a concept, that is count as its own; None where no dissection tells."""
    table = next((table for table in tables if table.layer == layer and concept in table.concepts), None)
    return None if table is None else _by_concept(table).get(str(concept), 0)


def _as_real(record: AreasRecord, mostly: str, concepts: int) -> Finding:
    distance = record.distance.fsd
    return Finding(
        "areas",
        f"It draws mostly {mostly}, and none of {count(concepts, 'concept')} is shown to differ from "
        f"{count(record.num_real, 'real image')}: the Fréchet segmentation distance between them is",
        f"{distance.value:.3g} ± {distance.error:.2g}",
        f"where two halves of the real images are {distance.chance:.3g} apart "
        f"({distance.chance_low:.3g} to {distance.chance_high:.3g}).",
    )


def _names(rows: Sequence[ConceptAreaRow]) -> str:
    return _listed([row.concept for row in rows[:MOSTLY]])


def _and_others(by_verdict: dict[str, list[ConceptAreaRow]]) -> str:
    words = {"dropped": "dropped too", "underdrawn": "too little", "overdrawn": "too much"}
    said = [
        f"{words[verdict]}: {_names(sorted(rows, key=lambda row: -abs(row.difference)))}"
        for verdict, rows in by_verdict.items()
        if rows
    ]
    return "".join(f"; {one}" for one in said)


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _above_chance(table: UnitTable) -> list[UnitRow]:
    return [unit for unit in table.units if unit.interpretable and overlap_of(unit).is_above_chance]


def _by_concept(table: UnitTable) -> dict[str, int]:
    """Return the units that count for each concept, most first."""
    names = [unit.concept for unit in table.units if unit.interpretable and unit.concept is not None]
    return {name: names.count(name) for name in sorted(set(names), key=lambda name: (-names.count(name), name))}
