"""Interventions: units edited, and what appears or vanishes."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.intervene.ablation import ablate as ablate
    from ganatomy.intervene.choice import best_units as best_units
    from ganatomy.intervene.choice import read_dissection as read_dissection
    from ganatomy.intervene.effects import Ablation as Ablation
    from ganatomy.intervene.effects import AblationEffects as AblationEffects
    from ganatomy.intervene.effects import Effect as Effect
    from ganatomy.intervene.effects import EffectProtocol as EffectProtocol
    from ganatomy.intervene.effects import measure_ablation as measure_ablation
    from ganatomy.intervene.files import write_ablation as write_ablation
    from ganatomy.intervene.regions import rectangle as rectangle
    from ganatomy.intervene.session import MeasuredAblation as MeasuredAblation
    from ganatomy.intervene.session import ablate_units as ablate_units

_PLACES = {
    "Ablation": "effects",
    "AblationEffects": "effects",
    "Effect": "effects",
    "EffectProtocol": "effects",
    "MeasuredAblation": "session",
    "ablate": "ablation",
    "ablate_units": "session",
    "best_units": "choice",
    "measure_ablation": "effects",
    "read_dissection": "choice",
    "rectangle": "regions",
    "write_ablation": "files",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
