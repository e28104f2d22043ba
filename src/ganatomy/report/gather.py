"""Everything the page shows, read from a run directory."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ganatomy.config.evolve import POINT_DATA
from ganatomy.draw.canvas import Figure
from ganatomy.draw.text import duration, natural, plain, words
from ganatomy.errors import DataError, GanatomyError
from ganatomy.progress import SILENT, Progress, Task
from ganatomy.report.images import Sheet
from ganatomy.report.sections.areas import Agreement, Areas, agreement_view, areas_view, mean_areas
from ganatomy.report.sections.edits import EDIT_BYTES, Edit, area_weights, edit_view
from ganatomy.report.sections.evolution import Training, training_view
from ganatomy.report.sections.history import History, history_view, history_weights
from ganatomy.report.sections.latents import Latents, latents_view
from ganatomy.report.sections.layers import Layer, bar_end, layer_view, overview
from ganatomy.report.sections.plane import Plane, plane_view
from ganatomy.report.sections.samples import Samples, samples_view
from ganatomy.report.sections.scores import Scores, scores_view
from ganatomy.report.sections.units import CARD_BYTES, colours_of, concept_weights
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json

AREAS, AGREEMENT, HISTORY = "dissect/areas.json", "dissect/agreement.json", "dissect/history.json"
T = TypeVar("T")
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Fact:
    """A key figure: a value, what it is, and a remark."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Page:
    """Everything the template shows; a part that has no files is None or empty."""

    name: str
    command_path: str
    facts: tuple[Fact, ...]
    settings: tuple[tuple[str, str], ...]
    environment: tuple[tuple[str, str], ...]
    samples: Samples | None
    plane: Plane | None
    """In place of the samples, where they are points in the plane."""
    latents: Latents | None
    scores: Scores | None
    training: Training | None
    layers: tuple[Layer, ...]
    concepts: tuple[str, ...]
    """Concepts of the unit cards, by name, to filter by."""
    categories: tuple[str, ...]
    """Categories of the unit cards, to filter by."""
    layer_figure: Figure | None
    """Units and concepts over layers, of two layers or more."""
    bar_end: float
    """The IoU at which the bars of IoU end."""
    areas: Areas | None
    agreement: Agreement | None
    history: History | None
    edits: tuple[Edit, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures drawn as SVG."""
        of_training = self.training.figures if self.training else ()
        of_scores = self.scores.figures if self.scores else ()
        of_areas = self.areas.figures if self.areas else ()
        of_history = self.history.figures if self.history else ()
        of_layers = [figure for figure in (self.layer_figure, *(x.figure for x in self.layers)) if figure]
        of_edits = [edit.figure for edit in self.edits]
        return (*of_scores, *of_training, *of_areas, *of_history, *of_layers, *of_edits)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All figures made of pixels."""
        of_latents = self.latents.sheets if self.latents else ()
        return (*((self.plane.sheet,) if self.plane else ()), *of_latents)


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
    config = _view(run.path / "config.json", dict)
    grew = _checked(run.path / "config.json", lambda: what_grew(config))
    metrics, lineage = run.metrics(), run.lineage()
    is_points = config.get("data") in POINT_DATA
    units = sorted(run.path.glob("dissect/*/units.json"), key=lambda path: natural(path.parent.name))
    effects = sorted(run.path.glob("edits/*/effects.json"), key=lambda path: natural(path.parent.name))
    with progress.task("reading the run", 4 + len(units) + len(effects), "part") as task:
        samples = None if is_points else _samples(run.path, config, snapshots)
        plane = _plane(run.path, config, snapshots) if is_points else None
        task.advance()
        latents = (
            None if is_points else _checked(run.path / "weights", lambda: latents_view(run, config.get("seed", 0)))
        )
        task.advance()
        scores = _checked(
            run.path / "scores.jsonl", lambda: scores_view(run.scores(), sorted(run.path.glob("scores/*.json")))
        )
        task.advance()
        training = _checked(run.path / "lineage.jsonl", lambda: training_view(metrics, lineage, run.warnings(), config))
        task.advance()
        weights = [_view(path, concept_weights) for path in units] + [_view(path, area_weights) for path in effects]
        more = ((AREAS, mean_areas), (HISTORY, history_weights))
        colours = colours_of([*weights, *(_optional(run.path / name, build) or {} for name, build in more)])
        layers = _layers(run.path, units, colours, units_per_layer, task)
        edits = _edits(run.path, effects, colours, task)
    place = run.path.resolve()
    return Page(
        name=place.name,
        command_path=shlex.quote(f"{place.parent.name}/{place.name}"),
        facts=(
            *grew,
            *_checked(run.path / "metrics.jsonl", lambda: how_long(metrics, is_points)),
        ),
        settings=settings(config),
        environment=_environment(run.path),
        samples=samples,
        plane=plane,
        latents=latents,
        scores=scores,
        training=training,
        layers=layers,
        concepts=tuple(sorted({card.concept for layer in layers for card in layer.cards})),
        categories=tuple(sorted({card.category for layer in layers for card in layer.cards if card.category})),
        layer_figure=overview(layers),
        bar_end=bar_end(layers),
        edits=edits,
        areas=_optional(run.path / AREAS, partial(areas_view, colours=colours)),
        agreement=_optional(run.path / AGREEMENT, partial(agreement_view, colours=colours)),
        history=_optional(run.path / HISTORY, partial(history_view, colours=colours)),
    )


def _samples(run: Path, config: Record, snapshots: int) -> Samples | None:
    index = run / "samples" / "index.json"
    if not index.is_file():
        return None
    return _view(index, lambda record: samples_view(run, record, config.get("image_size"), snapshots))


def _plane(run: Path, config: Record, snapshots: int) -> Plane | None:
    index = run / "samples" / "index.json"
    if not index.is_file():
        return None
    return _view(index, lambda record: plane_view(run, record, str(config["data"]), snapshots))


def _layers(
    run: Path, paths: Sequence[Path], colours: Mapping[str, str], most_cards: int, task: Task
) -> tuple[Layer, ...]:
    layers = []
    for path in paths:
        show = partial(layer_view, run, colours=colours, most_cards=most_cards, budget=CARD_BYTES // len(paths))
        layers.append(_view(path, show))
        task.advance()
    return tuple(layers)


def _edits(run: Path, paths: Sequence[Path], colours: Mapping[str, str], task: Task) -> tuple[Edit, ...]:
    edits = []
    for number, path in enumerate(paths, 1):
        show = partial(edit_view, run, path.parent.name, key=f"edit-{number}", colours=colours)
        edits.append(_view(path, partial(show, budget=EDIT_BYTES // len(paths))))
        task.advance()
    return tuple(edits)


def what_grew(config: Record) -> tuple[Fact, ...]:
    """Return the settings in the page's header, those that the run knows."""
    facts = []
    if config.get("data") is not None:
        facts.append(Fact("data", plain(str(config["data"])), plain(config.get("classes") or "")))
    if config.get("image_size") is not None and config.get("data") not in POINT_DATA:
        facts.append(Fact("image size", f"{config['image_size']} px"))
    if config.get("objectives"):
        objectives = config["objectives"]
        names = ", ".join(words(str(name)) for name in objectives)
        several = len(objectives) > 1
        facts.append(Fact("objectives", str(len(objectives)), names) if several else Fact("objective", names))
    return tuple(facts)


def how_long(metrics: Sequence[Record], is_points: bool = False) -> tuple[Fact, ...]:
    """Return the amount of training in the page's header; nothing before the first tick.

    Args:
        metrics: lines of metrics.jsonl.
        is_points: whether the data are points in the plane, not images.
    """
    if not metrics:
        return ()
    last = metrics[-1]
    return (
        Fact("generations", f"{last['generation']:,}"),
        Fact(f"real {'points' if is_points else 'images'} seen", f"{1000 * last['kimg']:,.0f}"),
        Fact("training time", duration(last["seconds"])),
    )


def settings(config: Record) -> tuple[tuple[str, str], ...]:
    """Return every setting as text, nested ones by dotted names."""
    rows: list[tuple[str, str]] = []
    for key, value in config.items():
        if isinstance(value, dict):
            rows += [(f"{key}.{name}", text) for name, text in settings(value)]
        else:
            rows.append((key, plain(value)))
    return tuple(rows)


def _environment(run: Path) -> tuple[tuple[str, str], ...]:
    path = run / "environment.json"
    return _view(path, settings) if path.is_file() else ()


def _optional(path: Path, build: Callable[[Any], T]) -> T | None:
    """Return `build` of what a JSON file holds, or None where there is no such file."""
    return _view(path, build) if path.is_file() else None


def _view(path: Path, build: Callable[[Any], T]) -> T:
    """Return `build` of what a JSON file holds."""
    return _checked(path, lambda: build(read_json(path)))


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
