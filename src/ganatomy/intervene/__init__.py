"""Interventions: units edited, and what appears or vanishes."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.intervene.baseline import Baseline as Baseline
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
    from ganatomy.intervene.effects import EditEffects as EditEffects
    from ganatomy.intervene.effects import Effect as Effect
    from ganatomy.intervene.effects import EffectProtocol as EffectProtocol
    from ganatomy.intervene.effects import measure_edit as measure_edit
    from ganatomy.intervene.files import write_edit as write_edit
    from ganatomy.intervene.halves import Halves as Halves
    from ganatomy.intervene.places import Place as Place
    from ganatomy.intervene.planning import ChosenStep as ChosenStep
    from ganatomy.intervene.planning import prepare as prepare
    from ganatomy.intervene.portions import ArmEffect as ArmEffect
    from ganatomy.intervene.portions import Portion as Portion
    from ganatomy.intervene.rankings import gradient_times_activation as gradient_times_activation
    from ganatomy.intervene.rankings import single_unit_areas as single_unit_areas
    from ganatomy.intervene.regions import rectangle as rectangle
    from ganatomy.intervene.session import MeasuredEdit as MeasuredEdit
    from ganatomy.intervene.session import edit_units as edit_units
    from ganatomy.intervene.steps import PreparedEdit as PreparedEdit
    from ganatomy.intervene.steps import Step as Step
    from ganatomy.intervene.values import copied as copied
    from ganatomy.intervene.values import mean_outside as mean_outside
    from ganatomy.intervene.values import mean_where as mean_where
    from ganatomy.intervene.values import quantile as quantile

_PLACES = {
    "ArmEffect": "portions",
    "Baseline": "baseline",
    "Blend": "changes",
    "CausalEffect": "causal",
    "Change": "changes",
    "ChosenStep": "planning",
    "Curve": "curves",
    "EditEffects": "effects",
    "Effect": "effects",
    "EffectProtocol": "effects",
    "Halves": "halves",
    "MeasuredEdit": "session",
    "Outcome": "baseline",
    "Place": "places",
    "Portion": "portions",
    "PreparedEdit": "steps",
    "Step": "steps",
    "ablate": "changes",
    "ablation_curve": "curves",
    "ace_units": "choice",
    "best_units": "choice",
    "causal_effects": "causal",
    "copied": "values",
    "edit_units": "session",
    "edits_of": "changes",
    "gradient_times_activation": "rankings",
    "insertion_curve": "curves",
    "kept": "curves",
    "mean_outside": "values",
    "mean_where": "values",
    "measure": "baseline",
    "measure_cause": "causal",
    "measure_edit": "effects",
    "observe": "baseline",
    "prepare": "planning",
    "quantile": "values",
    "read_dissection": "choice",
    "rectangle": "regions",
    "single_unit_areas": "rankings",
    "write_edit": "files",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
