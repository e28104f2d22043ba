"""The files of contexts: `context/LAYER/CONCEPT.json`."""

import math
from collections.abc import Sequence
from pathlib import Path

from torch import nn

from ganatomy.intervene.context.effects import ConceptContext, ContextProtocol
from ganatomy.intervene.context.floors import Floor, Kept
from ganatomy.intervene.context.summary import ContextEffect, Gain, TraceLine
from ganatomy.models.classes import class_of
from ganatomy.models.fingerprint import fingerprint
from ganatomy.runs.directory import Run, slug
from ganatomy.runs.layout import CONTEXT
from ganatomy.runs.records.context import ContextRecord, ContextRow, FloorRow, GainRow, KeptRow, MapRow, TraceRow
from ganatomy.runs.records.estimates import EstimateRow
from ganatomy.runs.records.reading import write_record
from ganatomy.segment.protocol import Segmenter
from ganatomy.stats.resampling import Estimated

DECIMALS = 5
"""Of the numbers of a map, which a file can hold thousands of."""


def write_contexts(run: Run, records: Sequence[ContextRecord]) -> Path:
    """Write the records of one layer into a run, each in place of an earlier one, and return their folder."""
    folder = run.subdirectory(CONTEXT, records[0].layer)
    for record in records:
        write_record(folder / f"{slug(record.concept)}.json", record)
    return folder


def record_contexts(
    found: Sequence[ConceptContext], generator: nn.Module, segmenter: Segmenter, layer: str, protocol: ContextProtocol
) -> tuple[ContextRecord, ...]:
    """Return what was found out about concepts as a run keeps it."""
    names = tuple(one.units.concept for one in found)
    return tuple(
        ContextRecord(
            layer=layer,
            concept=one.units.concept,
            units=one.units.inserted,
            labelled=one.units.labelled,
            random_may_carry=one.random_may_carry,
            value=protocol.value,
            times=protocol.times,
            num_images=protocol.num_images,
            cells_per_sample=one.cells_per_sample,
            grid=(len(one.maps[0].effect), len(one.maps[0].effect[0])),
            image_size=one.image_size,
            seed=protocol.seed,
            generator=fingerprint(generator),
            segmenter=segmenter.name,
            fingerprint=segmenter.fingerprint,
            contexts=tuple(map(_context, one.effects)),
            maps=tuple(MapRow(shown.under, _grid(shown.effect.tolist())) for shown in one.maps),
            steps=one.steps,
            effective=_trace(one.effective),
            ineffective=_trace(one.ineffective),
            kept=tuple(map(_kept, one.floor.curve)),
            floor=_floor(one.floor, tuple(name for name in names if name != one.units.concept)),
            of_class=class_of(generator),
        )
        for one in found
    )


def _context(effect: ContextEffect) -> ContextRow:
    return ContextRow(effect.under, effect.cases, effect.samples, _gain(effect.inserted), _gain(effect.random))


def _gain(gain: Gain) -> GainRow:
    return GainRow(*(_estimate(one) for one in (gain.cell, gain.around, gain.image, gain.becomes)))


def _trace(line: TraceLine) -> TraceRow:
    return TraceRow(line.cases, tuple(map(_estimate, line.steps)))


def _kept(row: Kept) -> KeptRow:
    return KeptRow(
        row.units, EstimateRow.of(row.kept, row.interval), EstimateRow.of(row.random_kept, row.random_interval)
    )


def _floor(floor: Floor, others: tuple[str, ...]) -> FloorRow:
    ratio = EstimateRow.of(floor.ratio, floor.ratio_interval)
    return FloorRow(floor.units, EstimateRow.of(floor.kept, floor.interval), ratio, others)


def _estimate(found: Estimated) -> EstimateRow:
    return EstimateRow.of(found.value, found.interval)


def _grid(rows: Sequence[Sequence[float]]) -> tuple[tuple[float | None, ...], ...]:
    return tuple(tuple(round(value, DECIMALS) if math.isfinite(value) else None for value in row) for row in rows)
