"""Settings of `ganatomy import`."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tyro.conf import Positional

from ganatomy.config.bounds import Amount, Count, WholeNumber, require_bounds
from ganatomy.config.scenes import require_scene_preset
from ganatomy.errors import ConfigError

LayoutName = Literal["ganatomy", "progan", "progan-equallr", "progan-pixelwisenorm", "stylegan2", "dcgan"]


@dataclass(frozen=True)
class ImportConfig:
    """Make a run of a generator that was trained elsewhere: every command then works on it as on a grown one."""

    file: Positional[str]
    """File of weights: `.safetensors`, `.npz`, or `.pt`, `.pth`, ... of weights alone; a folder that holds one, such as
    `ganatomy export` writes; or `hf:NAME_OR_FOLDER`, a model of the Hugging Face hub."""
    name: str | None = None
    """What to call the run; none given takes the name of the file."""
    as_: LayoutName | None = None
    """What the weights are, where it is not to be recognised: `ganatomy`, `progan`, `stylegan2`, or `dcgan`, maps one
    after another. Of the variants of `progan` that nothing in the file tells apart, `progan-equallr` or
    `progan-pixelwisenorm`."""
    network: str | None = None
    """Of a file that holds several networks, the one to take, such as `g_ema`."""
    module: str | None = None
    """Of a generator with its own code, the class or function that makes it, named `module:function` as others are: it
    is imported now and wherever the run is opened on this account; PYTHONPATH must hold its folder."""
    arguments: tuple[str, ...] = ()
    """What that is built with, such as `nz=100 ngf=64`."""
    call: tuple[str, ...] = ()
    """What the generator is called with beside latents and class, such as `noise_mode=const`."""
    output: str | None = None
    """Key or index of the images in what it returns, where it returns several."""
    z_dim: Count | None = None
    """Length of its latents, where its code does not say it."""
    num_classes: Count | None = None
    """How many classes it takes, (n,) numbers beside the latents."""
    class_names: tuple[str, ...] = ()
    """Their names, in the order of their numbers."""
    value_range: tuple[float, float] | None = None
    """What stands for black and for white in its images; none given takes -1 and 1, or 0 and 1 behind a sigmoid."""
    channels: Literal["RGB", "BGR"] = "RGB"
    """Order of the colours in its images."""
    rectifier: str | None = None
    """Function between the maps of a DCGAN, which files do not tell, such as `relu` or `leaky_relu:0.2`; none given
    reads it from the statistics of BatchNorm."""
    ends: Literal["tanh", "sigmoid", "none"] | None = None
    """What bounds the images of a DCGAN; none given takes tanh, as published."""
    latent: Literal["normal", "uniform"] | None = None
    """Distribution of its latents, N(0, 1) or U(-1, 1); none given reads it from the file or takes what is usual."""
    truncation: Amount | None = None
    """Of StyleGAN2, how far from the mean style others are left, 1 for as far as they are."""
    image_size: Count | None = None
    """Pixels a side of its images, where the file leaves that open."""
    data: str | None = None
    """Folder or zip of the images that it was trained on, if you have them: for areas, scores and repair."""
    classes: tuple[str, ...] = ()
    """Class folders of these images; none given takes all."""
    split: str = "train"
    """Split of these images: `train`, `test` or `all`."""
    out: Path = Path("runs")
    """Where runs are kept."""
    seed: WholeNumber = 0
    """Seed of the latents of the samples."""

    def __post_init__(self) -> None:
        require_bounds(self)
        require_scene_preset(self.data)
        for setting in ("arguments", "call"):
            values_of(getattr(self, setting), setting)
        if self.module is not None and ":" not in self.module:
            raise ConfigError(f"module is {self.module!r}; give package.module:Class")
        if self.module is None and (names := [one for one in OF_CODE if getattr(self, one) not in (None, ())]):
            raise ConfigError(f"{names[0]} belongs to a generator with code of its own; give --module too")
        if self.module is not None and (names := [one for one in OF_FILES if getattr(self, one) is not None]):
            option = names[0].rstrip("_")
            raise ConfigError(
                f"{option} is for weights without code, and the code of {self.module} says it; leave it out"
            )
        if self.class_names and self.num_classes not in (None, len(self.class_names)):
            raise ConfigError(
                f"{len(self.class_names)} class names are given for {self.num_classes} classes; give one each"
            )
        if self.data is None and self.classes:
            raise ConfigError(f"classes are {list(self.classes)}, but there are no images; give --data too")


OF_CODE = ("arguments", "call", "output", "z_dim")
"""Settings of a generator that comes with its own code."""
OF_FILES = ("as_", "rectifier", "ends", "truncation")
"""Settings of one whose architecture is found in its weights."""


def values_of(pairs: Sequence[str], setting: str) -> Mapping[str, Any]:
    """Return what `name=value` pairs say: numbers, truth values, None and tuples as Python writes them, else text.

    Args:
        pairs: as they were given.
        setting: whose they are, for the message.

    Raises:
        ConfigError: one of them is no such pair, or a name stands twice.

    >>> values_of(["nz=100", "noise_mode=const"], "call")
    {'nz': 100, 'noise_mode': 'const'}
    """
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.isidentifier() or name in values:
            raise ConfigError(f"{setting} hold {pair!r}; give pairs such as nz=100, each name once")
        try:
            values[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            values[name] = value
    return values
