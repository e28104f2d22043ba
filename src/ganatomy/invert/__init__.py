"""Photos into a generator: an encoder, optimised latents, then the features of one layer, with errors beside others."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.invert.files import KeptInversion as KeptInversion
    from ganatomy.invert.files import read_inversion as read_inversion
    from ganatomy.invert.files import write_inversion as write_inversion
    from ganatomy.invert.inverting import Inversion as Inversion
    from ganatomy.invert.inverting import InversionProtocol as InversionProtocol
    from ganatomy.invert.inverting import Inverter as Inverter
    from ganatomy.invert.session import InvertedPhotos as InvertedPhotos
    from ganatomy.invert.session import invert_photos as invert_photos

_PLACES = {
    "Inversion": "inverting",
    "InversionProtocol": "inverting",
    "InvertedPhotos": "session",
    "Inverter": "inverting",
    "KeptInversion": "files",
    "invert_photos": "session",
    "read_inversion": "files",
    "write_inversion": "files",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
