"""A run's generator for use elsewhere: a folder of weights, graphs of ONNX, or a Python file that needs torch alone."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.export.session import Exported as Exported
    from ganatomy.export.session import export_run as export_run

_PLACES = {
    "Exported": "session",
    "export_run": "session",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
