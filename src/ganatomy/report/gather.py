"""Everything the page shows, read from a run directory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ganatomy.errors import DataError, GanatomyError
from ganatomy.progress import SILENT, Progress
from ganatomy.report.edits import EDIT_BYTES, Edit, edit_view
from ganatomy.report.samples import Samples, samples_view
from ganatomy.report.text import duration, plain, words
from ganatomy.report.training import Training, training_view
from ganatomy.report.units import CARD_BYTES, Layer, colours_of, layer_view
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json

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
    training: Training | None
    layers: tuple[Layer, ...]
    concepts: tuple[str, ...]
    """Concepts of the unit cards, by name, to filter by."""
    edits: tuple[Edit, ...]


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
    config, metrics, lineage = run.config(), run.metrics(), run.lineage()
    units = sorted(run.path.glob("dissect/*/units.json"))
    effects = sorted(run.path.glob("edits/*/effects.json"))
    index = run.path / "samples" / "index.json"
    with progress.task("reading the run", 2 + len(units) + len(effects), "part") as task:
        samples = None
        if index.is_file():
            samples = _view(index, lambda record: samples_view(run.path, record, config.get("image_size"), snapshots))
        task.advance()
        training = training_view(metrics, lineage)
        task.advance()
        colours = _view_all(units, colours_of)
        layers, edits = [], []
        for path in units:
            show_layer = partial(
                layer_view, run.path, colours=colours, most_cards=units_per_layer, budget=CARD_BYTES // len(units)
            )
            layers.append(_view(path, show_layer))
            task.advance()
        for path in effects:
            show_edit = partial(
                edit_view, run.path, path.parent.name, colours=colours, budget=EDIT_BYTES // len(effects)
            )
            edits.append(_view(path, show_edit))
            task.advance()
    return Page(
        name=run.path.resolve().name,
        command_path=f"{run.path.resolve().parent.name}/{run.path.resolve().name}",
        facts=key_facts(config, metrics),
        settings=settings(config),
        environment=_environment(run.path),
        samples=samples,
        training=training,
        layers=tuple(layers),
        concepts=tuple(sorted({card.concept for layer in layers for card in layer.cards})),
        edits=tuple(edits),
    )


def key_facts(config: Record, metrics: Sequence[Record]) -> tuple[Fact, ...]:
    """Return the figures of the page's header, those that the run knows."""
    facts = []
    if config.get("data") is not None:
        facts.append(Fact("data", plain(str(config["data"])), plain(config.get("classes") or "")))
    if config.get("image_size") is not None:
        facts.append(Fact("image size", f"{config['image_size']} px"))
    if config.get("objectives"):
        objectives = config["objectives"]
        facts.append(Fact("objectives", str(len(objectives)), ", ".join(words(str(name)) for name in objectives)))
    if metrics:
        last = metrics[-1]
        facts.append(Fact("generations", f"{last['generation']:,}"))
        facts.append(Fact("real images seen", f"{last['kimg']:,.0f} k"))
        facts.append(Fact("training time", duration(last["seconds"])))
    return tuple(facts)


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


def _view(path: Path, build: Callable[[Any], T]) -> T:
    """Return `build` of a JSON file; a file of another form is the user's problem, told by its name."""
    try:
        return build(read_json(path))
    except GanatomyError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            f"{path}: not as this release writes it ({type(error).__name__}: {error}); accepted is schema 1; "
            "delete it or run the command again that made it"
        ) from error


def _view_all(paths: Sequence[Path], build: Callable[[Any], T]) -> T:
    return build([_view(path, lambda record: record) for path in paths])
