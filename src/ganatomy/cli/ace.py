"""`ganatomy ace`: the units that cause a concept, and how much they do."""

from ganatomy.cli.classes import class_row
from ganatomy.config.ace import AceConfig
from ganatomy.intervene.ace.protocol import passes_of
from ganatomy.intervene.ace.session import FoundCause, find_run_causes
from ganatomy.progress import Progress
from ganatomy.runs.records.causes import CauseRecord, CauseRow

OFF_TARGET = 3
"""Other concepts printed for each: those that lose or gain the most."""
LEAST_AREA = 0.005
"""Of a concept of fewer pixels, as a part of all, too few change for its ratio to be printed."""


def ace(config: AceConfig, progress: Progress) -> dict[str, object]:
    """Find the causes of concepts, write them into the run, and return a summary.

    Raises:
        GanatomyError: as for `ganatomy.intervene.ace.session.find_run_causes`.
    """
    found = find_run_causes(config, progress)
    return {
        "run": str(config.run),
        "layer": config.layer,
        "schedule": config.schedule,
        **class_row(found[0].record.of_class),
        "causes": [_summary(one) for one in found],
        "units": {one.record.concept: list(one.record.sets[0].units[0]) for one in found},
        "effects": [row for one in found for row in _rows(one.record)],
        "off_target": [row for one in found for row in _others(one.record)],
    }


def _summary(found: FoundCause) -> dict[str, object]:
    record = found.record
    passes = passes_of(record.passes)
    return {
        "concept": record.concept,
        "file": str(found.file),
        "kept_from_before": found.is_kept,
        "updates": len(record.losses),
        "passes": passes,
        "of_official": passes / record.passes_official,
        "curve_passes": record.passes.get("curves", 0),
        "seconds": record.seconds,
    }


def _rows(record: CauseRecord) -> list[dict[str, object]]:
    return [
        {"concept": record.concept, "units": one.name, **_figures(_effect(one.effects, record.concept))}
        for one in record.sets
    ]


def _figures(effect: CauseRow) -> dict[str, object]:
    return {
        "ace": effect.at_cell.value,
        "interval": effect.at_cell.interval,
        "ace_in_image": effect.in_image.value,
        "kept_when_ablated": effect.kept.value,
        "kept_interval": effect.kept.interval,
    }


def _others(record: CauseRecord) -> list[dict[str, object]]:
    """Return the concepts beside this one that the ablation of its units changes the most, and what random ones do."""
    random = {row.concept: row.kept.value for one in record.sets if one.name == "random of all" for row in one.effects}
    others = [
        (row, row.kept.value)
        for row in record.sets[0].effects
        if row.concept != record.concept and row.area >= LEAST_AREA and row.kept.value is not None
    ]
    most = sorted(others, key=lambda pair: -abs(pair[1] - 1))[:OFF_TARGET]
    return [
        {
            "causes_of": record.concept,
            "concept": row.concept,
            "kept_when_ablated": kept,
            "kept_interval": row.kept.interval,
            "kept_by_random_units": random.get(row.concept),
        }
        for row, kept in most
    ]


def _effect(effects: tuple[CauseRow, ...], concept: str) -> CauseRow:
    return next(row for row in effects if row.concept == concept)
