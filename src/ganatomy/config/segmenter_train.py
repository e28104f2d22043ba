"""Settings of `ganatomy segmenter train`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import FlagCreatePairsOff, Positional

from ganatomy.config.bounds import Amount, Count, ShareOf, WholeNumber, require_bounds
from ganatomy.errors import ConfigError

SMALLEST, LARGEST = 16, 512
"""Image sizes that the network is trained at."""


@dataclass(frozen=True)
class SegmenterTrainConfig:
    """Train a segmenter of your own concepts on images and masks, to dissect and edit with.

    A pair is images/NAME.jpg and masks/NAME.png, a mask a PNG of one channel or palette whose values are the places of
    the concepts in concepts.txt, the first 0; or, with `--colours`, painted in colours.
    """

    images: Positional[Path]
    """Folder or zip of the pairs; with `--masks`, folder of the images alone."""
    masks: Path | None = None
    """Folder of the masks, under the names of their images."""
    concepts: Path | None = None
    """Names, one a line or a JSON list; none given takes concepts.txt, concepts.json or classes.txt of the folder."""
    void: tuple[int, ...] = ()
    """Values of the masks that are left out, beside 255 where that has no name and is not one of two values."""
    colours: Path | None = None
    """Colours that stand for the concepts, where masks are painted in them: a line `R G B name` for each, which names
    the concepts too."""
    split: str | None = None
    """Split to train on; none given takes `train`, or everything where there are no splits; `all` takes everything."""
    held_out: Annotated[float, ShareOf(0.15)] = 0.15
    """Share of the pairs that is not trained on but measured on, drawn by the seed."""
    held_out_split: str | None = None
    """Split to measure on instead."""
    image_size: tuple[int, ...] = (64,)
    """Pixels a side of the images to be segmented later, one size or several."""
    steps: Count | None = None
    """Stop after so many batches; neither this nor minutes takes 3000."""
    minutes: Amount | None = None
    """Stop after so long."""
    batch_size: Count = 16
    """Images of the first size in a batch; of other sizes as many as have equally many pixels."""
    learning_rate: Amount = 3e-3
    """At the top of its cycle."""
    flip: bool = True
    """Mirror images left to right with probability 1/2."""
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    """Precision of the convolutions; `auto` takes bfloat16 on GPUs that compute in it, where it is faster."""
    out: Path = Path("segmenter.safetensors")
    """File to write the weights to; a training that is not finished is kept beside it."""
    resume: FlagCreatePairsOff[bool] = False
    """Go on with the training that is kept beside `--out`, under the same settings."""
    seed: WholeNumber = 0
    """Seed of what is held out, of weights, batches and augmentation."""
    device: str = "cpu"
    """Where to compute: `cpu`, `cuda`, `cuda:N`, or `auto` for a GPU where there is one."""

    def __post_init__(self) -> None:
        require_bounds(self)
        sizes = self.image_size
        if not sizes or len(set(sizes)) != len(sizes) or not all(SMALLEST <= size <= LARGEST for size in sizes):
            raise ConfigError(
                f"image_size is {' '.join(map(str, sizes)) or 'none'}; give one or more of {SMALLEST} to {LARGEST}, "
                "each once"
            )
        if self.held_out_split is not None and self.held_out_split == (self.split or "train"):
            raise ConfigError(
                f"held_out_split and split are both {self.held_out_split!r}; hold out another split than is trained on"
            )
        if self.split == "all" and self.held_out_split is not None:
            raise ConfigError(f"split 'all' trains on {self.held_out_split!r} too; give the split to train on")
        if self.held_out_split == "all":
            raise ConfigError("held_out_split is 'all', which holds out what is trained on; give one split")
        if any(value < 0 for value in self.void):
            raise ConfigError(f"void is {' '.join(map(str, self.void))}; masks have values of 0 or more")
        if self.colours is not None and self.concepts is not None:
            raise ConfigError(
                f"concepts is {self.concepts}, but colours {self.colours} names the concepts; leave one out"
            )
        if self.out.suffix != ".safetensors":
            raise ConfigError(f"out is {self.out}; give a file that ends with .safetensors")
