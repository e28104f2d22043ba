"""What tells one generator from another, by content: its weights and its architecture."""

import hashlib
import json
from dataclasses import asdict, fields, is_dataclass
from typing import Any

import torch
from torch import nn


def fingerprint(generator: nn.Module) -> str:
    """Return 16 hexadecimal digits that change with any weight and with the architecture.

    A dissection holds for the very function that was dissected: the same weights behind another slope of a rectifier,
    or other latents, are another generator.
    """
    network: nn.Module = getattr(generator, "_orig_mod", generator)
    return _digest(network, architecture(network))


def architecture(network: nn.Module) -> str:
    """Return the architecture as text: kind and shape of GANatomy's own networks, else the modules as torch shows them.

    >>> architecture(nn.Sequential(nn.ReLU()))
    'Sequential((0): ReLU())'
    """
    kind, shape = getattr(network, "kind", None), getattr(network, "shape", None)
    if isinstance(kind, str) and is_dataclass(shape) and not isinstance(shape, type):
        return json.dumps({"kind": kind, **_told(shape)}, sort_keys=True)
    return " ".join(repr(network).split()).replace("( ", "(").replace(" )", ")")


def _told(shape: Any) -> dict[str, Any]:
    """Return a shape's fields, but for later ones that say what all shapes were before: records' fingerprints hold."""
    values = asdict(shape)
    for one in fields(shape):
        if one.metadata.get("later") and values[one.name] == one.default:
            del values[one.name]
    return values


def made_by(generator: nn.Module, recorded: str) -> bool:
    """Return whether a record's fingerprint is that of a generator.

    Args:
        generator: the generator.
        recorded: what `fingerprint` returned, or, in records written before it minded the architecture, the digits of
            the weights alone.
    """
    return recorded in (fingerprint(generator), weights_fingerprint(generator))


def weights_fingerprint(generator: nn.Module) -> str:
    """Return 16 hexadecimal digits that change with any weight: what records held at first."""
    return _digest(getattr(generator, "_orig_mod", generator), "")


def _digest(network: nn.Module, text: str) -> str:
    digest = hashlib.sha256(text.encode())
    for name, value in network.state_dict().items():
        digest.update(name.encode())
        digest.update(value.cpu().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:16]
