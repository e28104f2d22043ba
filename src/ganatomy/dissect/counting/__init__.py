"""Counting: every sample run once, its units upsampled, sorted into levels and tallied beside the labels."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.dissect.counting.contingency import Contingency as Contingency
    from ganatomy.dissect.counting.counts import AtThreshold as AtThreshold
    from ganatomy.dissect.counting.counts import Concepts as Concepts
    from ganatomy.dissect.counting.counts import LayerCounts as LayerCounts
    from ganatomy.dissect.counting.covariance import PixelCovariance as PixelCovariance
    from ganatomy.dissect.counting.grid import Upsampling as Upsampling
    from ganatomy.dissect.counting.grid import upsample as upsample
    from ganatomy.dissect.counting.kernel import count_levels as count_levels
    from ganatomy.dissect.counting.masks import LabelledPixels as LabelledPixels
    from ganatomy.dissect.counting.tally import Tally as Tally

_PLACES = {
    "AtThreshold": "counts",
    "Concepts": "counts",
    "Contingency": "contingency",
    "LabelledPixels": "masks",
    "LayerCounts": "counts",
    "PixelCovariance": "covariance",
    "Tally": "tally",
    "Upsampling": "grid",
    "count_levels": "kernel",
    "upsample": "grid",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
