"""Settings: one frozen dataclass per command, free of torch, and their JSON form."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.config.compare import Arm as Arm
    from ganatomy.config.compare import CompareConfig as CompareConfig
    from ganatomy.config.compare import parse_arm as parse_arm
    from ganatomy.config.demo import DemoConfig as DemoConfig
    from ganatomy.config.dissect import DissectConfig as DissectConfig
    from ganatomy.config.edit import EditConfig as EditConfig
    from ganatomy.config.evolve import BookkeepingSettings as BookkeepingSettings
    from ganatomy.config.evolve import DataSettings as DataSettings
    from ganatomy.config.evolve import EvolveConfig as EvolveConfig
    from ganatomy.config.evolve import NetworkSettings as NetworkSettings
    from ganatomy.config.evolve import ObjectiveName as ObjectiveName
    from ganatomy.config.evolve import ObjectiveSettings as ObjectiveSettings
    from ganatomy.config.evolve import OptimiserSettings as OptimiserSettings
    from ganatomy.config.evolve import PresetName as PresetName
    from ganatomy.config.evolve import ScoringSettings as ScoringSettings
    from ganatomy.config.evolve import SelectionSettings as SelectionSettings
    from ganatomy.config.evolve import StopSettings as StopSettings
    from ganatomy.config.export import ExportConfig as ExportConfig
    from ganatomy.config.jsonable import from_json as from_json
    from ganatomy.config.jsonable import read_config as read_config
    from ganatomy.config.jsonable import to_json as to_json
    from ganatomy.config.parts import changed as changed
    from ganatomy.config.presets import PRESETS as PRESETS
    from ganatomy.config.presets import preset as preset
    from ganatomy.config.report import ReportConfig as ReportConfig
    from ganatomy.config.score import MetricName as MetricName
    from ganatomy.config.score import MetricOptions as MetricOptions
    from ganatomy.config.score import ScoreConfig as ScoreConfig
    from ganatomy.config.segmenter import SegmenterChoice as SegmenterChoice
    from ganatomy.config.segmenter_train import SegmenterTrainConfig as SegmenterTrainConfig

_PLACES = {
    "PRESETS": "presets",
    "Arm": "compare",
    "BookkeepingSettings": "evolve",
    "CompareConfig": "compare",
    "DataSettings": "evolve",
    "DemoConfig": "demo",
    "DissectConfig": "dissect",
    "EditConfig": "edit",
    "EvolveConfig": "evolve",
    "ExportConfig": "export",
    "MetricName": "score",
    "MetricOptions": "score",
    "NetworkSettings": "evolve",
    "ObjectiveName": "evolve",
    "ObjectiveSettings": "evolve",
    "OptimiserSettings": "evolve",
    "PresetName": "evolve",
    "ReportConfig": "report",
    "ScoreConfig": "score",
    "ScoringSettings": "evolve",
    "SegmenterChoice": "segmenter",
    "SegmenterTrainConfig": "segmenter_train",
    "SelectionSettings": "evolve",
    "StopSettings": "evolve",
    "changed": "parts",
    "from_json": "jsonable",
    "parse_arm": "compare",
    "preset": "presets",
    "read_config": "jsonable",
    "to_json": "jsonable",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
