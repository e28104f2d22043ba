"""Everything the page shows, read from a run directory."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ganatomy.compare.plan import open_comparison
from ganatomy.compare.results import MetricResult, summarise
from ganatomy.errors import DataError, GanatomyError
from ganatomy.progress import SILENT, Progress, Task
from ganatomy.report.concepts import colours_of
from ganatomy.report.contents import Page
from ganatomy.report.facts import how_long, of_one_class, what_grew
from ganatomy.report.overlaps import bar_end
from ganatomy.report.recorded import Recorded, read_recorded
from ganatomy.report.sections.areas import areas_view, mean_areas
from ganatomy.report.sections.causes import CausesView, cause_view, cause_weights
from ganatomy.report.sections.classes import class_weights, classes_view
from ganatomy.report.sections.context import context_view, context_weights
from ganatomy.report.sections.domain import domain_view
from ganatomy.report.sections.edits import EDIT_BYTES, EditsView, area_weights, edit_view
from ganatomy.report.sections.evolution import evolution_view
from ganatomy.report.sections.findings import FindingsView, findings_view
from ganatomy.report.sections.findings_caused import caused
from ganatomy.report.sections.findings_grown import evolved, repaired
from ganatomy.report.sections.findings_shown import carriers, drawn, units
from ganatomy.report.sections.history import history_view, history_weights
from ganatomy.report.sections.inversions import inversions_view
from ganatomy.report.sections.latents import LatentsView, latents_view
from ganatomy.report.sections.layers import LayersView, concept_weights, layer_view, layers_view
from ganatomy.report.sections.more import OF_CONCEPTS, MoreView, more_view
from ganatomy.report.sections.plane import PlaneView, plane_view
from ganatomy.report.sections.protocol import protocol_view
from ganatomy.report.sections.repairs import PICTURE_BYTES, RepairsView, repair_view, repair_weights
from ganatomy.report.sections.samples import SamplesView, samples_view
from ganatomy.report.sections.scores import ScoresView, scores_view
from ganatomy.report.sections.second_opinion import second_opinion_view
from ganatomy.report.sections.units import CARD_BYTES, UnitsView, deck_view, units_view
from ganatomy.report.settings import RunSettings, origin_rows, read_settings, rows_of
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json
from ganatomy.runs.layout import (
    AGREEMENT,
    AREAS,
    CLASSES,
    COMPARISON,
    CONFIG,
    DOMAIN,
    ENVIRONMENT,
    EXPORTS,
    HISTORY,
    INVERSIONS,
    LINEAGE,
    METRICS,
    PAINT_PAGE,
    SAMPLES_INDEX,
    SCORE_LOG,
    SCORES,
    WEIGHTS,
)
from ganatomy.runs.manifest import open_manifest
from ganatomy.runs.names import title_of
from ganatomy.runs.records.causes import CauseRecord
from ganatomy.runs.records.repairs import RepairRecord

R = TypeVar("R")
T = TypeVar("T")
Colours = Mapping[str, str]


def gather(run: Run, units_per_layer: int, snapshots: int, progress: Progress = SILENT) -> Page:
    """Read all parts of a run that there are.

    Args:
        run: the run.
        units_per_layer: cards of at most this many units per layer.
        snapshots: at most this many sample grids.
        progress: told of every part read.

    Raises:
        DataError: a file of the run that cannot be read.
    """
    settings = _checked(run.path / CONFIG, lambda: read_settings(run.config(), open_manifest(run)))
    metrics, lineage = run.metrics(), run.lineage()
    recorded = read_recorded(run.path)
    page_to_paint = Path(EXPORTS, "web", PAINT_PAGE)
    parts = 4 + len(recorded.tables) + len(recorded.effects) + len(recorded.repairs)
    with progress.task("reading the run", parts, "part") as task:
        samples, plane = _samples(run.path, settings, snapshots), _plane(run.path, settings, snapshots)
        task.advance()
        latents = _latents(run, settings)
        task.advance()
        scores = _scores(run)
        task.advance()
        evolution = _checked(run.path / LINEAGE, lambda: evolution_view(metrics, lineage, run.warnings(), settings))
        task.advance()
        colours = _colours(recorded)
        layers, cards = _dissected(run.path, recorded, colours, units_per_layer, task)
        edits = _edits(run.path, recorded, colours, task)
        repairs = _repairs(run.path, recorded.repairs, colours, task)
    page = Page(
        name=title_of(run.path),
        facts=(
            *what_grew(settings),
            *of_one_class(recorded),
            *_checked(run.path / METRICS, lambda: how_long(metrics, settings.samples)),
        ),
        paint=page_to_paint.as_posix() if (run.path / page_to_paint).is_file() else None,
        findings=None,
        samples=samples,
        plane=plane,
        latents=latents,
        scores=scores,
        evolution=evolution,
        areas=_shown(run.path / AREAS, recorded.areas, areas_view, colours),
        second_opinion=_shown(run.path / AGREEMENT, recorded.agreement, second_opinion_view, colours),
        domain=_shown(run.path / DOMAIN, recorded.domain, domain_view, colours),
        layers=layers,
        units=cards,
        classes=_shown(run.path / CLASSES, recorded.classes, classes_view, colours),
        history=_shown(run.path / HISTORY, recorded.history, history_view, colours),
        edits=edits,
        causes=_causes(recorded.causes, colours),
        context=context_view(list(recorded.contexts.values()), colours),
        repairs=repairs,
        inversions=_checked(run.path / INVERSIONS, lambda: inversions_view(run.path, recorded.inversions)),
        protocol=protocol_view(
            layers.layers if layers else (),
            settings.rows,
            _optional(run.path / ENVIRONMENT, rows_of) or (),
            origin_rows(settings.origin),
        ),
        more=None,
    )
    return replace(page, findings=_findings(run, recorded, page), more=_more(run.path.resolve().name, settings, page))


def _samples(run: Path, settings: RunSettings, snapshots: int) -> SamplesView | None:
    if settings.is_points:
        return None
    grew = settings.origin.kind != "imported"
    show = partial(samples_view, run, image_size=settings.image_size, most=snapshots, grew=grew)
    return _optional(run / SAMPLES_INDEX, show)


def _plane(run: Path, settings: RunSettings, snapshots: int) -> PlaneView | None:
    if not settings.is_points:
        return None
    show = partial(plane_view, run, mixture=str(settings.data), most=snapshots)
    return _optional(run / SAMPLES_INDEX, show)


def _latents(run: Run, settings: RunSettings) -> LatentsView | None:
    if settings.is_points:
        return None
    return _checked(run.path / WEIGHTS, lambda: latents_view(run, settings.seed))


def _scores(run: Run) -> ScoresView | None:
    files = sorted(run.path.glob(f"{SCORES}/*.json"))
    return _checked(run.path / SCORE_LOG, lambda: scores_view(run.scores(), files))


def _colours(recorded: Recorded) -> Colours:
    """Return a colour per concept, the same in all sections."""
    weights = [_checked(path, partial(concept_weights, table)) for path, table in recorded.tables.items()]
    weights += [area_weights(record) for record in recorded.effects.values()]
    weights += [_checked(path, partial(cause_weights, record)) for path, record in recorded.causes.items()]
    weights += [context_weights(record) for record in recorded.contexts.values()]
    weights += [repair_weights(record) for record in recorded.repairs.values()]
    weights += [mean_areas(recorded.areas)] if recorded.areas else []
    weights += [class_weights(recorded.classes)] if recorded.classes else []
    weights += [history_weights(recorded.history)] if recorded.history else []
    return colours_of(weights)


def _dissected(
    run: Path, recorded: Recorded, colours: Colours, most_cards: int, task: Task
) -> tuple[LayersView | None, UnitsView | None]:
    """Return the sections of layers and of units, which share the end of their bars."""
    layers, decks, budget = [], [], CARD_BYTES // max(1, len(recorded.tables))
    for path, table in recorded.tables.items():
        layers.append(_checked(path, partial(layer_view, table, colours, recorded.directions.get(path))))
        decks.append(_checked(path, partial(deck_view, run, table, colours, most_cards, budget)))
        task.advance()
    of_rows = [row.overlap for layer in layers for row in layer.rows if row.overlap]
    end = bar_end([*of_rows, *(card.overlap for deck in decks for card in deck.cards)])
    cards = units_view(decks, end)
    return layers_view(layers, cards.categories if cards else (), end), cards


def _edits(run: Path, recorded: Recorded, colours: Colours, task: Task) -> EditsView | None:
    edits, effects, tables = [], recorded.effects, recorded.tables.values()
    for number, (path, record) in enumerate(effects.items(), 1):
        carry = carriers(tables, record.layer, record.concept)
        told = (record, f"edit-{number}", colours, EDIT_BYTES // len(effects), carry)
        edits.append(_checked(path, partial(edit_view, run, path.parent.name, *told)))
        task.advance()
    return EditsView(tuple(edits)) if edits else None


def _causes(records: Mapping[Path, CauseRecord], colours: Colours) -> CausesView | None:
    causes = [
        _checked(path, partial(cause_view, record, f"cause-{number}", colours))
        for number, (path, record) in enumerate(records.items(), 1)
    ]
    return CausesView(tuple(causes)) if causes else None


def _repairs(run: Path, records: Mapping[Path, RepairRecord], colours: Colours, task: Task) -> RepairsView | None:
    repairs = []
    for number, (path, record) in enumerate(records.items(), 1):
        budget = PICTURE_BYTES // len(records)
        show = partial(repair_view, run, path.parent.name, record, f"repair-{number}", colours, budget)
        repairs.append(_checked(path, show))
        task.advance()
    return RepairsView(tuple(repairs)) if repairs else None


def _findings(run: Run, recorded: Recorded, page: Page) -> FindingsView | None:
    """Return what was found, each of at most five sentences with its number, its interval and its control."""
    tables = list(recorded.tables.values())
    views = page.edits.edits if page.edits else ()
    edits = {path.parent.name: (one, view) for (path, one), view in zip(recorded.effects.items(), views, strict=True)}
    return findings_view(
        drawn(recorded.areas),
        units(tables),
        caused(run.path, edits, page.causes, page.context, tables),
        repaired(recorded.repairs.values()),
        evolved(_compared(run.path), page.evolution is not None and page.evolution.is_selected),
    )


def _compared(run: Path) -> MetricResult | None:
    """Return what the first metric says of the comparison that a run is of; None where there is none, or unfinished."""
    path = run.resolve().parent.parent
    if not (path / COMPARISON).is_file():
        return None
    plan = open_comparison(path)
    return summarise(plan).metrics[0] if all(planned.is_finished for planned in plan.runs) else None


def _more(folder: str, settings: RunSettings, page: Page) -> MoreView | None:
    """Return what can be added; points in the plane show no concepts, so that there is nothing to open up."""
    there = {section for section, view in vars(page).items() if view is not None}
    if settings.data is None:
        there.add("areas")  # no real images to compare with are known
    if settings.is_points:
        there |= OF_CONCEPTS
    data = "" if settings.data is not None else " --data FOLDER"
    segmenter = "" if settings.is_of_scenes else " --segmenter NAME"
    return more_view(folder, there, data, segmenter, *_shown_units(page))


def _shown_units(page: Page) -> tuple[str, str]:
    """Return a dissected layer and the concept that most of its units show, as a shell reads them, or what to put."""
    layers = [layer for layer in (page.layers.layers if page.layers else ()) if layer.rows]
    if not layers:
        return "LAYER", "CONCEPT"
    return shlex.quote(layers[-1].name), shlex.quote(layers[-1].rows[0].name)


def _optional(path: Path, build: Callable[[Any], T]) -> T | None:
    """Return `build` of what a JSON file holds, or None where there is no such file."""
    if not path.is_file():
        return None
    content = read_json(path)
    return _checked(path, lambda: build(content))


def _shown(path: Path, record: R | None, build: Callable[[R, Colours], T], colours: Colours) -> T | None:
    """Return `build` of the record that was read from a file, or None where there was no such file."""
    return None if record is None else _checked(path, partial(build, record, colours))


def _checked(path: Path, build: Callable[[], T]) -> T:
    """Return `build()`; a file of another form is the user's problem, told by its name."""
    try:
        return build()
    except GanatomyError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            f"{path}: not as this release writes it ({type(error).__name__}: {error}); accepted is the form of "
            "this release; restore it from a copy, or run the command again that made it"
        ) from error
