"""Interventions: units edited, and what appears or vanishes."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.intervene.baseline import Baseline as Baseline
    from ganatomy.intervene.baseline import Outcome as Outcome
    from ganatomy.intervene.baseline import measure as measure
    from ganatomy.intervene.baseline import observe as observe
    from ganatomy.intervene.changes import Blend as Blend
    from ganatomy.intervene.changes import Change as Change
    from ganatomy.intervene.changes import ablate as ablate
    from ganatomy.intervene.changes import edits_of as edits_of
    from ganatomy.intervene.choice import best_units as best_units
    from ganatomy.intervene.choice import read_dissection as read_dissection
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
    "Change": "changes",
    "ChosenStep": "planning",
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
    "best_units": "choice",
    "copied": "values",
    "edit_units": "session",
    "edits_of": "changes",
    "mean_outside": "values",
    "mean_where": "values",
    "measure": "baseline",
    "measure_edit": "effects",
    "observe": "baseline",
    "prepare": "planning",
    "quantile": "values",
    "read_dissection": "choice",
    "rectangle": "regions",
    "write_edit": "files",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
