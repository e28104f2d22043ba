"""The page of compared dissections: units and concepts by layer and run, in figures and tables, with links."""

from dataclasses import dataclass
from pathlib import Path

from ganatomy.dissect.comparison import Comparison
from ganatomy.dissect.comparison_page import NOTES, tables
from ganatomy.draw.canvas import Figure
from ganatomy.draw.text import count
from ganatomy.report.compared.arms import ComparedTable, Link, LinkTable, link_to
from ganatomy.report.compared.dissections import dissection_figures
from ganatomy.report.contents import Part
from ganatomy.report.facts import Fact
from ganatomy.runs.directory import is_run


@dataclass(frozen=True)
class DissectionsPage:
    """Everything that the page shows."""

    name: str
    facts: tuple[Fact, ...]
    figures: tuple[Figure, ...]
    missing: tuple[str, ...]
    """Which layers some runs do not have, in words."""
    notes: tuple[str, ...]
    tables: tuple[ComparedTable, ...]
    runs: LinkTable | None
    """None where no run lies beside the comparison any more."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that there are."""
        runs = (Part("runs", "Runs", "Runs", ("links",)),) if self.runs else ()
        return (
            Part("layers", "Layers", "Units and concepts", ("dissected_figures",)),
            Part("numbers", "Numbers", "In numbers", ("tables",)),
            *runs,
        )


def dissections_page(folder: Path, comparison: Comparison, place: Path) -> DissectionsPage:
    """Return the page of compared dissections.

    Args:
        folder: of the comparison; runs are looked for beside it.
        comparison: what it says.
        place: the folder in which the page is to lie, which links start from.
    """
    name, protocol = folder.resolve().name, comparison.protocol
    return DissectionsPage(
        name=name,
        facts=(
            Fact("runs", str(len(comparison.runs)), ", ".join(comparison.runs)),
            Fact("layers", str(len(comparison.layers)), ", ".join(comparison.layers)),
            Fact("segmenter", str(protocol["segmenter"]), str(protocol["fingerprint"])),
            Fact("samples", f"{protocol['num_images']:,}", f"seed {protocol['seed']}"),
            Fact("rules", str(protocol["profile"])),
        ),
        figures=dissection_figures(name, comparison),
        missing=tuple(
            f"{layer} is not in {', '.join(runs)}."
            for layer in comparison.layers
            if (runs := comparison.without(layer))
        ),
        notes=tuple(NOTES.replace("*", "").split("\n\n")),
        tables=tuple(
            ComparedTable(title, tuple(head), tuple(map(tuple, rows))) for title, head, rows in tables(comparison)
        ),
        runs=_links(folder.resolve().parent, comparison, place),
    )


def _links(beside: Path, comparison: Comparison, place: Path) -> LinkTable | None:
    there = [name for name in comparison.runs if is_run(beside / name)]
    rows = tuple((name, (Link("open", link_to(beside / name, place)),)) for name in there)
    return LinkTable(("run", "report"), rows, f"{count(len(there), 'run')} beside the comparison.") if there else None
