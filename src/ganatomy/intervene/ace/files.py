"""The files of causes: `ace/LAYER/CONCEPT.json`, kept and not found again where nothing has changed."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from ganatomy.errors import GanatomyError
from ganatomy.intervene.ace.protocol import AceProtocol, Cause, MeasuredSet, RankedCurve, passes_official
from ganatomy.intervene.causal import CausalEffect
from ganatomy.runs.directory import Run, slug
from ganatomy.runs.layout import ACE
from ganatomy.runs.records.causes import CauseRecord
from ganatomy.runs.records.estimates import EstimateRow, bounds_of, finite
from ganatomy.runs.records.reading import read_record, record_from, write_record
from ganatomy.segment.protocol import Segmenter


def cause_file(run: Run, layer: str, concept: str) -> Path:
    """Return where the causes of a concept stand."""
    return run.path / ACE / layer / f"{slug(concept)}.json"


def kept_cause(
    run: Run,
    layer: str,
    concept: str,
    generator: str,
    segmenter: Segmenter,
    protocol: AceProtocol,
    of_class: str | None = None,
) -> CauseRecord | None:
    """Return what was found before by the same protocol, in the same weights; None where it was not.

    Args:
        run: the run.
        layer: dotted module name.
        concept: one of the segmenter's.
        generator: fingerprint of the generator.
        segmenter: what tells the concepts.
        protocol: all that the figures depend on.
        of_class: the one class that all samples are of.
    """
    path = cause_file(run, layer, concept)
    try:
        found = read_record(CauseRecord, path) if path.exists() else None
    except GanatomyError:  # of another version: found again, and replaced
        return None
    told = (generator, segmenter.fingerprint, concept, protocol.to_json(), of_class)
    if found is None:
        return None
    recorded = (found.generator, found.fingerprint, found.concept, found.protocol, found.of_class)
    return found if recorded == told else None


def cause_record(
    cause: Cause,
    layer: str,
    generator: str,
    segmenter: Segmenter,
    schedule: str,
    protocol: AceProtocol,
    of_class: str | None = None,
) -> CauseRecord:
    """Return what is kept of causes.

    Args:
        cause: what was found.
        layer: dotted module name.
        generator: fingerprint of the generator.
        segmenter: what told the concepts.
        schedule: name of the schedule.
        protocol: all that the figures depend on.
        of_class: the one class that all samples are of.
    """
    content = {
        "schema": CauseRecord.SCHEMA,
        "concept": cause.concept,
        "layer": layer,
        "generator": generator,
        "of_class": of_class,
        "segmenter": segmenter.name,
        "fingerprint": segmenter.fingerprint,
        "schedule": schedule,
        "protocol": protocol.to_json(),
        "alphas": cause.alpha.values.tolist(),
        "ranking": list(cause.ranking),
        "iou": cause.iou.tolist(),
        "value": cause.value.tolist(),
        "sets": [_set_json(one) for one in cause.sets],
        "present": len(cause.pairs.present),
        "candidates": len(cause.pairs.candidates),
        "proposals": cause.pairs.proposals,
        "successes": cause.pairs.successes,
        "losses": list(cause.alpha.losses),
        "held_out": list(cause.alpha.held_out),
        "passes": cause.passes,
        "passes_official": passes_official(),
        "seconds": cause.seconds,
        "curves": [_curve_json(one) for one in cause.curves],
    }
    return record_from(CauseRecord, content, f"{ACE}/{layer}/{slug(cause.concept)}.json")


def write_cause(run: Run, record: CauseRecord) -> Path:
    """Write causes into a run, whole or not at all, and return the file."""
    path = cause_file(run, record.layer, record.concept)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_record(path, record)
    return path


def _set_json(one: MeasuredSet) -> dict[str, Any]:
    return {
        "name": one.name,
        "units": [list(units) for units in one.units],
        "effects": [_effect_json(effect) for effect in one.effects],
    }


def _effect_json(effect: CausalEffect) -> dict[str, Any]:
    found = {name: getattr(effect, name) for name in ("at_cell", "in_image", "kept", "inserted")}
    figures = {name: asdict(EstimateRow.of(one.value, one.interval)) for name, one in found.items()}
    return {"concept": effect.concept, "area": effect.area, **figures}


def _curve_json(one: RankedCurve) -> dict[str, Any]:
    return {
        "ranking": one.ranking,
        "kind": one.kind,
        "units": list(one.units),
        "sizes": list(one.curve.sizes),
        "values": [finite(value) for value in one.curve.values],
        "intervals": [bounds_of(interval) for interval in one.curve.intervals],
    }
