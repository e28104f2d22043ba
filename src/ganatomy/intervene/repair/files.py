"""The files of a repair: `repair/NNNN-LAYER/` with repair.json and pictures, and the weights `repaired`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from torch import nn

from ganatomy.intervene.repair.acceptance import Trial
from ganatomy.intervene.repair.baking import Baked
from ganatomy.intervene.repair.choosing import ChosenSet, Rules
from ganatomy.intervene.repair.gain import ConceptMove, Gain
from ganatomy.intervene.repair.pictures import before_and_after, comparison, grid
from ganatomy.intervene.repair.repairing import Repair
from ganatomy.intervene.repair.scores import UnitScores
from ganatomy.metrics.names import printed_name
from ganatomy.models.classes import class_of
from ganatomy.models.fingerprint import fingerprint
from ganatomy.runs.directory import Run, create_numbered
from ganatomy.runs.files import replacing
from ganatomy.runs.folders import move_folder, unfinished_folder
from ganatomy.runs.layout import REPAIR, REPAIRS
from ganatomy.runs.records.estimates import bounds_of, finite
from ganatomy.runs.records.reading import write_record
from ganatomy.runs.records.repairs import (
    BakedRow,
    GainRow,
    MoveRow,
    RepairRecord,
    ScoresRow,
    SetRow,
    StepRow,
    TrialRow,
)

PICTURES = ("before", "after", "compare")


@dataclass(frozen=True)
class Source:
    """Of what a repair is one: which weights of the run, and which real images."""

    weights: str
    data: str
    num_real: int
    value: str
    """What units are set to, as it was asked for."""


def write_repair(run: Run, generator: nn.Module, found: Repair, source: Source, warnings: Sequence[str] = ()) -> Path:
    """Write what was found, and pictures, into a run; return the directory.

    Args:
        run: where to.
        generator: the generator as it was.
        found: what was found in it.
        source: of what.
        warnings: what a reader should know.
    """
    record = record_of(generator, found, source, warnings)
    with unfinished_folder(run.path, "repair") as folder:
        if found.held_out is not None:
            _write_pictures(folder, found)
        write_record(folder / REPAIR, record)
        place = create_numbered(run.subdirectory(REPAIRS), found.layer)
        move_folder(folder, place)
    return place


def record_of(generator: nn.Module, found: Repair, source: Source, warnings: Sequence[str] = ()) -> RepairRecord:
    """Return the record of a repair.

    Args:
        generator: the generator as it was.
        found: what was found in it.
        source: of what.
        warnings: what a reader should know.
    """
    protocol, extractor, segmenter = found.protocol, found.bench.extractor, found.bench.baseline.segmenter
    units = found.chosen.units if found.chosen else ()
    shown = dict.fromkeys(PICTURES) if found.held_out is None else {name: f"{name}.png" for name in PICTURES}
    trials = (found.acceptance.chosen, *found.acceptance.random) if found.acceptance else ()
    rows = tuple(_trial_row(trial, protocol.budget) for trial in trials)
    return RepairRecord(
        layer=found.layer,
        weights=source.weights,
        generator=fingerprint(generator),
        metric=protocol.metric,
        figure=printed_name(protocol.metric, extractor.name, extractor.fingerprint),
        value=source.value,
        extractor=extractor.name,
        extractor_fingerprint=extractor.fingerprint,
        data=source.data,
        num_real=source.num_real,
        num_images=protocol.num_images,
        num_high=found.acceptance.num_high if found.acceptance else 0,
        top_images=protocol.top_images,
        segmenter=segmenter.name,
        fingerprint=segmenter.fingerprint,
        budget=protocol.budget,
        seed=protocol.seed,
        scores=tuple(map(_scores_row, found.scores)),
        sets=tuple(map(_set_row, found.sets)),
        method=found.chosen.method if found.chosen else None,
        units=units,
        constants=tuple(float(found.values[unit]) for unit in units),
        trial=rows[0] if rows else None,
        random=rows[1:],
        refusal=found.refusal,
        baked=_baked_row(found.baked) if found.baked else None,
        warnings=tuple(warnings),
        of_class=class_of(generator),
        **shown,
    )


def _write_pictures(folder: Path, found: Repair) -> None:
    assert found.held_out is not None
    assert found.chosen is not None
    protocol, units = found.protocol, found.chosen.units
    change = Rules(protocol.metric, protocol.budget, found.values).change(found.layer, units)
    before, after, marked = before_and_after(found.held_out, change)
    pictures = grid(before), grid(marked), comparison(before, after, marked, len(units))
    for name, picture in zip(PICTURES, pictures, strict=True):
        _save(folder / f"{name}.png", picture)


def _save(path: Path, picture: Image.Image) -> None:
    with replacing(path) as partial:
        picture.save(partial, "PNG", optimize=True)


def _gain_row(gain: Gain) -> GainRow:
    return GainRow(gain.before, gain.after, (gain.interval.low, gain.interval.high))


def _move_row(move: ConceptMove, budget: float) -> MoveRow:
    return MoveRow(
        move.concept,
        move.before,
        move.after,
        finite(move.change),
        bounds_of(move.interval),
        move.is_measured,
        move.keeps(budget),
    )


def _trial_row(trial: Trial, budget: float) -> TrialRow:
    moves = tuple(_move_row(move, budget) for move in trial.moves)
    return TrialRow(trial.units, _gain_row(trial.plain), _gain_row(trial.high), moves, trial.is_accepted(budget))


def _scores_row(scores: UnitScores) -> ScoresRow:
    values = tuple(finite(float(value)) for value in scores.values)
    return ScoresRow(scores.method, values, scores.random, scores.deviation, scores.candidates)


def _set_row(chosen: ChosenSet) -> SetRow:
    steps = tuple(
        StepRow(one.unit, _gain_row(one.gain), one.num_images, one.is_kept, one.moved) for one in chosen.steps
    )
    return SetRow(chosen.method, chosen.units, chosen.gain, steps)


def _baked_row(baked: Baked) -> BakedRow:
    return BakedRow(baked.way, baked.difference, baked.num_images, fingerprint(baked.generator))
