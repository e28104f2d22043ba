"""The paint app: pictures of a generator edited by hand, in a browser."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.web.about import About as About
    from ganatomy.web.about import about_of as about_of
    from ganatomy.web.checking import check_edits as check_edits
    from ganatomy.web.evolution import evolution_of as evolution_of
    from ganatomy.web.layer import PaintedLayer as PaintedLayer
    from ganatomy.web.layer import open_painted as open_painted
    from ganatomy.web.opening import OpenedRun as OpenedRun
    from ganatomy.web.opening import open_to_paint as open_to_paint
    from ganatomy.web.serving import serve as serve
    from ganatomy.web.session import Session as Session
    from ganatomy.web.session import read_edit as read_edit

_PLACES = {
    "About": "about",
    "OpenedRun": "opening",
    "PaintedLayer": "layer",
    "Session": "session",
    "about_of": "about",
    "check_edits": "checking",
    "evolution_of": "evolution",
    "open_painted": "layer",
    "open_to_paint": "opening",
    "read_edit": "session",
    "serve": "serving",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
