"""The history of a layer's units: every kept generation of a run dissected on the same latents.

Beyond GAN Dissection (Bau et al., arXiv 1811.10597), which looks at finished generators: a channel of the averaged
survivor stays the same channel from generation to generation, so that what it shows can be followed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import torch

from ganatomy.dissect.counting.cache import VERSION, DissectionCache
from ganatomy.dissect.layers import Dissection, dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.scoring.profiles import ProfileName
from ganatomy.dissect.scoring.units import LayerReport
from ganatomy.errors import CheckpointError
from ganatomy.models.fingerprint import fingerprint, made_by
from ganatomy.progress import SILENT, Progress
from ganatomy.runs import schemas
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json
from ganatomy.runs.layout import DISSECT, HISTORY
from ganatomy.runs.records.history import HistoryRecord
from ganatomy.runs.records.reading import record_from, write_as
from ganatomy.runs.weights import GENERATION, kept_generations, load_image_generator
from ganatomy.segment.protocol import Segmenter

Record = dict[str, Any]


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
) -> Record:
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
    moments = _earlier(read_json(path) if path.exists() else {}, head, str(path))
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
            write_as(HistoryRecord, path, _record(head, moments, generations))
            cache.forget()
    record = _record(head, moments, generations)
    write_as(HistoryRecord, path, record)
    return record


def appearances(moments: Sequence[Mapping[str, Any]], concepts: Sequence[str]) -> list[Record]:
    """Return when each concept of a layer first has an interpretable unit, and whether it is lost.

    Args:
        moments: of one layer, in the order of their generations.
        concepts: the vocabulary.

    Returns:
        For each concept that has ever had a unit, earliest first: `first` and `last` generation with one, `lost` the
        generation from which on it has none (null while it has), `units` at the end, `most_units` at any time.
    """
    found = []
    for concept in concepts:
        units = [units_of(moment).count(concept) for moment in moments]
        present = [index for index, number in enumerate(units) if number]
        if present:
            is_lost = present[-1] < len(moments) - 1
            found.append(
                {
                    "concept": concept,
                    "first": moments[present[0]]["generation"],
                    "last": moments[present[-1]]["generation"],
                    "lost": moments[present[-1] + 1]["generation"] if is_lost else None,
                    "units": units[-1],
                    "most_units": max(units),
                }
            )
    return sorted(found, key=lambda one: (one["first"], -one["most_units"]))


def units_of(moment: Mapping[str, Any]) -> list[str | None]:
    """Return the concept of each unit at a moment, None for units that are not interpretable."""
    return [
        concept if is_interpretable else None
        for concept, is_interpretable in zip(moment["unit_concepts"], moment["unit_interpretable"], strict=True)
    ]


def _head(
    segmenter: Segmenter, protocol: DissectionProtocol, profile: ProfileName, top_fraction: float | None
) -> Record:
    """Return what all moments have in common: of another head they are of another history."""
    content = {name: list(v) if isinstance(v, tuple) else v for name, v in protocol.content().items()}
    return {
        "schema": schemas.HISTORY,
        "segmenter": segmenter.name,
        "fingerprint": segmenter.fingerprint,
        "protocol": content,
        "profile": profile,
        "top_fraction": top_fraction,
        "counting": VERSION,
        "concepts": list(segmenter.concepts),
        "categories": list(segmenter.categories),
    }


def _earlier(record: Mapping[str, Any], head: Record, source: str) -> dict[tuple[str, int], Record]:
    """Return the moments of a history that has the same head, by layer and generation."""
    if {name: record.get(name) for name in head} != head:
        return {}
    record_from(HistoryRecord, record, source)
    return {(layer["layer"], moment["generation"]): moment for layer in record["layers"] for moment in layer["moments"]}


def _dissected(moments: Mapping[tuple[str, int], Record], layer: str, generation: int) -> str:
    """Return the fingerprint of what was dissected; empty where nothing was."""
    return str(moments.get((layer, generation), {}).get("generator", ""))


def _moments(dissection: Dissection, generation: int, generator: str) -> dict[tuple[str, int], Record]:
    reports = [layer.report for layer in dissection.layers]
    common = {"generation": generation, "generator": generator, "grid": list(dissection.grid)}
    return {(report.layer, generation): {**common, **_moment(report)} for report in reports}


def _moment(report: LayerReport) -> Record:
    """Return what the units of a layer show at a moment; columns have an entry per unit."""
    units = report.units
    return {
        **{name: list(v) if isinstance(v, tuple) else v for name, v in asdict(report.counts[report.profile]).items()},
        "by_place": sum(unit.explained_by == "place" for unit in units),
        "by_area": sum(unit.explained_by == "area" for unit in units),
        "unit_concepts": [unit.concept for unit in units],
        "unit_iou": [round(unit.iou, 4) if math.isfinite(unit.iou) else None for unit in units],
        "unit_interpretable": [unit.interpretable for unit in units],
    }


def _record(head: Record, moments: Mapping[tuple[str, int], Record], generations: Sequence[int]) -> Record:
    layers = dict.fromkeys(layer for layer, generation in moments if generation in generations)
    records = []
    for layer in layers:
        there = [moments[layer, generation] for generation in generations if (layer, generation) in moments]
        records.append({"layer": layer, "moments": there, "appearances": appearances(there, head["concepts"])})
    return {**head, "layers": records}
