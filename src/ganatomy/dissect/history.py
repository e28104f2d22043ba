"""The history of a layer's units: every kept generation of a run dissected on the same latents.

Beyond GAN Dissection (Bau et al., arXiv 1811.10597), which looks at finished generators: a channel of the averaged
survivor stays the same channel from generation to generation, so that what it shows can be followed.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from ganatomy.dissect.counting.cache import VERSION, DissectionCache
from ganatomy.dissect.layers import Dissection, dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.scoring.profiles import ProfileName
from ganatomy.dissect.scoring.units import LayerReport
from ganatomy.errors import CheckpointError
from ganatomy.models.fingerprint import fingerprint, made_by
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json
from ganatomy.runs.layout import DISSECT, HISTORY
from ganatomy.runs.records.history import Appearance, HistoryRecord, LayerHistory, Moment
from ganatomy.runs.records.reading import record_from, to_json, write_record
from ganatomy.runs.weights import GENERATION, kept_generations, load_image_generator
from ganatomy.segment.protocol import Segmenter

Moments = dict[tuple[str, int], Moment]
"""By layer and generation."""


def dissect_history(
    run: Run,
    segmenter: Segmenter,
    layers: Sequence[str],
    protocol: DissectionProtocol,
    progress: Progress = SILENT,
    *,
    profile: ProfileName = "paper",
    top_fraction: float | None = None,
    device: torch.device | str = "cpu",
) -> HistoryRecord:
    """Dissect every kept generation of a run, write `dissect/history.json`, and return what it says.

    The file is written after each generation, so that an interrupted history goes on where it stopped. Generations
    and layers dissected earlier by the same protocol stay.

    Args:
        run: trained with `--keep-every-generations`.
        segmenter: tells the concepts of each pixel.
        layers: dotted module names.
        protocol: what to measure on, the same latents for every generation.
        progress: told of every generation and sample.
        profile: whose rules name the units' concepts.
        top_fraction: as for `ganatomy.dissect.layers.dissect_layers`.
        device: where to compute.

    Raises:
        CheckpointError: the run has kept no generations.
        GanatomyError: as for `ganatomy.dissect.layers.dissect_layers`.
    """
    generations = kept_generations(run)
    if not generations:
        raise CheckpointError(
            f"{run.path} has kept no generations; train it on with `ganatomy evolve --resume RUN "
            "--keep-every-generations N`"
        )
    path, cache = run.path / HISTORY, DissectionCache(run.path / DISSECT)
    protocol = replace(protocol, top=1)  # no cards are drawn
    head = _head(segmenter, protocol, profile, top_fraction)
    moments = _earlier(path, head)
    for number, generation in enumerate(generations, 1):
        generator = load_image_generator(run, f"{GENERATION}{generation}", device)
        now = fingerprint(generator)
        missing = [layer for layer in layers if not made_by(generator, _dissected(moments, layer, generation))]
        if missing:
            progress.line(f"generation {generation}, {number} of {len(generations)}")
            dissection = dissect_layers(
                generator,
                segmenter,
                missing,
                protocol,
                progress,
                profile=profile,
                top_fraction=top_fraction,
                cache=cache,
            )
            moments |= _moments(dissection, generation, now)
            write_record(path, _record(head, moments, generations))
            cache.forget()
    record = _record(head, moments, generations)
    write_record(path, record)
    return record


def appearances(moments: Sequence[Moment], concepts: Sequence[str]) -> tuple[Appearance, ...]:
    """Return when each concept of a layer first has an interpretable unit, and whether it is lost.

    Args:
        moments: of one layer, in the order of their generations.
        concepts: the vocabulary.

    Returns:
        Each concept that has ever had a unit, earliest first.
    """
    found = []
    for concept in concepts:
        units = [units_of(moment).count(concept) for moment in moments]
        present = [index for index, number in enumerate(units) if number]
        if present:
            is_lost = present[-1] < len(moments) - 1
            found.append(
                Appearance(
                    concept=concept,
                    first=moments[present[0]].generation,
                    last=moments[present[-1]].generation,
                    lost=moments[present[-1] + 1].generation if is_lost else None,
                    units=units[-1],
                    most_units=max(units),
                )
            )
    return tuple(sorted(found, key=lambda one: (one.first, -one.most_units)))


def units_of(moment: Moment) -> list[str | None]:
    """Return the concept of each unit at a moment, None for units that are not interpretable."""
    return [
        concept if is_interpretable else None
        for concept, is_interpretable in zip(moment.unit_concepts, moment.unit_interpretable, strict=True)
    ]


def _head(
    segmenter: Segmenter, protocol: DissectionProtocol, profile: ProfileName, top_fraction: float | None
) -> HistoryRecord:
    """Return what all moments have in common, without any: of another head they are of another history."""
    return HistoryRecord(
        segmenter=segmenter.name,
        fingerprint=segmenter.fingerprint,
        protocol={name: list(v) if isinstance(v, tuple) else v for name, v in protocol.content().items()},
        profile=profile,
        top_fraction=top_fraction,
        counting=VERSION,
        concepts=tuple(segmenter.concepts),
        categories=tuple(segmenter.categories),
        layers=(),
    )


def _earlier(path: Path, head: HistoryRecord) -> Moments:
    """Return the moments of the history in a file, if it has the same head."""
    content = read_json(path) if path.exists() else {}
    common = json.loads(json.dumps(to_json(head)))
    if any(content.get(name) != value for name, value in common.items() if name != "layers"):
        return {}
    record = record_from(HistoryRecord, content, str(path))
    return {(layer.layer, moment.generation): moment for layer in record.layers for moment in layer.moments}


def _dissected(moments: Moments, layer: str, generation: int) -> str:
    """Return the fingerprint of what was dissected; empty where nothing was."""
    moment = moments.get((layer, generation))
    return moment.generator if moment else ""


def _moments(dissection: Dissection, generation: int, generator: str) -> Moments:
    reports = [layer.report for layer in dissection.layers]
    return {(report.layer, generation): _moment(report, generation, generator, dissection.grid) for report in reports}


def _moment(report: LayerReport, generation: int, generator: str, grid: tuple[int, int]) -> Moment:
    """Return what the units of a layer show at a generation."""
    units, counted = report.units, report.counts[report.profile]
    return Moment(
        generation=generation,
        generator=generator,
        grid=grid,
        interpretable=counted.interpretable,
        interpretable_interval=counted.interpretable_interval,
        concepts=counted.concepts,
        concepts_interval=counted.concepts_interval,
        by_place=sum(unit.explained_by == "place" for unit in units),
        by_area=sum(unit.explained_by == "area" for unit in units),
        unit_concepts=tuple(unit.concept for unit in units),
        unit_iou=tuple(round(unit.iou, 4) if math.isfinite(unit.iou) else None for unit in units),
        unit_interpretable=tuple(unit.interpretable for unit in units),
    )


def _record(head: HistoryRecord, moments: Moments, generations: Sequence[int]) -> HistoryRecord:
    """Return the history of the layers that any of the generations was dissected at."""
    layers = []
    for layer in dict.fromkeys(layer for layer, generation in moments if generation in generations):
        there = tuple(moments[layer, generation] for generation in generations if (layer, generation) in moments)
        layers.append(LayerHistory(layer, there, appearances(there, head.concepts)))
    return replace(head, layers=tuple(layers))
