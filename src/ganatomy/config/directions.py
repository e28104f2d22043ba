"""Which directions of a layer are asked for, as `--directions` names them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ganatomy.errors import ConfigError

LATENTS = "z"
"""The name by which the latents themselves are a layer whose directions can be taken."""
FILES = (".npz", ".safetensors")

Kind = Literal["pca", "sefa", "given"]

_FOUND = re.compile(r"(?P<kind>pca|sefa):(?P<number>[1-9]\d*)(?P<negative>:negative)?")
_NAMED = re.compile(r"(?P<base>.+)-(?P<kind>pca|sefa)(?P<number>[1-9]\d*)(?P<negative>-negative)?")


@dataclass(frozen=True)
class DirectionsChoice:
    """Directions of a layer: found in it, or read from a file."""

    kind: Kind
    """Of the greatest variance, `pca`; of the greatest gain in the weights that read the layer, `sefa`; or `given`, in
    a file."""
    number: int | None = None
    """How many; None for all in a file."""
    is_negative: bool = False
    """Whether each is turned around, so that its other end is what is active."""
    path: Path | None = None
    """The file."""

    @classmethod
    def of(cls, text: str) -> "DirectionsChoice":
        """Return what `--directions` names: `pca:20`, `sefa:10:negative`, or a file.

        Raises:
            ConfigError: it is none of these.
        """
        if match := _FOUND.fullmatch(text):
            return cls(_kind(match["kind"]), int(match["number"]), match["negative"] is not None)
        path = Path(text)
        if path.suffix in FILES and layer_suffix(path):
            return cls("given", path=path)
        raise ConfigError(
            f"directions is {text!r}; give pca:20 or sefa:20, or another number, with :negative after it for the other "
            f"ends, or a file {' or '.join(FILES)}"
        )

    @classmethod
    def named_by(cls, layer: str) -> "tuple[str, DirectionsChoice] | None":
        """Return the layer and its directions that a name such as `layer3-pca20` says; None of any other name."""
        match = _NAMED.fullmatch(layer)
        if match is None:
            return None
        return match["base"], cls(_kind(match["kind"]), int(match["number"]), match["negative"] is not None)

    def layer_of(self, base: str) -> str:
        """Return the name that the directions of a layer have as a layer of their own.

        >>> DirectionsChoice.of("pca:20").layer_of("layer3")
        'layer3-pca20'
        """
        suffix = layer_suffix(self.path) if self.path else f"{self.kind}{self.number}"
        return f"{base}-{suffix}{'-negative' if self.is_negative else ''}"


def layer_suffix(path: Path) -> str:
    """Return a file's name as a part of a layer's name: letters, digits, dashes and underscores."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", path.stem).strip("-")


def _kind(text: str) -> Kind:
    return "pca" if text == "pca" else "sefa"
