"""The segmenter of a run or a generator for which none is named: only where it is known to be of rendered scenes.

A segmenter finds its concepts in any image: that of scenes sees boats in faces and roofs in noise. So nothing else
falls back to it.
"""

from torch import nn

from ganatomy.config.segmenter import EXAMPLE, SegmenterChoice
from ganatomy.errors import ConfigError
from ganatomy.runs.manifest import Manifest

SCENES = SegmenterChoice("scenes")

WAYS = (
    f"hf:NAME, a model of the transformers library, which fetches itself, such as {EXAMPLE} for photographs; "
    "trained, your own concepts, with the file that `ganatomy segmenter train` made of images and masks; "
    "clipseg, with the words to look for; "
    "ade20k, with a safetensors file of its weights; "
    "module:function, your own code. docs/segmenters.md tells what each needs"
)
"""What there is for images that are no scenes, in one line."""


def inferred_choice(manifest: Manifest, what: str) -> SegmenterChoice:
    """Return the segmenter of scenes for a run that is known to be of scenes.

    Args:
        manifest: of the run.
        what: the run, for the message.

    Raises:
        ConfigError: the run is of something else, or of what nobody knows.
    """
    if manifest.is_of_scenes:
        return SCENES
    data = manifest.data
    known = "does not say what it was trained on" if data is None else f"was trained on {data.data}"
    raise ConfigError(f"{what} {known}, so nothing tells its concepts; give --segmenter: {WAYS}")


def inferred_name(generator: nn.Module) -> str:
    """Return the name of the segmenter of scenes for a generator that comes from a run of scenes.

    Raises:
        ConfigError: it comes from elsewhere.
    """
    if getattr(generator, "is_of_scenes", False):
        return SCENES.name
    raise ConfigError(
        f"{type(generator).__name__} is not known to make scenes, so nothing tells its concepts; give segmenter=, a "
        f"name or what load_segmenter returns: {WAYS}"
    )
