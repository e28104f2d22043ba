"""The page: its parts in their order, and for each the sections that it has.

A section is one module in `sections/` with the partial of the same name beside it, and its view is an attribute of that
name of the page. One whose data are missing is None; it has no place on the page and none in the table of contents.
"""

from dataclasses import dataclass

from ganatomy.draw.canvas import Figure
from ganatomy.report.facts import Fact
from ganatomy.report.images import Sheet
from ganatomy.report.sections.areas import AreasView
from ganatomy.report.sections.causes import CausesView
from ganatomy.report.sections.classes import ClassesView
from ganatomy.report.sections.context import ContextView
from ganatomy.report.sections.domain import DomainView
from ganatomy.report.sections.edits import EditsView
from ganatomy.report.sections.evolution import EvolutionView
from ganatomy.report.sections.findings import FindingsView
from ganatomy.report.sections.history import HistoryView
from ganatomy.report.sections.inversions import InversionsView
from ganatomy.report.sections.latents import LatentsView
from ganatomy.report.sections.layers import LayersView
from ganatomy.report.sections.more import MoreView
from ganatomy.report.sections.plane import PlaneView
from ganatomy.report.sections.protocol import ProtocolView
from ganatomy.report.sections.repairs import RepairsView
from ganatomy.report.sections.samples import SamplesView
from ganatomy.report.sections.scores import ScoresView
from ganatomy.report.sections.second_opinion import SecondOpinionView
from ganatomy.report.sections.units import UnitsView


@dataclass(frozen=True)
class Part:
    """A numbered part of the page."""

    anchor: str
    name: str
    """In the table of contents; empty of one that is not listed there."""
    heading: str
    """Empty of a part without one."""
    sections: tuple[str, ...]
    """Names of its sections, from top to bottom."""


PARTS = (
    Part("findings", "Findings", "Findings", ("findings",)),
    Part("concepts", "Concepts", "Concepts per layer", ("domain", "layers")),
    Part("units", "Units", "Units", ("units",)),
    Part("classes", "Classes", "Class by class", ("classes",)),
    Part("ablations", "Edits", "Edits", ("edits",)),
    Part("causes", "Causes", "Causes", ("causes",)),
    Part("context", "Context", "Insertions by context", ("context",)),
    Part("repairs", "Repair", "Repair", ("repairs",)),
    Part("photos", "Photos", "Photos in the generator", ("inversions",)),
    Part("areas", "Areas", "Generated against real", ("areas",)),
    Part("second-opinion", "Second opinion", "A second opinion", ("second_opinion",)),
    Part("samples", "Samples", "Samples", ("samples", "plane", "latents")),
    Part("scores", "Scores", "Scores", ("scores",)),
    Part("evolution", "Evolution", "Evolution", ("evolution",)),
    Part("history", "History", "What units showed over training", ("history",)),
    Part("protocol", "Protocol", "Protocol", ("protocol",)),
    Part("more", "", "", ("more",)),
)
"""What was found first, then dissection, interventions, areas, training."""


@dataclass(frozen=True)
class Page:
    """Everything the template shows."""

    name: str
    facts: tuple[Fact, ...]
    paint: str | None
    """Where the page to paint on is, from this one; None where none was written."""
    findings: FindingsView | None
    samples: SamplesView | None
    plane: PlaneView | None
    """In place of the samples, where they are points in the plane."""
    latents: LatentsView | None
    scores: ScoresView | None
    evolution: EvolutionView | None
    areas: AreasView | None
    second_opinion: SecondOpinionView | None
    domain: DomainView | None
    layers: LayersView | None
    units: UnitsView | None
    classes: ClassesView | None
    history: HistoryView | None
    edits: EditsView | None
    causes: CausesView | None
    context: ContextView | None
    repairs: RepairsView | None
    inversions: InversionsView | None
    protocol: ProtocolView
    more: MoreView | None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that there are, each with those of its sections that there are."""
        there = (
            Part(part.anchor, part.name, part.heading, tuple(name for name in part.sections if getattr(self, name)))
            for part in PARTS
        )
        return tuple(part for part in there if part.sections)

    @property
    def names(self) -> dict[str, str]:
        """The name of each part that there is, by its anchor."""
        return {part.anchor: part.name for part in self.parts}

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures drawn as SVG."""
        of_units = (self.domain, self.history, self.layers, self.edits, self.causes, self.context, self.repairs)
        views = (self.scores, self.evolution, self.areas, *of_units)
        return tuple(figure for view in views if view for figure in view.figures)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All figures made of pixels."""
        return tuple(sheet for view in (self.plane, self.latents) if view for sheet in view.sheets)
