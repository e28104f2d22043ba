"""`ganatomy context`: where concepts can be inserted, how far that goes, and what no ablation removes."""

from typing import Any

from ganatomy.cli.classes import class_row
from ganatomy.config.context import ContextConfig
from ganatomy.intervene.context.session import MeasuredContext, insert_concepts
from ganatomy.progress import Progress
from ganatomy.report.concepts import colours_of
from ganatomy.report.export import write_drawn
from ganatomy.report.sections.context import context_view, context_weights, figure_files
from ganatomy.report.sections.context_figures import context_name
from ganatomy.runs.records.context import ContextRecord, ContextRow
from ganatomy.runs.records.estimates import EstimateRow
from ganatomy.runs.records.reading import read_record

LEAST_PRINTED = 5
"""Contexts of fewer samples are left out of what is printed, not of the files."""


def context(config: ContextConfig, progress: Progress) -> dict[str, Any]:
    """Insert and ablate, write records and figures into the run, and return what insertions did by context.

    Raises:
        GanatomyError: as for `ganatomy.intervene.context.session.insert_concepts`.
    """
    measured = insert_concepts(config, progress)
    _draw(measured, progress)
    return {
        "layer": config.layer,
        "num_images": config.num_images,
        **class_row(measured.records[0].of_class),
        "inserted": [
            {
                "concept": record.concept,
                "units": len(record.units),
                "labelled": record.labelled,
                "random_may_carry": record.random_may_carry,
            }
            for record in measured.records
        ],
        "contexts": [
            _context(record.concept, row)
            for record in measured.records
            for row in record.contexts
            if row.samples >= LEAST_PRINTED
        ],
        "floors": [_floor(record) for record in measured.records],
        "files": str(measured.folder),
    }


def _draw(measured: MeasuredContext, progress: Progress) -> None:
    """Write the figures of a layer's concepts, with those measured earlier in the same generator and class."""
    there = [read_record(ContextRecord, path) for path in sorted(measured.folder.glob("*.json"))]
    first = measured.records[0]
    alike = [one for one in there if (one.generator, one.of_class) == (first.generator, first.of_class)]
    view = context_view(alike, colours_of([context_weights(record) for record in alike]))
    if view:
        write_drawn(figure_files(view), measured.folder, progress)


def _context(concept: str, row: ContextRow) -> dict[str, Any]:
    return {
        "concept": concept,
        "under": context_name(row.under),
        "cells": row.cases,
        "becomes": row.inserted.becomes.value,
        "becomes_interval": row.inserted.becomes.interval,
        "random_becomes": row.random.becomes.value,
        "around": row.inserted.around.value,
        "around_interval": row.inserted.around.interval,
        "random_around": row.random.around.value,
    }


def _floor(record: ContextRecord) -> dict[str, Any]:
    kept: EstimateRow = record.floor.kept
    return {
        "concept": record.concept,
        "kept": kept.value,
        "interval": kept.interval,
        "units": record.floor.units,
        "ratio": record.floor.ratio.value,
        "ratio_interval": record.floor.ratio.interval,
    }
