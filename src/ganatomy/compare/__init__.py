"""Arms x seeds: how long each trains, their runs, and what their scores say about evolution."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.compare.costs import Cost as Cost
    from ganatomy.compare.costs import generation_costs as generation_costs
    from ganatomy.compare.plan import Plan as Plan
    from ganatomy.compare.plan import PlannedArm as PlannedArm
    from ganatomy.compare.plan import PlannedRun as PlannedRun
    from ganatomy.compare.plan import plan_arms as plan_arms
    from ganatomy.compare.results import MetricResult as MetricResult
    from ganatomy.compare.results import Results as Results
    from ganatomy.compare.results import summarise as summarise
    from ganatomy.compare.session import ComparedArms as ComparedArms
    from ganatomy.compare.session import compare_arms as compare_arms
    from ganatomy.compare.verdict import Advantage as Advantage
    from ganatomy.compare.verdict import Difference as Difference
    from ganatomy.compare.verdict import SeedMean as SeedMean
    from ganatomy.compare.verdict import Verdict as Verdict
    from ganatomy.compare.verdict import judge as judge

_PLACES = {
    "Advantage": "verdict",
    "ComparedArms": "session",
    "Cost": "costs",
    "Difference": "verdict",
    "MetricResult": "results",
    "Plan": "plan",
    "PlannedArm": "plan",
    "PlannedRun": "plan",
    "Results": "results",
    "SeedMean": "verdict",
    "Verdict": "verdict",
    "compare_arms": "session",
    "generation_costs": "costs",
    "judge": "verdict",
    "plan_arms": "plan",
    "summarise": "results",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
