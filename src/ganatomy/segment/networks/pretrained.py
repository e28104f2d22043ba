"""What the segmenters of the `transformers` library share: fetched, checked, fed with images, told apart."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from ganatomy.errors import CheckpointError, ConfigError, GanatomyError, MissingExtra
from ganatomy.functions import one_line
from ganatomy.segment.checkpoint import require_finite

MULTIPLE = 32
"""The coarsest stride of these networks: sides of their input are multiples of it, which spares them padding."""

PREFIX = "module."
"""What training on several devices puts before the name of every weight."""
_BICUBIC = 3  # the number that Pillow, and so a preprocessor_config.json, gives to this filter


@contextmanager
def fetching(source: str) -> Iterator[None]:
    """Let the library be used, quietly, and turn what it raises into errors of this package.

    Args:
        source: the name or folder of the model.

    Raises:
        MissingExtra: the library is not installed, or a package that this model needs.
        ConfigError: there is no such model.
        CheckpointError: the library cannot read it.
    """
    try:
        from transformers.utils import logging
    except ImportError:
        raise MissingExtra(
            f"segmenter model {source!r} needs the transformers library; pip install 'ganatomy[transformers]'"
        ) from None
    try:
        with _quietly(logging, bars=not Path(source).is_dir()):  # a download shows how far it is
            yield
    except GanatomyError:
        raise
    except ImportError as error:
        raise MissingExtra(f"model {source!r} needs a package that is not installed ({one_line(error)})") from error
    except OSError as error:
        raise ConfigError(
            f"no model {source!r}: neither a folder with its files nor a name that huggingface.co gave now or earlier "
            f"({one_line(error)}); download it where there is a network and pass the folder"
        ) from error
    except Exception as error:  # files of every kind meet dozens of readers here
        raise CheckpointError(
            f"the transformers library cannot read model {source!r} ({one_line(error)}); fetch it again, or choose "
            "one that the installed release knows"
        ) from error


@contextmanager
def _quietly(logging: Any, bars: bool) -> Iterator[None]:
    """Let the library say nothing but errors, and show bars only where asked; leave it as it was."""
    verbosity, shown = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    if not bars:
        logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if shown and not bars:
            logging.enable_progress_bar()


def found_at(source: str) -> str:
    """Return where a model is: a folder, `~` spelt out, which no shell does behind `hf:`; or the name as it is.

    Raises:
        ConfigError: it is written as a folder, and there is none.
    """
    folder = Path(source).expanduser()
    if folder.is_dir():
        return str(folder)
    if source.startswith((".", "/", "~")) or source.count("/") > 1:
        raise ConfigError(
            f"no folder {source!r}; give the folder that holds a model's config.json and weights, or its name on "
            "huggingface.co, of the form owner/model"
        )
    return source


def load_network(kind: Any, source: str, device: torch.device | str) -> Any:
    """Return a network of the library in float32, frozen, in evaluation mode. To be called under `fetching`.

    Args:
        kind: a class of the library that has `from_pretrained`.
        source: name or folder.
        device: where it runs.

    Names of weights may have the prefix `module.`, which training on several devices leaves behind.

    Raises:
        CheckpointError: the files lack some of its weights, such as the head of a mere backbone, or one is NaN.
    """
    how = {"dtype": torch.float32, "output_loading_info": True}
    network, report = kind.from_pretrained(source, trust_remote_code=False, **how)
    if report["unexpected_keys"] and all(key.startswith(PREFIX) for key in report["unexpected_keys"]):
        names = {f"^{re.escape(PREFIX)}": ""}
        network, report = kind.from_pretrained(source, trust_remote_code=False, key_mapping=names, **how)
    # Counters of batches and what the training loss keeps do not bear on the output.
    missing = sorted(
        key
        for key in report["missing_keys"]
        if not key.endswith("num_batches_tracked") and not key.startswith("criterion.")
    )
    if missing:
        others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise CheckpointError(
            f"model {source!r} lacks weights of {type(network).__name__}: {missing[0]}{others}; pass one that was "
            "trained to segment"
        )
    require_finite(network, f"model {source!r}")
    return network.eval().requires_grad_(False).to(device)


def tokens(source: str, words: list[str], length: int | None = None) -> tuple[Tensor, Tensor]:
    """Return token ids and attention mask, both (n, l) int64, of texts. To be called under `fetching`.

    Args:
        source: name or folder of the model, whose tokenizer is used.
        words: n texts.
        length: l; None takes that of the longest text.

    Raises:
        CheckpointError: the model's files hold no tokenizer that knows the words.
    """
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
    for word, ids in zip(words, tokenizer(words, add_special_tokens=False)["input_ids"], strict=True):
        if all(token == tokenizer.unk_token_id for token in ids):
            raise CheckpointError(f"model {source!r} comes without a tokenizer that knows {word!r}; fetch it whole")
    padding = "longest" if length is None else "max_length"
    encoded = tokenizer(words, padding=padding, max_length=length, truncation=length is not None, return_tensors="pt")
    return encoded["input_ids"], encoded["attention_mask"]


@dataclass(frozen=True)
class Preprocessing:
    """How a network wants its images.

    Differs from the library's own processors: works on batches of tensors and carries the gradient; sides that
    follow from the image are rounded to multiples of 32 instead of padded; never crops.
    """

    mean: tuple[float, ...]
    """Of each channel, subtracted once values are scaled."""
    deviation: tuple[float, ...]
    """Of each channel, divided by."""
    scale: float
    """What white becomes before that."""
    blue_first: bool
    """Whether channels go in as blue, green, red."""
    filter: str
    """`bilinear` or `bicubic`."""
    size: tuple[int, int] | None
    """Height and width of the input, whatever the proportions of the image."""
    shorter: int | None = None
    """Where there is no `size`: pixels of the shorter side."""
    longer: int | None = None
    """Where there is no `size`: pixels of the longer side, at most where `shorter` is given as well."""

    def input_size(self, height: int, width: int, longer: int | None = None) -> tuple[int, int]:
        """Return the height and width of the input for an image.

        Args:
            height: of the image.
            width: of the image.
            longer: pixels of the longer side of the input, the shorter in proportion; None for what the network
                was published with.
        """
        if longer is None and self.size is not None:
            return self.size
        edges = [(longer, max)] if longer else [(self.shorter, min), (self.longer, max)]
        ratio = min([edge / side(height, width) for edge, side in edges if edge], default=1.0)
        rows, columns = (max(1, round(ratio * side / MULTIPLE)) for side in (height, width))
        return MULTIPLE * rows, MULTIPLE * columns

    def prepare(self, images: Tensor, size: tuple[int, int]) -> Tensor:
        """Return the input of the network, differentiable in `images`.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1].
            size: height and width of the input.
        """
        x = (images.contiguous() + 1) / 2
        if size != tuple(images.shape[2:]):
            x = interpolate(x, size, mode=self.filter, antialias=True, align_corners=False).clamp(0, 1)
        mean, deviation = (x.new_tensor(values).view(3, 1, 1) for values in (self.mean, self.deviation))
        return ((x.flip(1) if self.blue_first else x) * self.scale - mean) / deviation


def read_preprocessing(source: str) -> Preprocessing:
    """Return what the model's `preprocessor_config.json` says. To be called under `fetching`.

    Raises:
        CheckpointError: there is no such file, or it lacks a setting.
    """
    from transformers.image_processing_base import ImageProcessingMixin

    try:
        settings, _ = ImageProcessingMixin.get_image_processor_dict(source)
    except OSError as error:
        raise CheckpointError(
            f"model {source!r} has no preprocessor_config.json, so that it is not known how it wants its images "
            f"({one_line(error)}); put that of the model beside its weights which it was fine-tuned from, or write one "
            'with "image_mean", "image_std" and "size"'
        ) from error
    try:
        normalised = settings.get("do_normalize", True)
        size, shorter, longer = _size(settings) if settings.get("do_resize", True) else (None, None, None)
        return Preprocessing(
            mean=tuple(settings["image_mean"]) if normalised else (0.0, 0.0, 0.0),
            deviation=tuple(settings["image_std"]) if normalised else (1.0, 1.0, 1.0),
            scale=255 * settings.get("rescale_factor", 1 / 255) if settings.get("do_rescale", True) else 255.0,
            blue_first=settings.get("do_flip_channel_order", False),
            filter="bicubic" if settings.get("resample") == _BICUBIC else "bilinear",
            size=size,
            shorter=shorter,
            longer=longer,
        )
    except KeyError as error:
        raise CheckpointError(
            f"model {source!r} does not say how it wants its images: {error.args[0]!r} is missing; fetch it again, or "
            "add it to its preprocessor_config.json"
        ) from error


def _size(settings: Mapping[str, Any]) -> tuple[tuple[int, int] | None, int | None, int | None]:
    """Return size, shorter side and longer side; a mere number is what older releases of the library wrote."""
    size = settings["size"]
    if isinstance(size, int):
        return ((size, size), None, None) if "max_size" not in settings else (None, size, settings["max_size"])
    if "height" in size:
        return (size["height"], size["width"]), None, None
    if "shortest_edge" not in size and "longest_edge" not in size:
        raise KeyError("size")
    return None, size.get("shortest_edge"), size.get("longest_edge")


def fingerprint(kind: str, network: nn.Module, settings: object, input_size: int | None) -> str:
    """Return the kind, a SHA-256 of weights and settings, and the input size.

    Args:
        kind: what the fingerprint begins with.
        network: whose weights count.
        settings: whatever else the labels follow from, told apart by its `repr`.
        input_size: pixels of the longer side of the input, or None.
    """
    digest = hashlib.sha256(repr(settings).encode())
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return f"{kind}-{digest.hexdigest()[:16]}-input-{input_size or 'auto'}"


def check_multiple(input_size: int | None, multiple: int, name: str) -> None:
    """Refuse an input size that the network cannot take.

    Raises:
        ConfigError: it is not a multiple.
    """
    if input_size is not None and (input_size < multiple or input_size % multiple):
        near = max(multiple, multiple * round(input_size / multiple))
        raise ConfigError(
            f"input size {input_size} does not fit segmenter {name!r}; it takes multiples of {multiple}, such as {near}"
        )
