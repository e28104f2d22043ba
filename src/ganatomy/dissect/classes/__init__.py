"""Dissection class by class: what each class of a generator shows, and what units show in it."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.dissect.classes.counting import ClassCounts as ClassCounts
    from ganatomy.dissect.classes.counting import count_classes as count_classes
    from ganatomy.dissect.classes.files import write_classes as write_classes
    from ganatomy.dissect.classes.reports import ByClass as ByClass
    from ganatomy.dissect.classes.reports import ClassLayer as ClassLayer
    from ganatomy.dissect.classes.reports import ClassReport as ClassReport
    from ganatomy.dissect.classes.reports import ClassUnit as ClassUnit
    from ganatomy.dissect.classes.reports import dissect_classes as dissect_classes

_PLACES = {
    "ByClass": "reports",
    "ClassCounts": "counting",
    "ClassLayer": "reports",
    "ClassReport": "reports",
    "ClassUnit": "reports",
    "count_classes": "counting",
    "dissect_classes": "reports",
    "write_classes": "files",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
