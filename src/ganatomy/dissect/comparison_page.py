"""Compared dissections as a page of Markdown: units and concepts by run and layer, differences, units by concept."""

from collections.abc import Sequence

from ganatomy.dissect.comparison import Comparison, Count, CountDifference, LayerOfRun, differences
from ganatomy.tables import markdown_table

NOTES = """Intervals are 95 % bootstrap intervals over samples: they tell how sure the count of *this* generator is, not
how another training would come out; for that, train under several seeds. Those of differences are made of the intervals
of both counts as Zou and Donner (2008) do; a star marks those that leave out 0, "none" those whose bounds do not hold.

Explained by place or by area: an interpretable unit whose IoU is not above what the masks of other samples give, or its
own masks shifted. It counts as interpretable, as published; take it off for a count of what is more than chance."""


Table = tuple[str, list[str], list[list[str]]]
"""A title, a head and rows."""


def write_page(name: str, comparison: Comparison) -> str:
    """Return the page.

    Args:
        name: what the comparison is called.
        comparison: what is compared.
    """
    protocol = comparison.protocol
    rows, columns = protocol["grid"]
    parts = [
        f"# Dissections {name}",
        f"{len(comparison.runs)} runs: {', '.join(f'`{run}`' for run in comparison.runs)}. "
        f"Segmenter {protocol['segmenter']} (`{protocol['fingerprint']}`), {protocol['num_images']} samples, maps of "
        f"{rows} x {columns}, seed {protocol['seed']}, profile {protocol['profile']}.",
        *_missing(comparison),
        *(part for title, head, rows in tables(comparison) for part in (f"## {title}", markdown_table(head, rows))),
        NOTES,
    ]
    return "\n\n".join(parts) + "\n"


def tables(comparison: Comparison) -> list[Table]:
    """Return all tables: units and concepts by run and layer, how runs differ, and the units of each concept."""
    categories = comparison.categories
    explained = ["explained by place", "by area"]
    return [
        (
            "Interpretable units",
            ["layer", "run", "units", "interpretable", *categories, *explained],
            [_unit_row(row, categories) for row in comparison.rows],
        ),
        (
            "Distinct concepts",
            ["layer", "run", "concepts", *categories],
            [_concept_row(row, categories) for row in comparison.rows],
        ),
        *_differences(comparison),
        *(_units_by_concept(comparison, layer) for layer in comparison.layers),
    ]


def counted(count: Count) -> str:
    """Return a count with its interval.

    >>> counted(Count(177, 161.0, 187.5))
    '177 (161 to 188)'
    """
    return f"{count.value} ({count.low:.0f} to {count.high:.0f})"


def _missing(comparison: Comparison) -> list[str]:
    """Return which layers some runs do not have."""
    lines = [
        f"- {layer} is not in {', '.join(runs)}" for layer in comparison.layers if (runs := comparison.without(layer))
    ]
    return ["\n".join(lines)] if lines else []


def _unit_row(row: LayerOfRun, categories: Sequence[str]) -> list[str]:
    by_category = [str(row.units_of(category)) for category in categories]
    explained = [str(row.by_place), str(row.by_area)]
    return [row.layer, row.run, str(row.units), counted(row.interpretable), *by_category, *explained]


def _concept_row(row: LayerOfRun, categories: Sequence[str]) -> list[str]:
    by_category = [str(row.concepts_of(category)) for category in categories]
    return [row.layer, row.run, counted(row.concepts), *by_category]


def _differences(comparison: Comparison) -> list[Table]:
    """Return how runs differ from the first one that has the layer; nothing where there is no other."""
    rows = [
        [layer, f"{run} minus {comparison.of(layer)[0].run}", _difference(units), _difference(concepts)]
        for layer in comparison.layers
        for run, units, concepts in differences(comparison, layer)
    ]
    return [("Differences", ["layer", "runs", "interpretable units", "concepts"], rows)] if rows else []


def _difference(found: CountDifference) -> str:
    if found.interval is None:
        return f"{found.value:+d} (none)"
    low, high = found.interval
    return f"{found.value:+d} ({low:+.0f} to {high:+.0f}){'*' * found.leaves_out_none}"


def _units_by_concept(comparison: Comparison, layer: str) -> Table:
    """Return how many units of each run show each concept, those of most units first."""
    rows = comparison.of(layer)
    units = {(row.run, one.concept): one.units for row in rows for one in row.shown}
    named = {one.concept: one.category for row in rows for one in row.shown}
    total = {concept: sum(units.get((row.run, concept), 0) for row in rows) for concept in named}
    lines = [
        [concept, named[concept], *(str(units.get((row.run, concept), 0)) for row in rows)]
        for concept in sorted(named, key=lambda concept: (-total[concept], concept))
    ]
    return f"Units per concept: {layer}", ["concept", "category", *(row.run for row in rows)], lines
