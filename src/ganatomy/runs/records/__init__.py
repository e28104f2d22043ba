"""What commands record in a run, as frozen dataclasses, read and written with one check of schema and types."""

from ganatomy.runs.records.areas import AgreementRecord, AreasRecord, ConceptAreaRow
from ganatomy.runs.records.causes import CauseRecord, CauseRow, CurveRow, SetRow
from ganatomy.runs.records.classes import ClassesRecord, ClassLayerRow, ClassRow, ClassUnitRow
from ganatomy.runs.records.context import ContextRecord, ContextRow
from ganatomy.runs.records.effects import EffectRow, EffectsRecord
from ganatomy.runs.records.estimates import EstimateRow
from ganatomy.runs.records.exports import CheckRow, EditRow, ExportRecord, FileRow
from ganatomy.runs.records.history import HistoryRecord, LayerHistory, Moment
from ganatomy.runs.records.inversions import EncoderRecord, InversionRecord, ReferenceRecord
from ganatomy.runs.records.lines import ChildLine, ScoreLine, read_log
from ganatomy.runs.records.reading import Record, read_record, write_record
from ganatomy.runs.records.repairs import RepairRecord
from ganatomy.runs.records.units import DissectionSummary, LayerSummary, RankedUnit, UnitRow, UnitTable

__all__ = [
    "AgreementRecord",
    "AreasRecord",
    "CauseRecord",
    "CauseRow",
    "CheckRow",
    "ChildLine",
    "ClassLayerRow",
    "ClassRow",
    "ClassUnitRow",
    "ClassesRecord",
    "ConceptAreaRow",
    "ContextRecord",
    "ContextRow",
    "CurveRow",
    "DissectionSummary",
    "EditRow",
    "EffectRow",
    "EffectsRecord",
    "EncoderRecord",
    "EstimateRow",
    "ExportRecord",
    "FileRow",
    "HistoryRecord",
    "InversionRecord",
    "LayerHistory",
    "LayerSummary",
    "Moment",
    "RankedUnit",
    "Record",
    "ReferenceRecord",
    "RepairRecord",
    "ScoreLine",
    "SetRow",
    "UnitRow",
    "UnitTable",
    "read_log",
    "read_record",
    "write_record",
]
