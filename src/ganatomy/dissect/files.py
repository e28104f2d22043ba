"""The files of a dissection: `dissect/summary.json` and per layer the unit table, the counts and the cards."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from ganatomy.config.jsonable import unstructured
from ganatomy.directions import write_directions
from ganatomy.dissect.cards import card_sources, draw_card, to_palette
from ganatomy.dissect.counting.cache import packed
from ganatomy.dissect.counting.grid import Upsampling
from ganatomy.dissect.latents import LatentSet
from ganatomy.dissect.layers import Dissection, LayerDissection
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.samples import TEST
from ganatomy.dissect.scoring.units import LayerReport, UnitReport
from ganatomy.models.classes import class_of
from ganatomy.progress import SILENT, Progress
from ganatomy.runs import schemas
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json, write_arrays
from ganatomy.runs.folders import move_folder, unfinished_folder
from ganatomy.runs.layout import CARDS, DISSECT, DISSECT_SUMMARY, TALLY, UNITS
from ganatomy.runs.records.estimates import finite
from ganatomy.runs.records.reading import record_from, write_as
from ganatomy.runs.records.units import DissectionSummary, UnitTable
from ganatomy.segment.protocol import Segmenter


def write_dissection(
    run: Run,
    generator: nn.Module,
    segmenter: Segmenter,
    dissection: Dissection,
    protocol: DissectionProtocol,
    generator_fingerprint: str,
    segmenter_settings: Mapping[str, Any],
    progress: Progress = SILENT,
) -> dict[str, Any]:
    """Write the dissection of a run's generator into the run, and return the summary.

    Each layer's folder takes the place of an earlier one as a whole, so that table, counts and cards agree.

    Args:
        run: where to; layers dissected earlier, and not again, stay in the summary.
        generator: the dissected generator, which draws the cards' images.
        segmenter: the segmenter used.
        dissection: all layers.
        protocol: what they were measured on.
        generator_fingerprint: `ganatomy.models.fingerprint.fingerprint` of the generator.
        segmenter_settings: what the segmenter was loaded with, kept for `ganatomy edit`.
        progress: told of every card's sample.
    """
    device = next(generator.parameters()).device
    latents = LatentSet(generator, protocol.seed, TEST, protocol.num_images, device)
    common = {
        "generator": generator_fingerprint,
        "num_images": protocol.num_images,
        "segmenter": segmenter.name,
        "fingerprint": segmenter.fingerprint,
        "seed": protocol.seed,
        "segmenter_settings": dict(segmenter_settings),
        "of_class": class_of(generator),
    }
    for layer in dissection.layers:
        report = layer.report
        with unfinished_folder(run.path, report.layer) as folder:
            how = dissection.upsampling
            image_size = _write_cards(folder, generator, layer, latents, how, protocol.batch_size, progress)
            write_arrays(
                folder / TALLY,
                **packed(layer.counts, dissection.areas, layer.key, report.concepts.names),
                iou=report.nulls.iou,
                shuffled_iou=report.nulls.shuffled,
                shifted_iou=report.nulls.shifted,
                q=report.q,
                threshold=np.array([unit.threshold for unit in report.units]),
            )
            sizes = {"image_size": image_size, "grid": list(dissection.grid)}
            record = {"schema": schemas.UNITS, "layer": report.layer, **common, **sizes, **table(report)}
            write_as(UnitTable, folder / UNITS, record)
            write_directions(folder, generator, report.layer)
            move_folder(folder, run.path / DISSECT / report.layer)
    return _write_summary(run, [layer.report for layer in dissection.layers], common)


def _write_cards(
    folder: Path,
    generator: nn.Module,
    dissection: LayerDissection,
    latents: LatentSet,
    how: Upsampling,
    batch_size: int,
    progress: Progress,
) -> int:
    """Write a card per unit and return the size of the generator's images in pixels."""
    report, top = dissection.report, dissection.counts.test.top.samples
    (folder / CARDS).mkdir()
    images, maps = card_sources(generator, report.layer, top, latents, batch_size, progress)
    with progress.task(f"{report.layer}: cards", len(report.units), unit="card") as task:
        for unit in report.units:
            card = draw_card(images[unit.unit], maps[unit.unit], unit.threshold, how)
            to_palette(card).save(folder / card_path(unit.unit), compress_level=3)
            task.advance()
    return images.shape[2]


def card_path(unit: int) -> str:
    """Return the place of a unit's card in its layer's folder."""
    return f"{CARDS}/unit-{unit:03d}.png"


def table(report: LayerReport) -> dict[str, Any]:
    """Return the unit table as JSON: what is NaN or infinite becomes null."""
    rankings = {concept: report.ranking(concept) for concept in report.concepts.names}
    return {
        **rules_of(report),
        "concepts": list(report.concepts.names),
        "categories": list(report.concepts.categories),
        "concept_area": list(report.concept_area),
        "interpretable": report.interpretable,
        "counts": _counts(report),
        "units": [_unit(unit) for unit in report.units],
        "ranking": {
            concept: [{"unit": unit, "iou": iou} for unit, iou in ranked]
            for concept, ranked in rankings.items()
            if ranked
        },
    }


def rules_of(report: LayerReport) -> dict[str, Any]:
    """Return the name of the profile and, where it fixes one, the top fraction, as JSON."""
    return {"profile": report.profile, **({"top_fraction": report.top_fraction} if report.top_fraction else {})}


def _counts(report: LayerReport) -> dict[str, Any]:
    """Return how many units are interpretable under each profile."""
    return {
        name: {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(count).items()}
        for name, count in report.counts.items()
    }


def _unit(unit: UnitReport) -> dict[str, Any]:
    scores = ("iou", "iqr", "threshold", "level", "shuffled_iou", "shifted_iou", "z", "q")
    correlation = {} if math.isnan(unit.correlation) else {"correlation": unit.correlation}
    return {
        "unit": unit.unit,
        "concept": unit.concept,
        "category": unit.category,
        **{name: finite(getattr(unit, name)) for name in scores},
        **correlation,
        "iou_interval": [finite(bound) for bound in unit.iou_interval],
        "interpretable": unit.interpretable,
        "explained_by": unit.explained_by,
        "top": [{"sample": sample, "activation": activation} for sample, activation in unit.top],
        "card": card_path(unit.unit),
    }


def _write_summary(run: Run, reports: list[LayerReport], common: Mapping[str, Any]) -> dict[str, Any]:
    path = run.path / DISSECT_SUMMARY
    rows = {row["layer"]: row for row in _summarised(path)}
    rows |= {report.layer: summarise(report, common) for report in reports}
    summary = {"schema": schemas.UNITS, **common, "layers": [rows[layer] for layer in sorted(rows)]}
    write_as(DissectionSummary, path, summary)
    return summary


def _summarised(path: Path) -> list[dict[str, Any]]:
    """Return the layers in an earlier summary, none of one whose tables could not be read either."""
    earlier: dict[str, Any] = read_json(path) if path.exists() else {}
    if earlier.get("schema") != schemas.UNITS:
        return []
    return [unstructured(layer) for layer in record_from(DissectionSummary, earlier, str(path)).layers]


def summarise(report: LayerReport, common: Mapping[str, Any]) -> dict[str, Any]:
    """Return how many units of a layer are interpretable, and by which concepts, most units first."""
    category = dict(zip(report.concepts.names, report.concepts.categories, strict=True))
    return {
        "layer": report.layer,
        "units": len(report.units),
        "interpretable": report.interpretable,
        "by_place": sum(unit.explained_by == "place" for unit in report.units),
        "by_area": sum(unit.explained_by == "area" for unit in report.units),
        **{name: common[name] for name in ("num_images", "segmenter")},
        "of_class": common.get("of_class"),
        **rules_of(report),
        "counts": _counts(report),
        "concepts": [
            {"concept": concept, "category": category[concept], "units": units, "best_iou": best}
            for concept, units, best in report.concept_counts()
        ],
    }
