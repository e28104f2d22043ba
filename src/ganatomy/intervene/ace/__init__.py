"""Alpha, the causal units of a concept: samples shared by all concepts, cells, optimisation, results."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.intervene.ace.causes import find_causes as find_causes
    from ganatomy.intervene.ace.optimise import Alpha as Alpha
    from ganatomy.intervene.ace.protocol import AceProtocol as AceProtocol
    from ganatomy.intervene.ace.protocol import Cause as Cause
    from ganatomy.intervene.ace.schedule import PUBLISHED as PUBLISHED
    from ganatomy.intervene.ace.schedule import QUICK as QUICK
    from ganatomy.intervene.ace.schedule import Schedule as Schedule
    from ganatomy.intervene.ace.session import find_run_causes as find_run_causes

_PLACES = {
    "PUBLISHED": "schedule",
    "QUICK": "schedule",
    "AceProtocol": "protocol",
    "Alpha": "optimise",
    "Cause": "protocol",
    "Schedule": "schedule",
    "find_causes": "causes",
    "find_run_causes": "session",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
