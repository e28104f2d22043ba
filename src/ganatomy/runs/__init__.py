"""Run directories: what a run writes, and how it is opened again."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.runs.directory import Run as Run
    from ganatomy.runs.directory import create_run as create_run
    from ganatomy.runs.directory import open_run as open_run
    from ganatomy.runs.lock import held as held
    from ganatomy.runs.manifest import Images as Images
    from ganatomy.runs.manifest import Manifest as Manifest
    from ganatomy.runs.manifest import Origin as Origin
    from ganatomy.runs.manifest import TrainingData as TrainingData
    from ganatomy.runs.manifest import create_imported as create_imported
    from ganatomy.runs.manifest import open_manifest as open_manifest
    from ganatomy.runs.manifest import write_manifest as write_manifest
    from ganatomy.runs.packaged import packaged_run as packaged_run
    from ganatomy.runs.packaged import unpack_run as unpack_run
    from ganatomy.runs.training_data import training_images as training_images
    from ganatomy.runs.weights import kept_generations as kept_generations
    from ganatomy.runs.weights import load_generator as load_generator
    from ganatomy.runs.weights import load_image_generator as load_image_generator
    from ganatomy.runs.weights import save_generator as save_generator

_PLACES = {
    "Images": "manifest",
    "Manifest": "manifest",
    "Origin": "manifest",
    "Run": "directory",
    "TrainingData": "manifest",
    "create_imported": "manifest",
    "create_run": "directory",
    "held": "lock",
    "kept_generations": "weights",
    "load_generator": "weights",
    "load_image_generator": "weights",
    "open_manifest": "manifest",
    "open_run": "directory",
    "packaged_run": "packaged",
    "save_generator": "weights",
    "training_images": "training_data",
    "unpack_run": "packaged",
    "write_manifest": "manifest",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
