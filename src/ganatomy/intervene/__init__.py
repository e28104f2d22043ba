"""Interventions: units edited, and what appears or vanishes."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.intervene.baseline import Baseline as Baseline
    from ganatomy.intervene.baseline import Halves as Halves
    from ganatomy.intervene.baseline import Outcome as Outcome
    from ganatomy.intervene.baseline import measure as measure
    from ganatomy.intervene.baseline import observe as observe
    from ganatomy.intervene.causal import CausalEffect as CausalEffect
    from ganatomy.intervene.causal import causal_effects as causal_effects
    from ganatomy.intervene.causal import measure_cause as measure_cause
    from ganatomy.intervene.changes import Blend as Blend
    from ganatomy.intervene.changes import Change as Change
    from ganatomy.intervene.changes import ablate as ablate
    from ganatomy.intervene.changes import edits_of as edits_of
    from ganatomy.intervene.choice import ace_units as ace_units
    from ganatomy.intervene.choice import best_units as best_units
    from ganatomy.intervene.choice import read_dissection as read_dissection
    from ganatomy.intervene.curves import Curve as Curve
    from ganatomy.intervene.curves import ablation_curve as ablation_curve
    from ganatomy.intervene.curves import insertion_curve as insertion_curve
    from ganatomy.intervene.curves import kept as kept
    from ganatomy.intervene.effects import Ablation as Ablation
    from ganatomy.intervene.effects import AblationEffects as AblationEffects
    from ganatomy.intervene.effects import Effect as Effect
    from ganatomy.intervene.effects import EffectProtocol as EffectProtocol
    from ganatomy.intervene.effects import measure_ablation as measure_ablation
    from ganatomy.intervene.files import write_ablation as write_ablation
    from ganatomy.intervene.rankings import gradient_times_activation as gradient_times_activation
    from ganatomy.intervene.rankings import single_unit_areas as single_unit_areas
    from ganatomy.intervene.regions import rectangle as rectangle
    from ganatomy.intervene.session import MeasuredAblation as MeasuredAblation
    from ganatomy.intervene.session import ablate_units as ablate_units
    from ganatomy.intervene.values import copied as copied
    from ganatomy.intervene.values import mean_outside as mean_outside
    from ganatomy.intervene.values import mean_where as mean_where
    from ganatomy.intervene.values import quantile as quantile

_PLACES = {
    "Ablation": "effects",
    "AblationEffects": "effects",
    "Baseline": "baseline",
    "Blend": "changes",
    "CausalEffect": "causal",
    "Change": "changes",
    "Curve": "curves",
    "Effect": "effects",
    "EffectProtocol": "effects",
    "Halves": "baseline",
    "MeasuredAblation": "session",
    "Outcome": "baseline",
    "ablate": "changes",
    "ablate_units": "session",
    "ablation_curve": "curves",
    "ace_units": "choice",
    "best_units": "choice",
    "causal_effects": "causal",
    "copied": "values",
    "edits_of": "changes",
    "gradient_times_activation": "rankings",
    "insertion_curve": "curves",
    "kept": "curves",
    "mean_outside": "values",
    "mean_where": "values",
    "measure": "baseline",
    "measure_ablation": "effects",
    "measure_cause": "causal",
    "observe": "baseline",
    "quantile": "values",
    "read_dissection": "choice",
    "rectangle": "regions",
    "single_unit_areas": "rankings",
    "write_ablation": "files",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
