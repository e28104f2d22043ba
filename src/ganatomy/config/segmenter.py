"""Which segmenter, and what it is loaded with: settings that commands share."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ganatomy.config.imports import names_code, refusal
from ganatomy.config.values import settle_types
from ganatomy.errors import ConfigError

OPTIONS = ("no-quadrants", "all-parts", "skip-last-component")
"""Of `unified`: leave out the halves of objects; name all parts, as the release of 2020; reproduce a published fault,
that the last component of an image has no halves."""

EXAMPLE = "hf:nvidia/segformer-b0-finetuned-ade-512-512"
"""A model of the transformers library that knows 150 concepts of photographs."""

NAMES = ("ade20k", "clipseg", "scenes", "trained", "unified")

_WEIGHTS = {
    "ade20k": "a safetensors file",
    "trained": "the file that `ganatomy segmenter train` wrote",
    "unified": "the folder of its files",
}
_OWN_SIZE = {
    "scenes": "works at the size of the images",
    "trained": "works at the size of the images",
    "unified": "has a size of its own",
    "function": "sees the images as they are",
}


@dataclass(frozen=True)
class SegmenterChoice:
    """A segmenter by name, and what it is loaded with."""

    name: str = "scenes"
    """One of `NAMES`, `hf:NAME_OR_FOLDER` or `module:function`."""
    weights: Path | None = None
    """File or folder with the weights, or for `clipseg` also a name; `scenes` and `clipseg` have a default."""
    input_size: int | None = None
    """Pixels of the longer side of what it sees; None lets it choose."""
    concepts: tuple[str, ...] = ()
    """The words that `clipseg` looks for; the others have concepts of their own."""
    options: tuple[str, ...] = ()
    """Of `unified`, any of `OPTIONS`."""

    def __post_init__(self) -> None:
        settle_types(self)
        kind, name = self.kind, f"segmenter {self.name!r}"
        if ":" not in self.name and self.name not in NAMES:
            raise ConfigError(f"no {name}; choose one of {', '.join(NAMES)}, hf:NAME_OR_FOLDER or module:function")
        if kind == "hf" and not self.name.removeprefix("hf:").strip():
            raise ConfigError(f"{name} names no model; give a folder or a name, such as {EXAMPLE}")
        if kind in _WEIGHTS and self.weights is None:
            raise ConfigError(f"{name} comes without weights; pass {_WEIGHTS[kind]} with --segmenter-weights")
        if kind in ("hf", "function") and self.weights is not None:
            raise ConfigError(f"{name} takes no weights; leave out {self.weights}")
        if kind in _OWN_SIZE and self.input_size is not None:
            raise ConfigError(f"{name} {_OWN_SIZE[kind]}; leave out the input size {self.input_size}")
        if kind == "clipseg" and not self.concepts:
            raise ConfigError(f"{name} looks for words; pass them with --segmenter-concepts, such as: sky 'a red door'")
        if kind != "clipseg" and self.concepts:
            raise ConfigError(f"{name} has concepts of its own; leave out {', '.join(self.concepts)}")
        if kind != "unified" and self.options:
            raise ConfigError(f"{name} has no options; leave out {', '.join(self.options)}")
        if unknown := [option for option in self.options if option not in OPTIONS]:
            raise ConfigError(f"no option {unknown[0]!r} of {name}; choose from {', '.join(OPTIONS)}")
        if len(set(self.concepts)) != len(self.concepts) or not all(word.strip() for word in self.concepts):
            raise ConfigError(f"the segmenter's concepts are {list(self.concepts)}; give words, each once")

    @property
    def kind(self) -> str:
        """The name, or `hf` or `function` for the two that hold a colon."""
        if ":" not in self.name:
            return self.name
        return "hf" if self.name.startswith("hf:") else "function"

    def recorded(self) -> dict[str, Any]:
        """Return the choice as a dissection keeps it in `units.json`."""
        return {
            "segmenter": self.name,
            "segmenter_weights": self.weights and str(self.weights),
            "input_size": self.input_size,
            "segmenter_concepts": list(self.concepts),
            "segmenter_options": list(self.options),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any], source: str) -> "SegmenterChoice":
        """Return the choice that `recorded` gave; older records lack concepts and options.

        Args:
            record: what a dissection keeps.
            source: its file, for the message.

        Raises:
            ConfigError: it names code to import, or no segmenter.
        """
        name = record.get("segmenter")
        if name is None:
            raise ConfigError(f"{source} does not say which segmenter it is by; give --segmenter")
        if names_code(name):
            raise ConfigError(refusal("segmenter", name, source))
        weights = record["segmenter_weights"]
        return cls(
            name,
            Path(weights) if weights else None,
            record["input_size"],
            tuple(record.get("segmenter_concepts", ())),
            tuple(record.get("segmenter_options", ())),
        )


class SegmenterSettings(Protocol):
    """The settings of a command that say which segmenter it takes."""

    @property
    def segmenter(self) -> str | None:
        """Its name; None for that of a dissection."""

    @property
    def segmenter_weights(self) -> Path | None:
        """File or folder with its weights."""

    @property
    def input_size(self) -> int | None:
        """Pixels of the longer side of what it sees."""

    @property
    def segmenter_concepts(self) -> tuple[str, ...]:
        """Words that `clipseg` looks for."""

    @property
    def segmenter_options(self) -> tuple[str, ...]:
        """Options of `unified`."""


def choice_of(settings: SegmenterSettings) -> SegmenterChoice | None:
    """Return the segmenter that settings ask for and what it is loaded with; None for that of a dissection.

    Raises:
        ConfigError: what it is loaded with does not fit it, or is given without a segmenter.
    """
    loaded_with = (
        settings.segmenter_weights,
        settings.input_size,
        settings.segmenter_concepts,
        settings.segmenter_options,
    )
    if settings.segmenter is not None:
        return SegmenterChoice(settings.segmenter, *loaded_with)
    if any(loaded_with):
        raise ConfigError(
            "segmenter_weights, segmenter_concepts, segmenter_options and input_size belong to a segmenter; "
            "give --segmenter too"
        )
    return None
