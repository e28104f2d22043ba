"""The file of classes: `dissect/classes.json`."""

from collections.abc import Mapping
from typing import Any

from ganatomy.config.jsonable import structured
from ganatomy.dissect.classes.reports import ByClass, ClassLayer, ClassReport, ClassUnit
from ganatomy.dissect.layers import Dissection
from ganatomy.runs.directory import Run
from ganatomy.runs.layout import CLASSES
from ganatomy.runs.records.areas import AreaRow
from ganatomy.runs.records.classes import ClassesRecord, ClassLayerRow, ClassRow, ClassUnitRow
from ganatomy.runs.records.estimates import bounds_of, finite
from ganatomy.runs.records.reading import write_record
from ganatomy.runs.records.units import SegmenterSettings
from ganatomy.segment.protocol import Segmenter


def write_classes(
    run: Run,
    found: ByClass,
    dissection: Dissection,
    segmenter: Segmenter,
    segmenter_settings: Mapping[str, Any],
    generator: str,
    seed: int,
) -> ClassesRecord:
    """Write classes side by side into a run, in place of earlier ones, and return the record.

    Args:
        run: where to.
        found: the classes.
        dissection: whose thresholds they were measured at.
        segmenter: the segmenter used.
        segmenter_settings: what it was loaded with.
        generator: fingerprint of the generator.
        seed: of the latents.
    """
    first = dissection.layers[0].report
    record = ClassesRecord(
        generator=generator,
        segmenter=segmenter.name,
        fingerprint=segmenter.fingerprint,
        seed=seed,
        num_images=found.num_images,
        profile=first.profile,
        concepts=found.concepts.names,
        categories=found.concepts.categories,
        classes=tuple(map(_class, found.classes)),
        top_fraction=first.top_fraction,
        segmenter_settings=structured(SegmenterSettings, dict(segmenter_settings)),
    )
    run.subdirectory(CLASSES.rpartition("/")[0])
    write_record(run.path / CLASSES, record)
    return record


def _class(one: ClassReport) -> ClassRow:
    areas = tuple(AreaRow(area.mean, (area.interval.low, area.interval.high), area.present) for area in one.areas)
    return ClassRow(one.name, one.number, areas, tuple(map(_layer, one.layers)))


def _layer(one: ClassLayer) -> ClassLayerRow:
    return ClassLayerRow(one.layer, one.above_chance, tuple(map(_unit, one.units)))


def _unit(one: ClassUnit) -> ClassUnitRow:
    nulls = finite(one.shuffled_iou), finite(one.shifted_iou)
    figures = finite(one.iou), bounds_of(one.iou_interval), *nulls, finite(one.q)
    return ClassUnitRow(one.unit, one.concept, *figures, one.is_above_chance)
