"""What the page of an evolution shows of a run, finished or not: children, lineage, fitness terms and watchdogs.

All of it is read from the run's files, so that a training in another process can be followed.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ganatomy.config.jsonable import unstructured
from ganatomy.draw.series import column
from ganatomy.errors import IncompatibleRun
from ganatomy.evolve.watch import ALIKE, PINNED
from ganatomy.report.settings import read_settings
from ganatomy.runs.directory import Run
from ganatomy.runs.files import last_lines, read_json
from ganatomy.runs.layout import CHILDREN, CHILDREN_GRID, LINEAGE, METRICS
from ganatomy.runs.manifest import open_manifest
from ganatomy.runs.records.lines import AGAIN, ChildLine
from ganatomy.runs.records.reading import row_from

GENERATIONS = 40
"""Generations of the lineage that are shown, the last ones."""
POINTS = 300
"""Of each course."""
SAID = 5
"""Warnings that are shown, the last ones."""
LIVE_S = 120.0
"""A run whose figures are not older than this is being trained."""
TERMS = ("fitness", "quality", "diversity")


@dataclass(frozen=True)
class ChildAbout:
    """A child of the last generation; what was not measured is None."""

    child: int
    parent: int
    objective: str
    quality: float | None
    diversity: float | None
    fitness: float | None
    survived: bool
    row: int | None
    """Its row in the grid of samples; None where there are none of its generation."""


@dataclass(frozen=True)
class Grid:
    """Samples of children, a row each, of the same latents."""

    rows: int
    columns: int
    size: int
    """Pixels a side of each."""


@dataclass(frozen=True)
class Watchdog:
    """A sign that a training is lost, or that it is not."""

    name: str
    value: float | None
    limit: float | None
    fine: bool
    said: str


@dataclass(frozen=True)
class Evolution:
    """A run's evolution so far."""

    run: str
    generation: int
    kimg: float | None
    live: bool
    """Whether it is being trained."""
    objectives: tuple[str, ...]
    population: int
    children: tuple[ChildAbout, ...]
    """Of the last generation."""
    grid: Grid | None
    lineage: tuple[dict[str, Any], ...]
    """Of the last generations: `generation` and its `children`, as above without a row."""
    course: dict[str, tuple[float | None, ...]]
    """By `generation`, and each of the terms of fitness; of the fittest survivor, on average between two lines."""
    watchdogs: tuple[Watchdog, ...]


def evolution_of(run: Run, now: Callable[[], float] = time.time) -> Evolution | None:
    """Return a run's evolution so far; None of a run that nobody evolved.

    Args:
        run: the run; it may be being trained.
        now: the clock, in seconds.

    Raises:
        DataError: a file is not what it should be.
        IncompatibleRun: a file is damaged.
    """
    metrics, lineage = run.metrics(), _lineage(run)
    if not metrics and not lineage:
        return None
    settings = read_settings(run.config(), open_manifest(run))
    generation = max(
        [lineage[-1].generation] if lineage else [], default=int(metrics[-1]["generation"] if metrics else 0)
    )
    grid, of_generation = _grid(run)
    last = [line for line in lineage if line.generation == generation]
    return Evolution(
        run=run.path.resolve().name,
        generation=generation,
        kimg=metrics[-1].get("kimg") if metrics else None,
        live=_is_live(run, now()),
        objectives=settings.objectives or tuple(dict.fromkeys(line.objective for line in lineage)),
        population=max(1, sum(line.survived for line in last)),
        children=tuple(_child(line, grid if of_generation == generation else None) for line in last),
        grid=grid,
        lineage=_generations(lineage),
        course=_course(metrics),
        watchdogs=(*_watchdogs(metrics), *_warnings(run)),
    )


def grid_file(run: Run) -> Path | None:
    """Return the samples of the children of a generation, a PNG file; None where there are none."""
    path = run.path / CHILDREN_GRID
    return path if path.is_file() else None


def _lineage(run: Run) -> list[ChildLine]:
    """Return the children of the last generations."""
    path = run.path / LINEAGE
    lines = [row_from(ChildLine, line, str(path), AGAIN) for line in last_lines(path)]
    generations = sorted({line.generation for line in lines})[-GENERATIONS:]
    return [line for line in lines if line.generation in generations]


def _generations(lineage: Sequence[ChildLine]) -> tuple[dict[str, Any], ...]:
    found: dict[int, list[dict[str, Any]]] = {}
    for line in lineage:
        child = unstructured(_child(line, None))
        del child["row"]
        found.setdefault(line.generation, []).append(child)
    return tuple({"generation": generation, "children": children} for generation, children in found.items())


def _child(line: ChildLine, grid: Grid | None) -> ChildAbout:
    return ChildAbout(
        child=line.child,
        parent=line.parent,
        objective=line.objective,
        quality=line.quality,
        diversity=line.diversity,
        fitness=line.fitness,
        survived=line.survived,
        row=line.child if grid is not None and line.child < grid.rows else None,
    )


def _grid(run: Run) -> tuple[Grid | None, int | None]:
    """Return what the samples of children are, and of which generation."""
    path = run.path / CHILDREN
    if grid_file(run) is None or not path.is_file():
        return None, None
    content = read_json(path)
    try:
        return Grid(int(content["rows"]), int(content["columns"]), int(content["size"])), int(content["generation"])
    except (TypeError, KeyError, ValueError):
        raise IncompatibleRun(
            f"{path} does not say what its samples are; remove it, and the next ones say it"
        ) from None


def _course(metrics: Sequence[Mapping[str, Any]]) -> dict[str, tuple[float | None, ...]]:
    """Return the terms of fitness over the generations, at evenly spaced lines."""
    chosen = np.unique(np.linspace(0, max(0, len(metrics) - 1), POINTS).round().astype(int))
    lines = [metrics[place] for place in chosen if metrics]
    return {
        name: tuple(None if np.isnan(value) else float(value) for value in column(lines, name))
        for name in ("generation", *TERMS)
    }


def _watchdogs(metrics: Sequence[Mapping[str, Any]]) -> tuple[Watchdog, ...]:
    """Return the figures that watchdogs look at, as they last were."""
    last = metrics[-1] if metrics else {}
    accuracy, distance = last.get("d_accuracy"), last.get("sample_distance")
    found = []
    if accuracy is not None:
        said = f"The discriminator tells real from generated images {accuracy:.0%} of the time."
        found.append(Watchdog("discriminator accuracy", accuracy, PINNED, accuracy < PINNED, said))
    if distance is not None:
        said = f"Generated images are {distance:.0%} as far apart as real ones."
        found.append(Watchdog("distance between samples", distance, ALIKE, distance >= ALIKE, said))
    return tuple(found)


def _warnings(run: Run) -> tuple[Watchdog, ...]:
    lines = run.warnings()[-SAID:]
    return tuple(
        Watchdog("warning", None, None, False, f"Generation {line.get('generation')}: {line.get('warning')}")
        for line in lines
    )


def _is_live(run: Run, now: float) -> bool:
    path = run.path / METRICS
    return path.is_file() and now - path.stat().st_mtime < LIVE_S
