"""Dissection: which units of a layer agree with which concepts."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.dissect.comparison import Comparison as Comparison
    from ganatomy.dissect.comparison import compare_dissections as compare_dissections
    from ganatomy.dissect.files import write_dissection as write_dissection
    from ganatomy.dissect.history import dissect_history as dissect_history
    from ganatomy.dissect.latents import LatentSet as LatentSet
    from ganatomy.dissect.layers import Dissection as Dissection
    from ganatomy.dissect.layers import LayerDissection as LayerDissection
    from ganatomy.dissect.layers import dissect_layers as dissect_layers
    from ganatomy.dissect.protocol import CountingRules as CountingRules
    from ganatomy.dissect.protocol import DissectionProtocol as DissectionProtocol
    from ganatomy.dissect.session import ComparedRuns as ComparedRuns
    from ganatomy.dissect.session import DissectedRun as DissectedRun
    from ganatomy.dissect.session import FollowedRun as FollowedRun
    from ganatomy.dissect.session import dissect_run as dissect_run
    from ganatomy.dissect.session import dissect_runs as dissect_runs
    from ganatomy.dissect.session import follow_run as follow_run

_PLACES = {
    "ComparedRuns": "session",
    "Comparison": "comparison",
    "CountingRules": "protocol",
    "DissectedRun": "session",
    "Dissection": "layers",
    "DissectionProtocol": "protocol",
    "FollowedRun": "session",
    "LatentSet": "latents",
    "LayerDissection": "layers",
    "compare_dissections": "comparison",
    "dissect_history": "history",
    "dissect_layers": "layers",
    "dissect_run": "session",
    "dissect_runs": "session",
    "follow_run": "session",
    "write_dissection": "files",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
