"""Segmenters by name."""

from pathlib import Path

import torch

from ganatomy.errors import ConfigError
from ganatomy.segment.ade20k import load_ade20k
from ganatomy.segment.protocol import Segmenter
from ganatomy.segment.scenes import PACKAGED_WEIGHTS, load_scenes

NAMES = ("ade20k", "scenes")


def load_segmenter(
    name: str, weights: Path | None, input_size: int | None = None, device: torch.device | str = "cpu"
) -> Segmenter:
    """Return a segmenter, frozen and ready to use.

    Args:
        name: `ade20k`, 151 concepts of photographs, or `scenes`, the concepts of the procedural scenes.
        weights: a safetensors file; None takes the packaged weights, which only `scenes` has.
        input_size: the longer side in pixels of what `ade20k` sees, of the form 8k+1; None lets it
            follow from the size of the images. `scenes` works at the size of the images.
        device: where the network runs.

    Raises:
        ConfigError: the name is unknown, the weights are missing or the input size does not fit.
        CheckpointError: the file does not hold the weights of this segmenter.

    >>> segmenter = load_segmenter("scenes", weights=None)
    >>> segmenter.segment(torch.zeros(2, 3, 64, 64)).shape
    torch.Size([2, 1, 64, 64])
    """
    if name == "ade20k":
        if weights is None:
            raise ConfigError(
                "segmenter 'ade20k' comes without weights; pass a safetensors file with --segmenter-weights"
            )
        return load_ade20k(weights, input_size, device)
    if name == "scenes":
        if input_size is not None:
            raise ConfigError(
                f"segmenter 'scenes' works at the size of the images; leave out the input size {input_size}"
            )
        return load_scenes(weights or PACKAGED_WEIGHTS, device)
    raise ConfigError(f"no segmenter {name!r}; choose one of {', '.join(NAMES)}")
