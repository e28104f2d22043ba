"""Grow GANs by evolution, then open them up.

`import ganatomy as ga` offers a function for each thing that a command does; the code behind a name is imported when
the name is first used (PEP 562). Five functions have the name of the package that does their work: it can be called.
"""

import sys
from collections.abc import Callable
from types import ModuleType

from ganatomy.lazy import lazy
from ganatomy.lazy import load as _load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.config.compare import CompareConfig as CompareConfig
    from ganatomy.config.evolve import EvolveConfig as EvolveConfig
    from ganatomy.config.segmenter_train import SegmenterTrainConfig as SegmenterTrainConfig
    from ganatomy.face.causes import ace as ace
    from ganatomy.face.context import context as context
    from ganatomy.face.directions import with_directions as with_directions
    from ganatomy.face.dissection import dissect as dissect
    from ganatomy.face.editing import ablate as ablate
    from ganatomy.face.editing import edit as edit
    from ganatomy.face.exporting import export as export
    from ganatomy.face.generators import load as load
    from ganatomy.face.generators import of_class as of_class
    from ganatomy.face.generators import packaged as packaged
    from ganatomy.face.generators import samples as samples
    from ganatomy.face.importing import import_generator as import_generator
    from ganatomy.face.inverting import invert as invert
    from ganatomy.face.painting import paint as paint
    from ganatomy.face.repairing import repair as repair
    from ganatomy.face.reporting import report as report
    from ganatomy.face.scoring import score as score
    from ganatomy.face.training import compare as compare
    from ganatomy.face.training import evolve as evolve
    from ganatomy.face.training import train_segmenter as train_segmenter
    from ganatomy.models.adaptation import adapt as adapt
    from ganatomy.segment.load import load_segmenter as load_segmenter

__version__ = "0.1.0"

_PLACES = {
    "CompareConfig": "config.compare",
    "EvolveConfig": "config.evolve",
    "SegmenterTrainConfig": "config.segmenter_train",
    "ablate": "face.editing",
    "ace": "face.causes",
    "adapt": "models.adaptation",
    "compare": "face.training",
    "context": "face.context",
    "dissect": "face.dissection",
    "edit": "face.editing",
    "evolve": "face.training",
    "export": "face.exporting",
    "import_generator": "face.importing",
    "invert": "face.inverting",
    "load": "face.generators",
    "load_segmenter": "segment.load",
    "of_class": "face.generators",
    "packaged": "face.generators",
    "paint": "face.painting",
    "repair": "face.repairing",
    "report": "face.reporting",
    "samples": "face.generators",
    "score": "face.scoring",
    "train_segmenter": "face.training",
    "with_directions": "face.directions",
}
"""Where each public name is found, below `ganatomy`."""

__all__ = [*_PLACES]


if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)


class _CallablePackage(ModuleType):
    """A package that has the name of a public function, and does what that does when it is called."""

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Call the public function of this name."""
        return self.function(*args, **kwargs)

    @property
    def function(self) -> Callable[..., object]:
        """The public function."""
        found = _load("ganatomy", _PLACES, self.__name__.rpartition(".")[2])
        assert callable(found)
        return found

    @property
    def __signature__(self) -> object:
        from inspect import signature

        return signature(self.function)


class _Face(ModuleType):
    """The type of this package, which makes callable what is imported under the name of a public function."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in _PLACES and isinstance(value, ModuleType):
            value.__class__ = _CallablePackage
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
