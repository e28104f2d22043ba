"""The segmenter of GAN Dissection: Unified Perceptual Parsing (arXiv 1807.10221; official code, segmenter.py).

Objects, materials, the parts of some objects and the halves of all of them. It loads the official release as it is:
a folder with `encoder_epoch_40.pth`, `decoder_epoch_40.pth` and `labels.json`.

Differs: labels are as large as the images, where the official code halves them before it looks for connected
components.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, interpolate

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment.checkpoint import load_weights
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.network import check_images
from ganatomy.segment.networks.quadrants import quadrants as halves_of
from ganatomy.segment.networks.unified_labels import Numbering, PartHead, Vocabulary, number_concepts, read_vocabulary
from ganatomy.segment.networks.upernet import Classes, UPerNet
from ganatomy.segment.protocol import NOTHING

ENCODER, DECODER, LABELS = "encoder_epoch_40.pth", "decoder_epoch_40.pth", "labels.json"

MEANS = (102.9801, 115.9465, 122.7717)
"""Of blue, green and red, in 0..255; subtracted from the images."""

INPUT_SIZE = 256  # height and width, pixels, of what the network sees
CHUNK = 4  # images; larger chunks are no faster

# What batch normalisation keeps for training: the release has entries of its own, torch has another.
COUNTER = "num_batches_tracked"
BOOKKEEPING = (COUNTER, "_tmp_running_mean", "_tmp_running_var", "_running_iter")


@dataclass(frozen=True)
class Shares:
    """The logits of all heads at the size of the images, or the softmax of each."""

    objects: Tensor
    """(n, 1 + objects, h, w); channel 0 is nothing."""
    materials: Tensor
    """(n, 1 + materials, h, w); channel 0 is nothing."""
    parts: tuple[Tensor, ...]
    """For each part head, (n, parts, h, w)."""


@dataclass(frozen=True, eq=False)
class UnifiedSegmenter:
    """Names the object, the material, the part and the halves that each pixel belongs to."""

    numbering: Numbering
    fingerprint: str
    """Name, sha256 of weights and names, input size and options."""
    network: UPerNet
    quadrants: bool
    """Whether there are five heads, with top or bottom and left or right; else three."""
    skip_last_component: bool = False
    """Leave the last component of each image undivided, as the published code does by mistake."""
    input_size: int = INPUT_SIZE
    """Height and width in pixels at which the network sees the images."""
    name: str = "unified"
    """The name it is loaded by."""

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts of all heads; the label of the release is the index plus 1."""
        return self.numbering.concepts

    @property
    def categories(self) -> tuple[str, ...]:
        """`object`, `part` or `material`, one per concept."""
        return self.numbering.categories

    def segment(self, images: Tensor) -> Tensor:
        """Return the most probable concept of each pixel, by each head, without gradient.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Returns:
            (n, heads, h, w) int64, indices into `concepts` or `NOTHING`. The heads are object, material, part and,
            with quadrants, top or bottom, left or right. A part is named only where its owner is the object.

        Raises:
            DataError: the images have another shape or are not floating point.
        """
        with torch.no_grad():
            return torch.cat([self._label(logits) for logits in self._logits(images)])

    def probability(self, images: Tensor, concept: str) -> Tensor:
        """Return how probable a concept is at each pixel, (n, h, w) float32, differentiable in `images`.

        For an object or a material its share of the softmax over objects or materials, for a part its share
        among the parts of its owner. What is an object and a part too, or a part of several owners, has the sum of
        these, as in the official code: it can exceed 1.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.
            concept: one of `concepts`, but no half of an object.

        Raises:
            ConfigError: it has no such concept, or no probability of it.
            DataError: the images have another shape or are not floating point.
        """
        index = self.concepts.index(known_concept(concept, self.concepts))
        if self.numbering.num_objects <= index < self.numbering.first_material:
            raise ConfigError(
                f"no probability of '{concept}': halves are cut out of whole objects; choose '{concept[:-2]}'"
            )
        return torch.cat([self._share(logits, index) for logits in self._logits(images)])

    def confidence(self, images: Tensor) -> Tensor:
        """Return the probability of the most probable object, or of none, at each pixel, (n, h, w) float32.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Raises:
            DataError: the images have another shape or are not floating point.
        """
        with torch.no_grad():
            return torch.cat([logits.objects.softmax(1).amax(1) for logits in self._logits(images)])

    def _label(self, logits: Shares) -> Tensor:
        """Return (n, heads, h, w) int64."""
        numbering = self.numbering
        objects = logits.objects.argmax(1) - 1
        materials = logits.materials.argmax(1) - 1
        heads = [
            objects,
            torch.where(materials < 0, NOTHING, numbering.first_material + materials),
            _name_parts(objects, logits.parts, numbering.part_heads),
        ]
        if self.quadrants:
            sides = halves_of(objects, skip_last_component=self.skip_last_component)
            halves = torch.where(sides < 0, NOTHING, objects[:, None] + numbering.num_objects * (1 + sides))
            heads += halves.unbind(1)
        return torch.stack(heads, 1)

    def _share(self, logits: Shares, index: int) -> Tensor:
        """Return (n, h, w) float32."""
        material = index - self.numbering.first_material
        if 0 <= material < self.numbering.first_part - self.numbering.first_material:
            return logits.materials.softmax(1)[:, 1 + material]
        shares = [logits.objects.softmax(1)[:, 1 + index]] if index < self.numbering.num_objects else []
        for part_logits, head in zip(logits.parts, self.numbering.part_heads, strict=True):
            if index in head.concepts:
                shares.append(part_logits.softmax(1)[:, head.concepts.index(index)])
        return torch.stack(shares).sum(0)

    def _logits(self, images: Tensor) -> Iterator[Shares]:
        """Yield the logits of `CHUNK` images at a time."""
        check_images(images)
        size = (images.shape[2], images.shape[3])
        for chunk in torch.split(images.float(), CHUNK):
            logits = self.network(_prepare(chunk, self.input_size))
            yield Shares(
                objects=_resize(logits.objects, size),
                materials=_resize(logits.materials, size),
                parts=tuple(_resize(logits.parts[:, head.channels], size) for head in self.numbering.part_heads),
            )


def load_unified(
    path: Path,
    device: torch.device | str = "cpu",
    *,
    quadrants: bool = True,
    all_parts: bool = False,
    skip_last_component: bool = False,
) -> UnifiedSegmenter:
    """Return the segmenter of the official release, frozen and ready to use.

    Args:
        path: the folder with `encoder_epoch_40.pth`, `decoder_epoch_40.pth` and `labels.json`, or one of these.
        device: where the network runs.
        quadrants: also name the top, bottom, left and right half of every object.
        all_parts: name the parts of all objects that have some, as the release of 2020 can, instead of those of
            sky, building and person.
        skip_last_component: leave the last component of each image undivided, as the published code does by
            mistake; only to reproduce its numbers.

    Raises:
        ConfigError: a file is missing, or `skip_last_component` is asked for without quadrants.
        CheckpointError: a file does not hold the weights or the names of this network.
    """
    if skip_last_component and not quadrants:
        raise ConfigError("skip_last_component leaves quadrants out, but there are none; set quadrants=True as well")
    folder = path.parent if path.is_file() else path
    for file in (ENCODER, DECODER, LABELS):
        if not (folder / file).is_file():
            raise ConfigError(
                f"no {file} in {folder}; the unified segmenter needs the folder of the official release with "
                f"{ENCODER}, {DECODER} and {LABELS}"
            )
    vocabulary = read_vocabulary(folder / LABELS)
    options = {"quadrants": quadrants, "all-parts": all_parts, "skip-last-component": skip_last_component}
    names = [_sha256(folder), f"input-{INPUT_SIZE}", *(option for option, chosen in options.items() if chosen)]
    return UnifiedSegmenter(
        numbering=number_concepts(vocabulary, quadrants=quadrants, all_parts=all_parts),
        fingerprint="-".join(["unified", *names]),
        network=_load_network(folder, vocabulary).to(device),
        quadrants=quadrants,
        skip_last_component=skip_last_component,
    )


def _load_network(folder: Path, vocabulary: Vocabulary) -> UPerNet:
    """Return the network with the weights in a folder; its width is that of the weights, 512 in the release."""
    encoder, decoder = _read_weights(folder / ENCODER), _read_weights(folder / DECODER)
    classes = Classes(
        scenes=len(vocabulary.scenes),
        objects=len(vocabulary.objects),
        parts=sum(map(len, vocabulary.parts.values())),
        materials=len(vocabulary.materials),
    )
    bias = decoder.get("ppm_last_conv.1.bias")
    network = UPerNet(classes) if bias is None else UPerNet(classes, width=bias.numel())
    _fill(network.encoder, encoder, folder / ENCODER)
    _fill(network.decoder, decoder, folder / DECODER)
    return network


def _read_weights(path: Path) -> dict[str, Tensor]:
    """Return the float32 tensors of a file of the release; torch's reader of weights runs no code of the file."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged pickle raises anything at all
        reason = (str(error).strip().splitlines() or [""])[0]
        raise CheckpointError(
            f"cannot read {path} as weights ({type(error).__name__}: {reason}); fetch it again"
        ) from error
    if not isinstance(content, dict) or not all(isinstance(tensor, Tensor) for tensor in content.values()):
        raise CheckpointError(f"{path} does not hold a dictionary of tensors; pass the file of the release")
    return {name: tensor.float() for name, tensor in content.items()}


def _fill(network: nn.Module, tensors: dict[str, Tensor], path: Path) -> None:
    """Load the tensors but those that only training needs."""
    kept = {name: tensor for name, tensor in tensors.items() if not name.endswith(BOOKKEEPING)}
    counters = {name: count for name, count in network.state_dict().items() if name.endswith(COUNTER)}
    load_weights(network, kept | counters, path)


def _sha256(folder: Path) -> str:
    """Return the first 16 hexadecimal digits of the sha256 of the digests of the three files."""
    digests = []
    for file in (ENCODER, DECODER, LABELS):
        with (folder / file).open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:16]


def _prepare(images: Tensor, size: int) -> Tensor:
    """Return images as the network takes them, (n, 3, size, size) float32, blue first."""
    means = torch.tensor(MEANS, device=images.device)[:, None, None]
    pixels = (images.flip(1) + 1) / 2 * 255 - means
    return adaptive_avg_pool2d(pixels, size).contiguous(memory_format=torch.channels_last)


def _resize(logits: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the logits bilinearly resized to a height and width."""
    return interpolate(logits, size, mode="bilinear", align_corners=False)


def _name_parts(objects: Tensor, logits: tuple[Tensor, ...], heads: tuple[PartHead, ...]) -> Tensor:
    """Return the part (n, h, w) that each pixel shows; `NOTHING` outside the objects whose parts are told."""
    parts = torch.full_like(objects, NOTHING)
    for head, part_logits in zip(heads, logits, strict=True):
        concepts = torch.tensor(head.concepts, device=objects.device)
        parts = torch.where(objects == head.owner, concepts[part_logits.argmax(1)], parts)
    return parts
