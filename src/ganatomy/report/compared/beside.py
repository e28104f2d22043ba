"""The page of two runs side by side: facts, findings, samples, figures and edits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from ganatomy.draw.canvas import Figure
from ganatomy.report.compared.arms import link_to
from ganatomy.report.contents import Page, Part
from ganatomy.report.facts import Fact
from ganatomy.report.sections.edits import EditView
from ganatomy.runs.names import names_of

Pair = tuple[Figure | None, Figure | None]
"""The same figure of both runs; None where one lacks it."""


@dataclass(frozen=True)
class Side:
    """One of the two runs."""

    name: str
    """What tells it from the other."""
    href: str
    """Where its own report or, where it has none, its folder lies."""
    page: Page
    """What its own report shows."""


@dataclass(frozen=True)
class Group:
    """Figures of one part, the same of both runs beside each other."""

    heading: str
    pairs: tuple[tuple[str, Pair], ...]
    """By title."""


@dataclass(frozen=True)
class BesidePage:
    """Everything that the page shows."""

    sides: tuple[Side, Side]
    rows: tuple[tuple[str, tuple[str, str]], ...]
    """Facts by name, of both."""
    groups: tuple[Group, ...]
    edits: tuple[tuple[str, tuple[EditView | None, EditView | None]], ...]
    """By title."""

    facts: tuple[Fact, ...] = ()

    @property
    def name(self) -> str:
        """Both names."""
        return " and ".join(side.name for side in self.sides)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that either run has something for."""
        first, second = (side.page for side in self.sides)
        has = {
            "findings": first.findings or second.findings,
            "samples": first.samples or second.samples,
            "edits": self.edits,
            "figures": self.groups,
        }
        all_parts = (
            Part("findings", "Findings", "Findings", ("beside_findings",)),
            Part("samples", "Samples", "Samples", ("beside_samples",)),
            Part("edits", "Edits", "Edits", ("beside_edits",)),
            Part("figures", "Figures", "Figures", ("beside_figures",)),
            Part("facts", "Facts", "Where they differ", ("beside_facts",)),
        )
        return tuple(part for part in all_parts if has.get(part.anchor, True))


def beside_page(paths: tuple[Path, Path], pages: tuple[Page, Page], place: Path) -> BesidePage:
    """Return the page of two runs.

    Args:
        paths: their directories.
        pages: what the report of each shows.
        place: the folder in which the page is to lie, which links start from.

    Raises:
        ConfigError: both are the same run.
    """
    names = names_of(paths)
    first, second = (
        Side(name, link_to(path, place), page) for name, path, page in zip(names, paths, pages, strict=True)
    )
    groups = (
        ("Concepts per layer", _paired(pages, lambda page: page.layers.figures if page.layers else ())),
        ("Generated against real", _paired(pages, lambda page: page.areas.figures if page.areas else ())),
        ("Scores", _paired(pages, lambda page: page.scores.figures if page.scores else ())),
        ("Evolution", _paired(pages, lambda page: page.evolution.figures if page.evolution else ())),
    )
    return BesidePage(
        sides=(first, second),
        rows=_rows(pages),
        groups=tuple(Group(heading, pairs) for heading, pairs in groups if pairs),
        edits=_edits(pages),
    )


def _paired(pages: tuple[Page, Page], figures: Callable[[Page], Iterable[Figure]]) -> tuple[tuple[str, Pair], ...]:
    """Return figures by title, those of the same key beside each other, in the order of the first run."""
    left, right = ({figure.key: figure for figure in figures(page)} for page in pages)
    keys = dict.fromkeys([*left, *right])
    return tuple(
        (
            (left.get(key) or right[key]).title,
            (_apart(left.get(key), "left"), _apart(right.get(key), "right")),
        )
        for key in keys
    )


def _apart(figure: Figure | None, side: str) -> Figure | None:
    """Return a figure whose names within the page are those of its side alone."""
    if figure is None:
        return None
    key = f"{side}-{figure.key}"
    svg = Markup(str(figure.svg).replace(f'{figure.key}-t"', f'{key}-t"').replace(f'{figure.key}-d"', f'{key}-d"'))
    svg = Markup(str(svg).replace(f'"{figure.key}-t ', f'"{key}-t '))
    return Figure(key, figure.title, figure.caption, svg, figure.width, figure.height)


def _rows(pages: tuple[Page, Page]) -> tuple[tuple[str, tuple[str, str]], ...]:
    """Return all facts and settings in which the two differ."""
    left, right = (_told(page) for page in pages)
    names = dict.fromkeys([*left, *right])
    both = ((name, (left.get(name, "–"), right.get(name, "–"))) for name in names)
    return tuple((name, values) for name, values in both if values[0] != values[1])


def _told(page: Page) -> dict[str, str]:
    facts = {fact.name: " ".join(filter(None, (fact.value, fact.note))) for fact in page.facts}
    return facts | {name: value for _, rows in page.protocol.tables for name, value in rows}


def _edits(pages: tuple[Page, Page]) -> tuple[tuple[str, tuple[EditView | None, EditView | None]], ...]:
    left, right = ({edit.title: edit for edit in (page.edits.edits if page.edits else ())} for page in pages)
    return tuple((title, (left.get(title), right.get(title))) for title in dict.fromkeys([*left, *right]))
