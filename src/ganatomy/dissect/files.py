"""The files of a dissection: `dissect/summary.json` and per layer the unit table, the counts and the cards."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from ganatomy.dissect.cards import card_sources, draw_card, to_palette
from ganatomy.dissect.latents import LatentSet
from ganatomy.dissect.layers import TEST, DissectionProtocol, LayerDissection
from ganatomy.dissect.levels import FRACTIONS
from ganatomy.dissect.units import LayerReport, UnitReport
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json, write_json
from ganatomy.runs.folders import move_folder, unfinished_folder
from ganatomy.segment.protocol import Segmenter

PROFILE = "compat"
"""The rules that a count of interpretable units rests on: those of the authors' code."""


def write_dissection(
    run: Run,
    generator: nn.Module,
    segmenter: Segmenter,
    dissections: Sequence[LayerDissection],
    protocol: DissectionProtocol,
    segmenter_settings: Mapping[str, Any],
    progress: Progress = SILENT,
) -> dict[str, Any]:
    """Write the dissections of a run's generator into the run, and return the summary.

    Each layer's folder takes the place of an earlier one as a whole, so that table, counts and cards agree.

    Args:
        run: where to; layers dissected earlier, and not again, stay in the summary.
        generator: the dissected generator, which draws the cards' images.
        segmenter: the segmenter used.
        dissections: one per layer.
        protocol: what they were measured on.
        segmenter_settings: what the segmenter was loaded with, kept for `ganatomy edit`.
        progress: told of every card's sample.
    """
    device = next(generator.parameters()).device
    latents = LatentSet(generator, protocol.seed, TEST, protocol.num_images, device)
    common = {
        "generator": fingerprint(generator),
        "num_images": protocol.num_images,
        "segmenter": segmenter.name,
        "fingerprint": segmenter.fingerprint,
        "seed": protocol.seed,
        "profile": PROFILE,
        "segmenter_settings": dict(segmenter_settings),
    }
    for dissection in dissections:
        report = dissection.report
        with unfinished_folder(run.path, report.layer) as folder:
            image_size = _write_cards(folder, generator, dissection, latents, protocol.batch_size, progress)
            np.savez_compressed(folder / "tally.npz", **_arrays(dissection))
            sizes = {"image_size": image_size, "grid": list(dissection.test.grid)}
            write_json(folder / "units.json", {"schema": 1, "layer": report.layer, **common, **sizes, **table(report)})
            move_folder(folder, run.path / "dissect" / report.layer)
    return _write_summary(run, [dissection.report for dissection in dissections], common)


def fingerprint(generator: nn.Module) -> str:
    """Return 16 hexadecimal digits that change with any weight: a dissection holds for these weights only."""
    digest = hashlib.sha256()
    for name, value in generator.state_dict().items():
        digest.update(name.encode())
        digest.update(value.cpu().numpy().tobytes())
    return digest.hexdigest()[:16]


def _write_cards(
    folder: Path,
    generator: nn.Module,
    dissection: LayerDissection,
    latents: LatentSet,
    batch_size: int,
    progress: Progress,
) -> int:
    """Write a card per unit and return the size of the generator's images in pixels."""
    report, top = dissection.report, dissection.test.top.samples
    (folder / "cards").mkdir()
    images, maps = card_sources(generator, report.layer, top, latents, batch_size, progress)
    with progress.task(f"{report.layer}: cards", len(report.units), unit="card") as task:
        for unit in report.units:
            card = draw_card(images[unit.unit], maps[unit.unit], unit.threshold)
            to_palette(card).save(folder / card_path(unit.unit), compress_level=3)
            task.advance()
    return images.shape[2]


def card_path(unit: int) -> str:
    """Return the place of a unit's card in its layer's folder."""
    return f"cards/unit-{unit:03d}.png"


def table(report: LayerReport) -> dict[str, Any]:
    """Return the unit table as JSON: what is NaN or infinite becomes null."""
    rankings = {concept: report.ranking(concept) for concept in report.concepts}
    return {
        "concepts": list(report.concepts),
        "concept_area": list(report.concept_area),
        "interpretable": report.interpretable,
        "units": [_unit(unit) for unit in report.units],
        "ranking": {
            concept: [{"unit": unit, "iou": iou} for unit, iou in ranked]
            for concept, ranked in rankings.items()
            if ranked
        },
    }


def _unit(unit: UnitReport) -> dict[str, Any]:
    return {
        "unit": unit.unit,
        "concept": unit.concept,
        "iou": _finite(unit.iou),
        "iqr": _finite(unit.iqr),
        "threshold": _finite(unit.threshold),
        "level": _finite(unit.level),
        "shuffled_iou": _finite(unit.shuffled_iou),
        "interpretable": unit.interpretable,
        "top": [{"sample": sample, "activation": activation} for sample, activation in unit.top],
        "card": card_path(unit.unit),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _arrays(dissection: LayerDissection) -> dict[str, Any]:
    """Return everything that was counted: scores under other rules can be had from it without any image."""
    test, report = dissection.test, dissection.report
    return {
        "counts": test.joint.counts.cpu().numpy(),
        "validation_counts": dissection.validation.joint.counts.cpu().numpy(),
        "edges": test.edges.cpu().numpy(),
        "fractions": FRACTIONS.numpy(),
        "iou": report.iou,
        "threshold": np.array([unit.threshold for unit in report.units]),
        "shuffled_iou": np.array([unit.shuffled_iou for unit in report.units]),
        "top_samples": test.top.samples.cpu().numpy(),
        "top_activations": test.top.values.cpu().numpy(),
        "concepts": np.array(report.concepts),
    }


def _write_summary(run: Run, reports: Sequence[LayerReport], common: Mapping[str, Any]) -> dict[str, Any]:
    path = run.path / "dissect" / "summary.json"
    rows = {row["layer"]: row for row in (read_json(path)["layers"] if path.exists() else [])}
    rows |= {report.layer: summarise(report, common) for report in reports}
    summary = {"schema": 1, **common, "layers": [rows[layer] for layer in sorted(rows)]}
    write_json(path, summary)
    return summary


def summarise(report: LayerReport, common: Mapping[str, Any]) -> dict[str, Any]:
    """Return how many units of a layer are interpretable, and by which concepts, most units first."""
    return {
        "layer": report.layer,
        "units": len(report.units),
        "interpretable": report.interpretable,
        **{name: common[name] for name in ("num_images", "segmenter", "profile")},
        "concepts": [
            {"concept": concept, "units": units, "best_iou": best} for concept, units, best in report.concept_counts()
        ],
    }
