"""Directions of a layer as units of a layer of their own: of its greatest variance, of the greatest gain, or given.

A unit need not be a channel: any linear read-out of a layer's output is one. `DirectedGenerator` is a generator with
such layers more; whatever records, edits or dissects a layer takes them.
"""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.directions.axes import Directions as Directions
    from ganatomy.directions.files import read_vectors as read_vectors
    from ganatomy.directions.files import write_directions as write_directions
    from ganatomy.directions.generator import DirectedGenerator as DirectedGenerator
    from ganatomy.directions.generator import units_of as units_of
    from ganatomy.directions.generator import with_layer as with_layer
    from ganatomy.directions.halves import Changing as Changing
    from ganatomy.directions.halves import PutBack as PutBack
    from ganatomy.directions.halves import Read as Read
    from ganatomy.directions.halves import split_at as split_at
    from ganatomy.directions.opening import find_directions as find_directions
    from ganatomy.directions.opening import open_generator as open_generator
    from ganatomy.directions.pca import principal_directions as principal_directions
    from ganatomy.directions.sefa import closed_form_directions as closed_form_directions

_PLACES = {
    "Changing": "halves",
    "DirectedGenerator": "generator",
    "Directions": "axes",
    "PutBack": "halves",
    "Read": "halves",
    "closed_form_directions": "sefa",
    "find_directions": "opening",
    "open_generator": "opening",
    "principal_directions": "pca",
    "read_vectors": "files",
    "split_at": "halves",
    "units_of": "generator",
    "with_layer": "generator",
    "write_directions": "files",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
