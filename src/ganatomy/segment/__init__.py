"""Segmenters: which concept each pixel of an image shows."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.segment.areas import areas_of as areas_of
    from ganatomy.segment.areas import concept_areas as concept_areas
    from ganatomy.segment.concepts import known_concept as known_concept
    from ganatomy.segment.function import DifferentiableFunctionSegmenter as DifferentiableFunctionSegmenter
    from ganatomy.segment.function import FunctionSegmenter as FunctionSegmenter
    from ganatomy.segment.load import load_segmenter as load_segmenter
    from ganatomy.segment.network import NetworkSegmenter as NetworkSegmenter
    from ganatomy.segment.planted import UNITS as UNITS
    from ganatomy.segment.planted import PlantedGenerator as PlantedGenerator
    from ganatomy.segment.planted import PlantedSegmenter as PlantedSegmenter
    from ganatomy.segment.protocol import NOTHING as NOTHING
    from ganatomy.segment.protocol import OTHER as OTHER
    from ganatomy.segment.protocol import DifferentiableSegmenter as DifferentiableSegmenter
    from ganatomy.segment.protocol import Segmenter as Segmenter

_PLACES = {
    "NOTHING": "protocol",
    "OTHER": "protocol",
    "UNITS": "planted",
    "DifferentiableFunctionSegmenter": "function",
    "DifferentiableSegmenter": "protocol",
    "FunctionSegmenter": "function",
    "NetworkSegmenter": "network",
    "PlantedGenerator": "planted",
    "PlantedSegmenter": "planted",
    "Segmenter": "protocol",
    "areas_of": "areas",
    "concept_areas": "areas",
    "known_concept": "concepts",
    "load_segmenter": "load",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
