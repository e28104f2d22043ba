"""Where images come from: folders, zips, CIFAR-10, procedural scenes; and points of 2-D mixtures."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.data.batches import Batches as Batches
    from ganatomy.data.cifar import load_cifar10 as load_cifar10
    from ganatomy.data.crops import central_squares as central_squares
    from ganatomy.data.crops import random_crops as random_crops
    from ganatomy.data.grids import image_grid as image_grid
    from ganatomy.data.grids import labelled_rows as labelled_rows
    from ganatomy.data.grids import write_grid as write_grid
    from ganatomy.data.image_set import ImageSet as ImageSet
    from ganatomy.data.images import load_images as load_images
    from ganatomy.data.images import to_float as to_float
    from ganatomy.data.images import to_uint8 as to_uint8
    from ganatomy.data.masks import MaskedImages as MaskedImages
    from ganatomy.data.masks import PairFiles as PairFiles
    from ganatomy.data.masks import load_pairs as load_pairs
    from ganatomy.data.mixtures import MIXTURES as MIXTURES
    from ganatomy.data.mixtures import centres as centres
    from ganatomy.data.mixtures import sample as sample
    from ganatomy.data.mixtures import standard_deviation as standard_deviation
    from ganatomy.data.points import Mixture as Mixture
    from ganatomy.data.points import PointBatches as PointBatches
    from ganatomy.data.sources import RealData as RealData
    from ganatomy.data.sources import open_data as open_data
    from ganatomy.data.sources import open_images as open_images

_PLACES = {
    "MIXTURES": "mixtures",
    "Batches": "batches",
    "ImageSet": "image_set",
    "MaskedImages": "masks",
    "Mixture": "points",
    "PairFiles": "masks",
    "PointBatches": "points",
    "RealData": "sources",
    "central_squares": "crops",
    "centres": "mixtures",
    "image_grid": "grids",
    "labelled_rows": "grids",
    "load_cifar10": "cifar",
    "load_images": "images",
    "load_pairs": "masks",
    "open_data": "sources",
    "open_images": "sources",
    "random_crops": "crops",
    "sample": "mixtures",
    "standard_deviation": "mixtures",
    "to_float": "images",
    "to_uint8": "images",
    "write_grid": "grids",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
