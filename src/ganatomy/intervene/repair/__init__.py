"""Artifact units found without labels, proven on held-out images, and baked into new weights."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.intervene.repair.acceptance import Acceptance as Acceptance
    from ganatomy.intervene.repair.acceptance import Trial as Trial
    from ganatomy.intervene.repair.baking import Baked as Baked
    from ganatomy.intervene.repair.baking import bake as bake
    from ganatomy.intervene.repair.choosing import ChosenSet as ChosenSet
    from ganatomy.intervene.repair.files import write_repair as write_repair
    from ganatomy.intervene.repair.gain import ConceptMove as ConceptMove
    from ganatomy.intervene.repair.gain import Gain as Gain
    from ganatomy.intervene.repair.repairing import Repair as Repair
    from ganatomy.intervene.repair.repairing import RepairProtocol as RepairProtocol
    from ganatomy.intervene.repair.repairing import default_layer as default_layer
    from ganatomy.intervene.repair.repairing import find_repair as find_repair
    from ganatomy.intervene.repair.scores import UnitScores as UnitScores
    from ganatomy.intervene.repair.session import RepairedRun as RepairedRun
    from ganatomy.intervene.repair.session import repair_run as repair_run

_PLACES = {
    "Acceptance": "acceptance",
    "Baked": "baking",
    "ChosenSet": "choosing",
    "ConceptMove": "gain",
    "Gain": "gain",
    "Repair": "repairing",
    "RepairProtocol": "repairing",
    "RepairedRun": "session",
    "Trial": "acceptance",
    "UnitScores": "scores",
    "bake": "baking",
    "default_layer": "repairing",
    "find_repair": "repairing",
    "repair_run": "session",
    "write_repair": "files",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
