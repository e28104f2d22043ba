"""Segmenters of the `transformers` library: SegFormer (arXiv 2105.15203), Mask2Former (2112.01527) and their like.

By logits: SegFormer, UPerNet (1807.10221) and whatever else the library has of that form. By masks: MaskFormer
(2107.06278), Mask2Former and OneFormer (2211.06220).
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment.concepts import short_names
from ganatomy.segment.network import NetworkSegmenter, softmax
from ganatomy.segment.networks.pretrained import (
    MULTIPLE,
    Preprocessing,
    check_multiple,
    fetching,
    fingerprint,
    found_at,
    load_network,
    read_preprocessing,
    tokens,
)
from ganatomy.segment.protocol import OTHER

OF_MASKS = ("mask2former", "maskformer", "oneformer")
"""Types that classify masks; all that the library has for semantic segmentation by logits is taken as well."""

NAMELESS = {OTHER, "background", "ignore", "unlabeled", "unlabelled", "void"}
"""Concepts of published vocabularies, in small letters, that stand for everything without a name."""

ONEFORMER_TASK = "the task is semantic"

CHUNK = 4  # images; hundreds of logits of each pixel are held at once


class FromLogits(nn.Module):
    """Feeds images to a network of logits and resizes what it gives."""

    def __init__(self, network: Any, preprocessing: Preprocessing, longer: int | None):
        super().__init__()
        self.network = network
        self.preprocessing = preprocessing
        self.longer = longer

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (n, k, h, w) for images (n, 3, h, w) in [-1, 1]."""
        height, width = images.shape[2:]
        size = self.preprocessing.input_size(height, width, self.longer)
        logits = self.network(pixel_values=self.preprocessing.prepare(images, size)).logits
        return interpolate(logits, (height, width), mode="bilinear", align_corners=False)


class FromMasks(nn.Module):
    """Feeds images to a network that classifies masks, and adds up what it gives.

    The share of concept c at a pixel is the sum over queries i of p_i(c) m_i[h, w] (MaskFormer, section 3.4), where
    p_i is the softmax over the concepts and "no object", and m_i the sigmoid of the mask at the size of the image.

    Differs: shares that sum to more than one, where masks overlap, are scaled to sum to one, so that each is a
    probability; the order of the concepts stays. The library resizes masks to 384 px before the sigmoid; here, as
    in the paper's code, they come to the size of the image at once.
    """

    def __init__(self, network: Any, preprocessing: Preprocessing, longer: int | None, task: Tensor | None):
        super().__init__()
        self.network = network
        self.preprocessing = preprocessing
        self.longer = longer
        self.task = task

    def forward(self, images: Tensor) -> Tensor:
        """Return shares (n, k, h, w) in [0, 1] for images (n, 3, h, w) in [-1, 1]."""
        height, width = images.shape[2:]
        size = self.preprocessing.input_size(height, width, self.longer)
        told = {} if self.task is None else {"task_inputs": self.task.expand(len(images), -1)}
        output = self.network(pixel_values=self.preprocessing.prepare(images, size), **told)
        masks = interpolate(output.masks_queries_logits, (height, width), mode="bilinear", align_corners=False)
        concepts = output.class_queries_logits.softmax(-1)[..., :-1]
        shares = torch.einsum("nqk,nqhw->nkhw", concepts, masks.sigmoid())
        return shares / shares.sum(1, keepdim=True).clamp(min=1)


def load_huggingface(source: str, input_size: int | None, device: torch.device | str = "cpu") -> NetworkSegmenter:
    """Return a semantic segmentation network of the `transformers` library as a segmenter.

    Args:
        source: a folder that the library wrote, or the name of a model on huggingface.co, which is fetched once.
        input_size: the longer side of what the network sees, a multiple of 32; None for what it was published with.
        device: where the network runs.

    Raises:
        MissingExtra: the library is not installed.
        ConfigError: there is no such model, it does not segment, or `input_size` does not fit.
        CheckpointError: its files cannot be read or lack something.
    """
    name = f"hf:{source}"
    check_multiple(input_size, MULTIPLE, name)
    source = found_at(source)
    with fetching(source):
        from transformers import AutoConfig

        config = AutoConfig.from_pretrained(source, trust_remote_code=False)
        network = load_network(_kind(config.model_type, source), source, device)
        preprocessing = read_preprocessing(source)
        task = _task(source, config.task_seq_len).to(device) if config.model_type == "oneformer" else None
    of_masks = config.model_type in OF_MASKS
    concepts = short_names(_labels(config.id2label, source))
    return NetworkSegmenter(
        name=name,
        concepts=concepts,
        categories=tuple(OTHER if concept.lower() in NAMELESS else "object" for concept in concepts),
        fingerprint=fingerprint("hf", network, (preprocessing, concepts), input_size),
        network=FromMasks(network, preprocessing, input_size, task)
        if of_masks
        else FromLogits(network, preprocessing, input_size),
        chunk=CHUNK,
        to_probability=_as_they_are if of_masks else softmax,
    )


def _labels(names: Mapping[Any, str], source: str) -> list[str]:
    """Return the names of a network's outputs in their order: by number, from 0 or from 1 on.

    Raises:
        CheckpointError: numbers are left out, so that it is not known which name is of which output.
    """
    numbers = sorted(map(int, names))
    if not numbers or numbers[0] not in (0, 1) or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise CheckpointError(
            f"id2label of model {source!r} has the numbers {', '.join(map(str, numbers[:6])) or 'none'}; they have to "
            f"be 0 to {max(len(numbers) - 1, 0)}, one for each output: mend its config.json"
        )
    by_number = {int(number): name for number, name in names.items()}
    return [by_number[number] for number in numbers]


def _kind(model_type: str, source: str) -> Any:
    """Return the class of the library that loads models of this type."""
    from transformers import AutoModelForSemanticSegmentation, AutoModelForUniversalSegmentation
    from transformers.models.auto.modeling_auto import MODEL_FOR_SEMANTIC_SEGMENTATION_MAPPING_NAMES

    if model_type in OF_MASKS:
        return AutoModelForUniversalSegmentation
    if model_type in MODEL_FOR_SEMANTIC_SEGMENTATION_MAPPING_NAMES:
        return AutoModelForSemanticSegmentation
    if model_type == "clipseg":
        raise ConfigError(
            f"model {source!r} is a CLIPSeg, which looks for words; pass --segmenter clipseg --segmenter-weights "
            f"{source} --segmenter-concepts and the words"
        )
    accepted = ", ".join(sorted({*OF_MASKS, *MODEL_FOR_SEMANTIC_SEGMENTATION_MAPPING_NAMES}))
    raise ConfigError(f"model {source!r} is of type {model_type!r}, which does not segment; it can be {accepted}")


def _task(source: str, length: int) -> Tensor:
    """Return the tokens that tell a OneFormer its task, (1, l), zeros behind them."""
    ids, known = tokens(source, [ONEFORMER_TASK], length)
    return ids * known


def _as_they_are(shares: Tensor) -> Tensor:
    """Return the shares, which are probabilities already."""
    return shares
