"""CLIPSeg (arXiv 2112.10003): a segmenter of whatever words name."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment.network import NetworkSegmenter
from ganatomy.segment.networks.pretrained import (
    Preprocessing,
    check_multiple,
    fetching,
    fingerprint,
    load_network,
    read_preprocessing,
    tokens,
)

PUBLISHED = "CIDAS/clipseg-rd64-refined"
"""The model of the authors' release that is fetched by default."""

THRESHOLD = 0.5
"""A pixel whose most probable word is no more probable than this shows nothing."""

CHUNK = 4  # images


class ClipSegNetwork(nn.Module):
    """The image encoder, once for each image, and the decoder, once for each word.

    Differs from the library's forward pass, which runs the encoder once for each pair of image and word and cuts
    the gradient of the image; the logits are the same.
    """

    def __init__(self, network: Any, words: Tensor, preprocessing: Preprocessing, side: int):
        super().__init__()
        self.network = network
        self.words = words
        """(k, d) float32, what the text encoder makes of each."""
        self.preprocessing = preprocessing
        self.side = side

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (n, k, h, w) for images (n, 3, h, w) in [-1, 1]."""
        height, width = images.shape[2:]
        seen = self.network.clip.vision_model(
            pixel_values=self.preprocessing.prepare(images, (self.side, self.side)), output_hidden_states=True
        )
        activations = [seen.hidden_states[layer + 1] for layer in self.network.extract_layers]
        logits = [self.network.decoder(activations, word.expand(len(images), -1)).logits for word in self.words]
        return interpolate(torch.stack(logits, 1), (height, width), mode="bilinear", align_corners=False)


def load_clipseg(
    concepts: tuple[str, ...],
    source: str = PUBLISHED,
    input_size: int | None = None,
    device: torch.device | str = "cpu",
) -> NetworkSegmenter:
    """Return a segmenter of the concepts that words name.

    A pixel shows the word of the largest logit, and nothing unless its probability exceeds `THRESHOLD`. The
    probability of a word is the sigmoid of its own logit: those of several words do not sum to one.

    Args:
        concepts: one word or phrase each, as they would stand in the caption of a picture, unique.
        source: a folder that the library wrote, or the name of a model on huggingface.co, which is fetched once.
        input_size: side of the square that the network sees, a multiple of its patches; None for what it was
            published with.
        device: where the network runs.

    Raises:
        MissingExtra: the library is not installed.
        ConfigError: there is no such model, it is no CLIPSeg, or `input_size` does not fit.
        CheckpointError: its files cannot be read or lack something.
    """
    with fetching(source):
        from transformers import AutoConfig, CLIPSegForImageSegmentation

        config = AutoConfig.from_pretrained(source, trust_remote_code=False)
        if config.model_type != "clipseg":
            raise ConfigError(f"model {source!r} is of type {config.model_type!r}, not a CLIPSeg; see --segmenter hf:")
        check_multiple(input_size, config.vision_config.patch_size, "clipseg")
        network = load_network(CLIPSegForImageSegmentation, source, device)
        preprocessing = read_preprocessing(source)
        words = _read(network, concepts, source, device)
    if preprocessing.size is None or preprocessing.size[0] != preprocessing.size[1]:
        raise CheckpointError(f"model {source!r} wants images of the size {preprocessing.size}; a CLIPSeg sees squares")
    side = input_size or preprocessing.size[0]
    return NetworkSegmenter(
        name="clipseg",
        concepts=concepts,
        categories=("object",) * len(concepts),
        fingerprint=fingerprint("clipseg", network, (preprocessing, concepts), input_size),
        network=ClipSegNetwork(network, words, preprocessing, side),
        chunk=CHUNK,
        to_probability=torch.sigmoid,
        threshold=THRESHOLD,
    )


def _read(network: Any, concepts: tuple[str, ...], source: str, device: torch.device | str) -> Tensor:
    """Return what the text encoder makes of each word, (k, d) float32. To be called under `fetching`.

    Raises:
        ConfigError: one is too long.
        CheckpointError: the model's files hold no tokenizer.
    """
    ids, known = (tensor.to(device) for tensor in tokens(source, list(concepts)))
    most = network.config.text_config.max_position_embeddings
    if ids.shape[1] > most:
        raise ConfigError(
            f"the longest of the segmenter's concepts, {max(concepts, key=len)!r}, has {ids.shape[1]} tokens; CLIPSeg "
            f"reads {most}, so say it shorter"
        )
    words: Tensor = network.get_conditional_embeddings(len(concepts), ids, known)
    return words
