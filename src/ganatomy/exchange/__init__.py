"""Generators from elsewhere: files read safely, weights recognised, runs made of them."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.exchange.session import Imported as Imported
    from ganatomy.exchange.session import import_generator as import_generator

_PLACES = {"Imported": "session", "import_generator": "session"}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
