"""Settings of `ganatomy evolve`."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ganatomy.errors import ConfigError

ObjectiveName = Literal["minimax", "heuristic", "least_squares"]


@dataclass(frozen=True)
class EvolveConfig:
    """Grow a generator by evolution (E-GAN), or by a single objective, on your images."""

    data: str = "scenes"
    """Folder or zip of images, with or without class folders; `scenes` renders the embedded data."""
    name: str = "egan"
    """Name of the run; its directory is `NNNN-name`."""
    out: Path = Path("runs")
    """Directory in which runs are kept."""
    resume: Path | None = None
    """Go on with this run from its last snapshot; only stops and bookkeeping may change."""
    grow_from: Path | None = None
    """Start from the survivor of this run, of half the image size, with one stage added."""

    image_size: int = 64
    """Pixels a side: 32, 64 or 128."""
    classes: tuple[str, ...] = ()
    """Class folders to take; none given takes all."""
    split: str = "train"
    """Split folder to take where the data have them; `all` takes every one."""
    strict: bool = False
    """Stop at the first file that cannot be read, instead of listing it."""
    flip: bool = True
    """Mirror real images at random."""
    num_scenes: int = 20_000
    """How many scenes to render, with data `scenes`."""

    generator: Literal["light", "released"] = "light"
    """Generator: `light` for two cores, or the shapes E-GAN's authors released."""
    upsampling: Literal["preset", "transposed", "nearest"] = "preset"
    """Transposed convolutions, or nearest upsampling and a 3x3 convolution; `preset` keeps the preset's."""
    discriminator: Literal["projected", "light", "released"] = "projected"
    """`projected`: fixed pretrained features and trained heads; else a DCGAN of that preset."""
    feature_size: int = 96
    """Pixels a side at which the projected discriminator sees images; a multiple of 32."""
    augment: bool = True
    """Augment images differentiably before the discriminator sees them."""

    objectives: tuple[ObjectiveName, ...] = ("heuristic", "minimax", "least_squares")
    """Mutations; a single one gives the plain GAN of that objective."""
    gamma: float = 0.02
    """Weight of diversity in F = F_q + gamma * F_d; 0 selects by quality alone."""
    population: int = 1
    """mu: parents in each generation."""
    batch_size: int = 32
    """Images of a mutation and of a discriminator step."""
    evaluation_size: int | None = None
    """Images on which a child is evaluated; none given takes as many as the discriminator's steps use."""
    discriminator_steps: int = 1
    """n_D: steps of the discriminator in a generation."""
    learning_rate: float = 2e-4
    """Adam's learning rate, for generator and discriminator."""
    beta1: float = 0.0
    """Adam's first moment decay."""
    beta2: float = 0.99
    """Adam's second moment decay."""
    ema_kimg: float = 5.0
    """Half-life of the averaged survivor, in thousands of images."""

    generations: int | None = None
    """Stop after this many generations in all."""
    kimg: float | None = None
    """Stop after the discriminator has seen this many thousand real images in all."""
    minutes: float | None = None
    """Stop after this many minutes of training in all, earlier sittings included."""

    sample_every_minutes: float = 5.0
    """Minutes between sample grids."""
    snapshot_every_minutes: float = 5.0
    """Minutes between snapshots to resume from."""
    tick_generations: int = 10
    """Generations between lines of metrics.jsonl."""
    seed: int = 0
    """Seed of every random stream."""
    device: str = "cpu"
    """Where to train: `cpu`, `cuda` or `cuda:N`."""
    threads: int | None = None
    """CPU threads; none given takes one a core."""

    def __post_init__(self) -> None:
        counts = (
            "population",
            "batch_size",
            "discriminator_steps",
            "num_scenes",
            "tick_generations",
        )
        for field in counts:
            if getattr(self, field) < 1:
                raise ConfigError(f"{field} is {getattr(self, field)}; give 1 or more")
        positive = ("learning_rate", "ema_kimg", "sample_every_minutes", "snapshot_every_minutes")
        for field in positive:
            if not 0 < getattr(self, field) < math.inf:
                raise ConfigError(f"{field} is {getattr(self, field)}; give a finite number above 0")
        for field in ("generations", "kimg", "minutes", "threads", "evaluation_size"):
            value = getattr(self, field)
            if value is not None and not 0 < value < math.inf:
                raise ConfigError(f"{field} is {value}; give a finite number above 0, or leave it out")
        for field in ("beta1", "beta2"):
            if not 0 <= getattr(self, field) < 1:
                raise ConfigError(f"{field} is {getattr(self, field)}; give 0 or more, less than 1")
        if self.seed < 0:
            raise ConfigError(f"seed is {self.seed}; give 0 or more")
        if self.image_size not in (32, 64, 128):
            raise ConfigError(f"image_size is {self.image_size}; choose from 32, 64, 128")
        if self.feature_size % 32 or self.feature_size < 64:
            raise ConfigError(f"feature_size is {self.feature_size}; give a multiple of 32 from 64 on")
        if not self.objectives or len(set(self.objectives)) != len(self.objectives):
            raise ConfigError(f"objectives are {list(self.objectives)}; give one or more, each once")
        if self.population > 1 and len(self.objectives) == 1 and self.gamma == 0:
            raise ConfigError("a population of one objective needs gamma above 0 to differ; give --population 1")
        needed = -(-self.batch_size * self.discriminator_steps // self.population)
        if self.evaluation_size is not None and self.evaluation_size < needed:
            raise ConfigError(
                f"evaluation_size is {self.evaluation_size}, but the discriminator's steps need {needed} images "
                "of each survivor; give at least that many"
            )
        if not 0 <= self.gamma < math.inf:
            raise ConfigError(f"gamma is {self.gamma}; give a finite number, 0 or more")

    @property
    def images_per_evaluation(self) -> int:
        """E: images on which a child is evaluated."""
        return self.evaluation_size or -(-self.batch_size * self.discriminator_steps // self.population)


STOPS_AND_BOOKKEEPING = frozenset(
    {
        "resume",
        "out",
        "name",
        "generations",
        "kimg",
        "minutes",
        "sample_every_minutes",
        "snapshot_every_minutes",
        "tick_generations",
        "threads",
        "device",
    }
)
"""What may change when a run is resumed."""
