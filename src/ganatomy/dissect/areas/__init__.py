"""Areas of concepts: generated images against real ones, and one segmenter against another."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.dissect.areas.comparison import Area as Area
    from ganatomy.dissect.areas.comparison import AreaComparison as AreaComparison
    from ganatomy.dissect.areas.comparison import Verdict as Verdict
    from ganatomy.dissect.areas.comparison import compare_areas as compare_areas
    from ganatomy.dissect.areas.distances import AreaDistances as AreaDistances
    from ganatomy.dissect.areas.distances import Distance as Distance
    from ganatomy.dissect.areas.distances import area_distance as area_distance
    from ganatomy.dissect.areas.distances import measure_distances as measure_distances
    from ganatomy.dissect.areas.distances import segmentation_distance as segmentation_distance
    from ganatomy.dissect.areas.files import write_agreement as write_agreement
    from ganatomy.dissect.areas.files import write_areas as write_areas
    from ganatomy.dissect.areas.real import real_areas as real_areas
    from ganatomy.dissect.areas.second import AgreementTally as AgreementTally
    from ganatomy.dissect.areas.second import ConceptAgreement as ConceptAgreement
    from ganatomy.dissect.areas.second import SegmenterAgreement as SegmenterAgreement

_PLACES = {
    "AgreementTally": "second",
    "Area": "comparison",
    "AreaComparison": "comparison",
    "AreaDistances": "distances",
    "ConceptAgreement": "second",
    "Distance": "distances",
    "SegmenterAgreement": "second",
    "Verdict": "comparison",
    "area_distance": "distances",
    "compare_areas": "comparison",
    "measure_distances": "distances",
    "real_areas": "real",
    "segmentation_distance": "distances",
    "write_agreement": "files",
    "write_areas": "files",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
