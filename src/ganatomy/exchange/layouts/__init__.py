"""Layouts: namings of weights that are known, a module for each family of them.

Each module has `looks_like(tensors)`, which is quick, and `read(tensors, hints)`, which returns a `Recognised` or says
in a `CheckpointError` what does not fit.
"""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.exchange.layouts.hints import Hints as Hints
    from ganatomy.exchange.layouts.hints import Rectifier as Rectifier
    from ganatomy.exchange.layouts.recognised import Recognised as Recognised

_PLACES = {"Hints": "hints", "Recognised": "recognised", "Rectifier": "hints"}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
