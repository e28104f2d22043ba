"""Generators that were trained elsewhere, made runs of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from torch import nn

from ganatomy.config.importing import ImportConfig, LayoutName
from ganatomy.exchange.session import Imported
from ganatomy.exchange.session import import_generator as make_run
from ganatomy.face.shown import as_html, as_text
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.tables import Row


@dataclass(frozen=True, repr=False)
class ImportedRun(Imported):
    """A run of a generator from elsewhere; shows itself as what its weights were taken for, and samples."""

    def __repr__(self) -> str:
        return as_text(f"{self.run}: {self.layout}", self._rows())

    def _repr_html_(self) -> str:
        picture = Image.open(self.samples) if self.samples.exists() else None
        return as_html(f"{self.run}: {self.layout}", self._rows(), picture=picture)

    def _rows(self) -> list[Row]:
        told = [("evidence", text) for text in self.evidence]
        return [{"": what, "said": text} for what, text in (*told, *(("warning", text) for text in self.warnings))]


def import_generator(
    file: Path | str,
    name: str | None = None,
    *,
    as_: LayoutName | None = None,
    network: str | None = None,
    module: Callable[..., nn.Module] | str | None = None,
    arguments: Mapping[str, Any] | None = None,
    call: Mapping[str, Any] | None = None,
    output: int | str | None = None,
    z_dim: int | None = None,
    classes: int | Sequence[str] | None = None,
    value_range: tuple[float, float] | None = None,
    channels: Literal["RGB", "BGR"] = "RGB",
    rectifier: str | None = None,
    ends: Literal["tanh", "sigmoid", "none"] | None = None,
    latent: Literal["normal", "uniform"] | None = None,
    truncation: float | None = None,
    image_size: int | None = None,
    data: Path | str | None = None,
    data_classes: Sequence[str] = (),
    split: str = "train",
    out: Path | str = "runs",
    seed: int = 0,
    progress: Progress | bool | None = None,
) -> ImportedRun:
    """Make a run of a generator that was trained elsewhere, and return it: its `run` goes to every other function.

    Args:
        file: file of weights, a folder that holds one, or `hf:NAME_OR_FOLDER`.
        name: what to call the run; None takes the name of the file.
        as_: what the weights are, where that is not to be recognised: `ganatomy`, `progan`, `stylegan2` or `dcgan`; of
            variants of `progan` that nothing tells apart, `progan-equallr` or `progan-pixelwisenorm`.
        network: of a file that holds several networks, the one to take.
        module: of a generator with its own code, what makes it: a class, or its name `package.module:Class`. Runs keep
            the name, and open by it on this account from now on.
        arguments: what that is built with.
        call: what the generator is called with beside latents and class.
        output: key or index of the images in what it returns.
        z_dim: length of its latents, where its code does not say it.
        classes: how many classes it takes, or their names.
        value_range: what stands for black and for white; None takes -1 and 1.
        channels: order of the colours.
        rectifier: function between the maps of a DCGAN, such as `leaky_relu:0.2`; None reads it from the file.
        ends: what bounds the images of a DCGAN; None takes tanh.
        latent: distribution of its latents; None reads it from the file.
        truncation: of StyleGAN2, how far from the mean style others are left.
        image_size: pixels a side, where the file leaves that open.
        data: folder or zip of the images that it was trained on, if you have them.
        data_classes: class folders of these images; none for all.
        split: split of these images.
        out: where runs are kept.
        seed: of the latents of the samples.
        progress: as for `dissect`.

    Raises:
        CheckpointError: the file cannot be read, or holds no generator that is known.
        ConfigError: it holds several, or leaves open what you have to say; or code that does not work.
        DataError: the images cannot be read.
        MissingExtra: the library of the Hugging Face hub is needed and not installed.
    """
    code = None if module is None or isinstance(module, str) else module
    made = make_run(
        ImportConfig(
            str(file),
            name,
            as_,
            network,
            _name_of(module),
            _pairs(arguments),
            _pairs(call),
            None if output is None else str(output),
            z_dim,
            classes if isinstance(classes, int) else None,
            () if classes is None or isinstance(classes, int) else tuple(classes),
            value_range,
            channels,
            rectifier,
            ends,
            latent,
            truncation,
            image_size,
            None if data is None else str(data),
            tuple(data_classes),
            split,
            Path(out),
            seed,
        ),
        code,
        shown_progress(progress),
    )
    return ImportedRun(**vars(made))


def _name_of(module: Callable[..., nn.Module] | str | None) -> str | None:
    """Return the name under which runs keep code."""
    if module is None or isinstance(module, str):
        return module
    return f"{module.__module__}:{getattr(module, '__qualname__', type(module).__name__)}"


def _pairs(values: Mapping[str, Any] | None) -> tuple[str, ...]:
    return tuple(f"{name}={value!r}" for name, value in (values or {}).items())
