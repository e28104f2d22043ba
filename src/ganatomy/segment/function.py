"""Any function from images to labels, as a segmenter."""

import hashlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ganatomy.errors import ConfigError, DataError
from ganatomy.functions import import_function, one_line, source_of
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.network import check_images
from ganatomy.segment.protocol import NOTHING

ROUNDING = 1e-4
"""How far outside of 0 to 1 a probability may be."""
WORDS = {"probability": "probabilities", "confidence": "confidences"}


@dataclass(frozen=True, eq=False)
class FunctionSegmenter:
    """Makes a function from images to labels a `Segmenter`: what goes in and what comes out is checked.

    >>> bright = FunctionSegmenter("bright", ("dark", "light"), ("object",) * 2, "1", lambda x: (x.mean(1) > 0).long())
    >>> bright.segment(torch.ones(1, 3, 1, 2)).tolist()
    [[[[1, 1]]]]
    """

    name: str
    """The name it is loaded by."""
    concepts: tuple[str, ...]
    """Unique names; the index is the label."""
    categories: tuple[str, ...]
    """One per concept."""
    fingerprint: str
    """Changes with what the function does."""
    function: Callable[[Tensor], Any]
    """(n, 3, h, w) float32 in [-1, 1] -> integer labels (n, h, w) or (n, heads, h, w), -1 for no concept."""
    confidences: Callable[[Tensor], Any] | None = field(default=None, kw_only=True)
    """Images as above -> (n, h, w) float in [0, 1], how sure it is of what it names; None where it cannot tell."""

    def segment(self, images: Tensor) -> Tensor:
        """Return the concepts that the function names, (n, heads, h, w) int64, without gradient.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Raises:
            DataError: the images have another shape or are not floating point, or the function fails or gives
                something else than labels.
        """
        with torch.no_grad():
            labels = self._call(self.function, images)
        whole = isinstance(labels, Tensor) and not (labels.is_floating_point() or labels.is_complex())
        if not whole or labels.dtype == torch.bool or not self._fits(labels, images):
            raise DataError(
                f"segmenter {self.name!r} gave {_given(labels)} for images {tuple(images.shape)}; it must give integer "
                "labels (n, h, w) or (n, heads, h, w) of the size of the images"
            )
        by_head: Tensor = (labels if labels.ndim == 4 else labels[:, None]).to(images.device, torch.int64)
        self._check_range(by_head)
        return by_head

    def confidence(self, images: Tensor) -> Tensor | None:
        """Return how sure the function is at each pixel, (n, h, w) float32, no gradient; None where it cannot tell.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Raises:
            DataError: the images have another shape or are not floating point, or the function fails or gives
                something else than probabilities.
        """
        if self.confidences is None:
            return None
        with torch.no_grad():
            return self._checked(self._call(self.confidences, images), images, "confidence")

    def _checked(self, result: Any, images: Tensor, what: str) -> Tensor:
        """Return the probabilities that a function gave as `what`, float32 on the device of the images."""
        n, _, height, width = images.shape
        if not (isinstance(result, Tensor) and result.is_floating_point() and result.shape == (n, height, width)):
            raise DataError(
                f"segmenter {self.name!r} gave {_given(result)} as {what} for images {tuple(images.shape)}; it "
                "must give floats (n, h, w) of the size of the images"
            )
        if not ((result >= -ROUNDING) & (result <= 1 + ROUNDING)).all():
            low, high = result.min().item(), result.max().item()
            raise DataError(f"segmenter {self.name!r} gave {WORDS[what]} from {low:g} to {high:g}; they are 0 to 1")
        return result.to(images.device, torch.float32)

    def _fits(self, labels: Tensor, images: Tensor) -> bool:
        n, _, height, width = images.shape
        return labels.ndim in (3, 4) and (len(labels), *labels.shape[-2:]) == (n, height, width)

    def _check_range(self, labels: Tensor) -> None:
        wrong = labels[(labels < NOTHING) | (labels >= len(self.concepts))]
        if len(wrong):
            raise DataError(
                f"segmenter {self.name!r} gave the label {int(wrong[0])}; it has {len(self.concepts)} concepts, so "
                f"labels are 0 to {len(self.concepts) - 1}, and -1 for none"
            )
        ordered = labels.sort(1).values
        twice = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] != NOTHING)
        if twice.any():
            concept = self.concepts[int(ordered[:, 1:][twice][0])]
            raise DataError(
                f"segmenter {self.name!r} named {concept!r} by two heads at one pixel; give every head its own concepts"
            )

    def _call(self, function: Callable[..., Any], images: Tensor, *more: str) -> Any:
        check_images(images)
        try:
            return function(images.float(), *more)
        except Exception as error:  # other people's code raises anything at all
            raise DataError(
                f"segmenter {self.name!r} failed on images {tuple(images.shape)}: {one_line(error)}; it must take "
                "images of any size"
            ) from error


@dataclass(frozen=True, eq=False)
class DifferentiableFunctionSegmenter(FunctionSegmenter):
    """One whose author also wrote how probable a concept is."""

    probabilities: Callable[[Tensor, str], Any]
    """Images as above and one of `concepts` -> (n, h, w) float in [0, 1]."""

    def probability(self, images: Tensor, concept: str) -> Tensor:
        """Return the probability of a concept at each pixel, (n, h, w) float32, differentiable in `images`.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.
            concept: one of `concepts`.

        Raises:
            ConfigError: it has no such concept.
            DataError: the images have another shape or are not floating point, or the function fails or gives
                something else than probabilities.
        """
        result = self._call(self.probabilities, images, known_concept(concept, self.concepts))
        return self._checked(result, images, "probability")


def load_function(name: str) -> FunctionSegmenter:
    """Return the segmenter `module:function`.

    `concepts`, the names of its labels, stand in the module or are an attribute of the function; so do, if there
    are any, `categories`, one per concept (`object` by default), `probability`, a function of images and a concept, and
    `confidence`, a function of images. The fingerprint is that of these names and the source file: what the file reads
    in its turn is not seen.

    Raises:
        ConfigError: the function cannot be found, or its concepts or categories are not what they should be.
    """
    function = import_function(name, "segmenter")
    module = sys.modules[name.partition(":")[0]]
    concepts = _names(name, "concepts", _beside(function, module, "concepts"))
    if not concepts:
        raise ConfigError(f"segmenter {name!r} has no concepts; put concepts = ('sky', 'tree') beside the function")
    categories = _names(name, "categories", _beside(function, module, "categories")) or ("object",) * len(concepts)
    if len(categories) != len(concepts) or len(set(concepts)) != len(concepts):
        raise ConfigError(
            f"segmenter {name!r} has {len(concepts)} concepts, {len(set(concepts))} different ones, and "
            f"{len(categories)} categories; give unique concepts and a category for each"
        )
    digest = hashlib.sha256(repr((name, concepts, categories)).encode() + source_of(name, function, "segmenter"))
    fingerprint = f"function-{digest.hexdigest()[:16]}"
    probability = _beside(function, module, "probability")
    told = (name, concepts, categories, fingerprint, function)
    confidences = _beside(function, module, "confidence")
    if probability is None:
        return FunctionSegmenter(*told, confidences=confidences)
    return DifferentiableFunctionSegmenter(*told, probability, confidences=confidences)


def _beside(function: Any, module: Any, attribute: str) -> Any:
    """Return an attribute of the function, or else of its module, or else None."""
    return getattr(function, attribute, getattr(module, attribute, None))


def _names(name: str, attribute: str, value: Any) -> tuple[str, ...]:
    """Return names as they stand in the user's module; None for none.

    Raises:
        ConfigError: they are something else.
    """
    if value is None:
        return ()
    if not isinstance(value, tuple | list) or not all(isinstance(entry, str) for entry in value):
        raise ConfigError(f"segmenter {name!r} has {attribute} {value!r}; give a tuple of names")
    return tuple(value)


def _given(result: object) -> str:
    """Return what a function gave, for a message."""
    return f"{result.dtype} {tuple(result.shape)}" if isinstance(result, Tensor) else type(result).__name__
