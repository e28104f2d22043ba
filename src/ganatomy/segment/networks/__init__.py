"""The networks that segment: published ones, that of the procedural scenes, those of the transformers library."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.segment.networks.ade20k import load_ade20k as load_ade20k
    from ganatomy.segment.networks.clipseg import load_clipseg as load_clipseg
    from ganatomy.segment.networks.huggingface import load_huggingface as load_huggingface
    from ganatomy.segment.networks.scenes import SceneNet as SceneNet
    from ganatomy.segment.networks.scenes import fold_normalisation as fold_normalisation
    from ganatomy.segment.networks.scenes import load_scenes as load_scenes
    from ganatomy.segment.networks.unified import UnifiedSegmenter as UnifiedSegmenter
    from ganatomy.segment.networks.unified import load_unified as load_unified

_PLACES = {
    "SceneNet": "scenes",
    "UnifiedSegmenter": "unified",
    "fold_normalisation": "scenes",
    "load_ade20k": "ade20k",
    "load_clipseg": "clipseg",
    "load_huggingface": "huggingface",
    "load_scenes": "scenes",
    "load_unified": "unified",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
