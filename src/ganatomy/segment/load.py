"""Segmenters by name."""

from pathlib import Path

import torch

from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.segment.function import load_function
from ganatomy.segment.networks.ade20k import load_ade20k
from ganatomy.segment.networks.clipseg import PUBLISHED, load_clipseg
from ganatomy.segment.networks.huggingface import load_huggingface
from ganatomy.segment.networks.scenes import PACKAGED_WEIGHTS, load_scenes
from ganatomy.segment.networks.unified import load_unified
from ganatomy.segment.protocol import Segmenter


def load_segmenter(
    name: str,
    weights: Path | None = None,
    input_size: int | None = None,
    device: torch.device | str = "cpu",
    concepts: tuple[str, ...] = (),
    options: tuple[str, ...] = (),
) -> Segmenter:
    """Return a segmenter, frozen and ready to use.

    Args:
        name: `scenes`, the concepts of the procedural scenes; `trained`, your own, by `ganatomy segmenter train`;
            `ade20k`, 151 concepts of photographs; `unified`, objects, parts and materials, as published with GAN
            Dissection; `clipseg`, whatever words name; `hf:NAME_OR_FOLDER`, a semantic segmentation network of the
            `transformers` library; or `module:function`, a function from images to labels.
        weights: a safetensors file of `ade20k`, `trained` or `scenes`, which has its own, the folder of `unified`, or a
            folder or name of a CLIPSeg, of which there is a default.
        input_size: the longer side in pixels of what the network sees: of the form 8k+1 for `ade20k`, a multiple
            of 32 for `hf:`, of 16 for `clipseg`; None lets it choose. The others take none.
        device: where the network runs.
        concepts: the words that `clipseg` looks for.
        options: of `unified`: `no-quadrants`, `all-parts`, `skip-last-component`.

    Raises:
        ConfigError: the name is unknown, the weights are missing, or something does not fit the segmenter.
        CheckpointError: a file does not hold the weights of this segmenter.
        MissingExtra: the `transformers` library is needed and not installed.

    >>> segmenter = load_segmenter("scenes")
    >>> segmenter.segment(torch.zeros(2, 3, 64, 64)).shape
    torch.Size([2, 1, 64, 64])
    """
    return load_choice(SegmenterChoice(name, weights, input_size, concepts, options), device)


def load_choice(choice: SegmenterChoice, device: torch.device | str = "cpu") -> Segmenter:
    """Return the segmenter that settings name, frozen and ready to use.

    Args:
        choice: its name, and what it is loaded with.
        device: where the network runs.

    Raises:
        ConfigError, CheckpointError, MissingExtra: as for `load_segmenter`.
    """
    kind, name, weights, input_size = choice.kind, choice.name, choice.weights, choice.input_size
    if kind == "hf":
        return load_huggingface(name.removeprefix("hf:"), input_size, device)
    if kind == "function":
        return load_function(name)
    if kind == "clipseg":
        return load_clipseg(choice.concepts, weights.as_posix() if weights else PUBLISHED, input_size, device)
    if kind == "scenes":
        return load_scenes(weights or PACKAGED_WEIGHTS, device)
    assert weights is not None  # or else there would be no such choice
    if kind == "trained":
        return load_scenes(weights, device, name="trained")
    if kind == "ade20k":
        return load_ade20k(weights, input_size, device)
    return load_unified(
        weights,
        device,
        quadrants="no-quadrants" not in choice.options,
        all_parts="all-parts" in choice.options,
        skip_last_component="skip-last-component" in choice.options,
    )
