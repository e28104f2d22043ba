"""Reads the weights of a segmenter: one safetensors file, its names in the metadata."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment.concepts import short_names
from ganatomy.segment.protocol import OTHER
from ganatomy.segment.reference import ReferenceImages, read_reference

REFERENCE = "reference"
"""The metadata that hold the figures of images that a segmenter was made for."""


@dataclass(frozen=True)
class Checkpoint:
    """Weights as they stand in a file."""

    path: Path
    tensors: dict[str, Tensor]
    """float32, by the names of the file."""
    metadata: dict[str, str]
    sha256: str
    """Of the whole file, 64 hexadecimal digits."""


def read_checkpoint(path: Path) -> Checkpoint:
    """Return the contents of a safetensors file, half precision widened to float32.

    Raises:
        ConfigError: there is no such file.
        CheckpointError: the file is not safetensors.
    """
    if not path.is_file():
        raise ConfigError(f"no weights at {path}; pass the path of a safetensors file")
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
            metadata = file.metadata() or {}
    except SafetensorError as error:
        raise CheckpointError(f"{path} is not a safetensors file ({error}); pass the original") from error
    return Checkpoint(path, tensors, metadata, hashlib.sha256(path.read_bytes()).hexdigest())


def read_concepts(checkpoint: Checkpoint, key: str) -> tuple[str, ...]:
    """Return the unique concept names in the metadata of a checkpoint, shortened by `short_names`.

    Raises:
        CheckpointError: the metadata holds no JSON list of names under `key`.
    """
    try:
        return short_names(json.loads(checkpoint.metadata[key]))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"{checkpoint.path} holds no concept names; its metadata needs a JSON list under {key!r}"
        ) from error


def kept_reference(checkpoint: Checkpoint, num_concepts: int) -> tuple[ReferenceImages, ...]:
    """Return the figures of images that a checkpoint was made for, of its metadata; none where it has none.

    Raises:
        CheckpointError: they are something else.
    """
    if REFERENCE not in checkpoint.metadata:
        return ()
    try:
        kept = json.loads(checkpoint.metadata[REFERENCE])
    except ValueError as error:
        raise CheckpointError(f"{checkpoint.path} has metadata that are no JSON ({error}); copy it again") from error
    return read_reference(kept, num_concepts, str(checkpoint.path))


def object_categories(concepts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the categories of a vocabulary of objects: `OTHER` for the concept of that name."""
    return tuple(OTHER if concept == OTHER else "object" for concept in concepts)


def require_finite(network: nn.Module, source: str) -> None:
    """Return if all weights of a network are numbers: with NaN in them it would name one concept everywhere.

    Args:
        network: with its weights.
        source: what to call their file.

    Raises:
        CheckpointError: one is NaN or infinite.
    """
    for name, value in network.state_dict().items():
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise CheckpointError(f"{source} has NaN or infinity in {name}; its training diverged: pass other weights")


def load_weights(network: nn.Module, tensors: dict[str, Tensor], path: Path) -> None:
    """Copy `tensors` into `network`, freeze it for inference and lay it out channels last.

    On a CPU that layout makes the convolutions of both segmenters about twice as fast.

    Raises:
        CheckpointError: weights are missing, left over, of another shape or not finite.
    """
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    given = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    wrong = [f"{name} is missing" for name in wanted if name not in given]
    wrong += [f"{name} is not part of it" for name in given if name not in wanted]
    wrong += [
        f"{name} has shape {given[name]} instead of {shape}"
        for name, shape in wanted.items()
        if given.get(name, shape) != shape
    ]
    if wrong:
        others = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise CheckpointError(
            f"{path} does not fit {type(network).__name__}: {wrong[0]}{others}; pass the weights of this segmenter"
        )
    network.load_state_dict(tensors)
    require_finite(network, str(path))
    network.requires_grad_(False).eval()
    convert_conv2d_weight_memory_format(network, torch.channels_last)
