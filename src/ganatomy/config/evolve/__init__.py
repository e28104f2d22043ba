"""Settings of `ganatomy evolve`, in parts."""

from ganatomy.config.evolve.bookkeeping import BookkeepingSettings, ScoringSettings, StopSettings
from ganatomy.config.evolve.config import COMPARISON, MAY_CHANGE, EvolveConfig, PresetName
from ganatomy.config.evolve.data import IMAGE_SIZES, POINT_DATA, DataSettings
from ganatomy.config.evolve.growing import GrowingSettings
from ganatomy.config.evolve.networks import NetworkSettings
from ganatomy.config.evolve.objectives import PAPER_OBJECTIVES, ObjectiveName, ObjectiveSettings
from ganatomy.config.evolve.optimiser import OptimiserSettings
from ganatomy.config.evolve.selection import SelectionSettings

__all__ = [
    "COMPARISON",
    "IMAGE_SIZES",
    "MAY_CHANGE",
    "PAPER_OBJECTIVES",
    "POINT_DATA",
    "BookkeepingSettings",
    "DataSettings",
    "EvolveConfig",
    "GrowingSettings",
    "NetworkSettings",
    "ObjectiveName",
    "ObjectiveSettings",
    "OptimiserSettings",
    "PresetName",
    "ScoringSettings",
    "SelectionSettings",
    "StopSettings",
]
