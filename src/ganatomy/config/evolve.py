"""Settings of `ganatomy evolve`."""

import math
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

from ganatomy.config.jsonable import read_config
from ganatomy.config.score import MetricName
from ganatomy.errors import ConfigError, IncompatibleRun

ObjectiveName = Literal[
    "minimax",
    "heuristic",
    "least_squares",
    "least_squares_logit",
    "hinge",
    "wasserstein",
    "relativistic_average",
    "relativistic_paired",
]
PresetName = Literal["paper", "paper-points", "theano", "theano-64", "theano-128", "theano-points", "pytorch"]
PAPER_OBJECTIVES: tuple[ObjectiveName, ...] = ("heuristic", "minimax", "least_squares")


SCENES = "scenes"
POINT_DATA = ("8gaussians", "25gaussians", "swissroll")
COUNTS = (
    "population",
    "generator_steps",
    "evolve_every",
    "batch_size",
    "discriminator_steps",
    "num_scenes",
    "score_images",
    "tick_generations",
)
AMOUNTS = ("width", "learning_rate", "ema_kimg", "sample_every_minutes", "snapshot_every_minutes")
OPTIONAL = (
    "generations",
    "kimg",
    "minutes",
    "threads",
    "evaluation_size",
    "score_every_generations",
    "stop_after_no_gain",
    "keep_every_generations",
)
DECAYS = ("beta1", "beta2", "discriminator_beta1")
WEIGHTS = ("gamma", "perturb", "gradient_penalty", "gradient_penalty_centre", "r1", "r2")


@dataclass(frozen=True)
class EvolveConfig:
    """Grow a generator by evolution (E-GAN), or by a single objective, on your images."""

    preset: PresetName | None = None
    """Settings of a published source to start from; flags override them."""
    data: str = SCENES
    """Folder or zip of images, with or without class folders, or CIFAR-10; `scenes` renders the embedded data;
    `8gaussians`, `25gaussians` and `swissroll` are points in the plane."""
    name: str = "egan"
    """Name of the run; its directory is `NNNN-name`."""
    out: Path = Path("runs")
    """Directory in which runs are kept."""
    resume: Path | None = None
    """Go on with this run from its last snapshot; only stops and bookkeeping may change."""
    grow_from: Path | None = None
    """Start from the averaged survivor of this run, of half the image size, with one stage added."""

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

    generator: Literal["light", "released", "constant", "resnet"] = "light"
    """`light` for two cores, the shapes E-GAN's authors `released`, `constant` filters without normalisation, or a
    `resnet`; points in the plane have a perceptron of their own."""
    width: float = 1.0
    """Factor of the width of every layer of DCGAN networks; 0.5 makes the released 128 filters 64."""
    generator_norm: Literal["preset", "batch", "none"] = "preset"
    """Normalisation of a DCGAN generator, where it shall not be its preset's."""
    upsampling: Literal["preset", "transposed", "nearest"] = "preset"
    """Transposed convolutions, or nearest upsampling and a 3x3 convolution; `preset` keeps the preset's."""
    discriminator: Literal["projected", "light", "released", "weak", "resnet"] = "projected"
    """`projected`: fixed pretrained features and trained heads; else trained whole: a DCGAN of that preset, a `weak`
    one of two convolutions, or a `resnet`."""
    discriminator_norm: Literal["preset", "batch", "none", "spectral"] = "preset"
    """Normalisation of a DCGAN discriminator, where it shall not be its preset's."""
    feature_size: int = 96
    """Pixels a side at which the projected discriminator sees images; a multiple of 32."""
    augment: bool = True
    """Augment images differentiably before the discriminator sees them."""

    objectives: tuple[ObjectiveName, ...] = PAPER_OBJECTIVES
    """Mutations; a single one gives the plain GAN of that objective."""
    gamma: float = 0.02
    """Weight of diversity in F = F_q + gamma * F_d; 0 selects by quality alone."""
    diversity: Literal["gradient", "pairwise", "none"] = "gradient"
    """F_d: minus log of the discriminator's `gradient` norm (E-GAN), mean `pairwise` distance of samples (IE-GAN)."""
    squared_norm: bool = False
    """Take the log of the squared gradient norm, as the Theano code does: its gamma counts twice."""
    selection: Literal["comma", "plus", "pareto", "random", "chain"] = "comma"
    """`comma`: the fittest children, parents die; `plus`: parents compete too; `pareto`: quality and diversity as two
    aims; `random`: the control, children at random and no evaluation; `chain`: a fault of the Theano code, each child
    starts from the one kept before it, so that a generation is up to one step for each objective, the first always
    taken."""
    population: int = 1
    """mu: parents in each generation."""
    crossover: bool = False
    """Distil one more child from the two fittest (IE-GAN)."""
    generator_steps: int = 1
    """Steps of a mutation before the child is evaluated."""
    evolve_every: int = 1
    """Every how many generations objectives compete; between them survivors train on under the one that won."""
    perturb: float = 0.0
    """Spread, in log units, by which a child's learning rate, R1 weight and averaging half-life leave its parent's,
    where they are selected; they stay between a tenth and ten times what was set."""
    common_latents: bool = True
    """All children of a generation share latents and augmentation; else each draws its own, as in the paper."""
    adam_state: Literal["inherited", "per_objective"] = "inherited"
    """A child's optimizer goes on from its parent's state, or from one of its objective's (Theano code)."""
    batch_size: int = 32
    """Images of a mutation and of a discriminator step."""
    evaluation_size: int | None = None
    """Images on which a child is evaluated; none given takes as many as the discriminator's steps use."""
    discriminator_steps: int = 1
    """n_D: steps of the discriminator in a generation."""
    fresh_images: bool = False
    """The discriminator trains on fresh images of the survivors, as in the paper, rather than on those by which they
    were chosen, as in the authors' codes: no bias by selection, for one forward pass more."""
    discriminator_loss: Literal["bce", "least_squares", "hinge", "wasserstein"] = "bce"
    """What the discriminator minimises; its gradient is also the one of F_d."""
    gradient_penalty: float = 0.0
    """lambda: weight of (||gradient|| - centre)^2 between real and generated images."""
    gradient_penalty_centre: float = 1.0
    """The gradient norm at which the penalty vanishes."""
    r1: float = 0.0
    """Weight of half the squared gradient at real images."""
    r2: float = 0.0
    """Weight of half the squared gradient at generated images."""
    learning_rate: float = 2e-4
    """Adam's learning rate, for generator and discriminator."""
    beta1: float = 0.0
    """Adam's first moment decay."""
    beta2: float = 0.99
    """Adam's second moment decay."""
    discriminator_beta1: float | None = None
    """First moment decay of the discriminator's Adam, where it is another."""
    ema_kimg: float = 5.0
    """Half-life of the averaged survivor, in thousands of images."""
    rollbacks: int = 3
    """How often a training in which every child has died goes back to its last snapshot."""

    generations: int | None = None
    """Stop after this many generations in all."""
    kimg: float | None = None
    """Stop after the discriminator has seen this many thousand real images in all."""
    minutes: float | None = None
    """Stop after this many minutes of training in all, earlier sittings included; 1 where no stop is given at all."""

    score_every_generations: int | None = None
    """Score the average every so many generations and keep the best one as weights `best`."""
    score_metric: MetricName | None = None
    """What decides which one is best, see `ganatomy score`; none given takes FD of images, MMD of points."""
    score_images: int = 2000
    """Images, real and generated, of a score during training."""
    extractor: str = "efficientnet"
    """Features in which images are scored; see `ganatomy score`."""
    extractor_weights: Path | None = None
    """Weights of the extractor, where it comes without."""
    stop_after_no_gain: int | None = None
    """Stop when so many scores in a row have not been better than the best one; a run that is resumed to another stop
    counts anew."""

    sample_every_minutes: float = 5.0
    """Minutes between sample grids."""
    snapshot_every_minutes: float = 5.0
    """Minutes between snapshots to resume from."""
    keep_every_generations: int | None = None
    """Keep the average of every so many generations, of the first and of the last: `ganatomy dissect --history`."""
    tick_generations: int = 10
    """Generations between lines of metrics.jsonl."""
    seed: int = 0
    """Seed of every random stream."""
    device: str = "cpu"
    """Where to train: `cpu`, `cuda` or `cuda:N`; a run that goes on elsewhere draws other random numbers."""
    precision: Literal["fp32", "bf16"] = "fp32"
    """Arithmetic of the networks; losses, moments and weights stay in fp32."""
    threads: int | None = None
    """CPU threads; none given takes one a core."""

    @classmethod
    def from_preset(cls, name: str) -> "EvolveConfig":
        """Return the settings of a published source.

        Raises:
            ConfigError: no preset of that name.
        """
        from ganatomy.config.presets import PRESETS

        if name not in PRESETS:
            raise ConfigError(f"no preset {name!r}; choose from {', '.join(PRESETS)}")
        return PRESETS[name]

    @classmethod
    def to_resume(cls, path: Path, given: Collection[str] | None = ()) -> "EvolveConfig":
        """Return the settings of the run at `path` without its stops: it goes on to new ones, if any are given.

        Args:
            path: its directory.
            given: as for `ganatomy.config.jsonable.read_config`.

        Raises:
            ConfigError: its config.json cannot be read as settings, or names code to import.
            IncompatibleRun: it is a comparison, or nobody evolved it.
        """
        if (path / COMPARISON).exists():
            raise IncompatibleRun(f"{path} is a comparison; go on with it by `ganatomy compare --resume {path}`")
        if not (path / "config.json").exists():
            raise IncompatibleRun(f"{path} was not grown, so it cannot go on; give a run of `ganatomy evolve`")
        return replace(read_config(cls, path / "config.json", given), generations=None, kimg=None, minutes=None)

    def __post_init__(self) -> None:
        self._check_numbers()
        self._check_together()
        self._check_used()

    def _check_numbers(self) -> None:
        for field in COUNTS:
            if getattr(self, field) < 1:
                raise ConfigError(f"{field} is {getattr(self, field)}; give 1 or more")
        for field in AMOUNTS:
            if not 0 < getattr(self, field) < math.inf:
                raise ConfigError(f"{field} is {getattr(self, field)}; give a finite number above 0")
        for field in OPTIONAL:
            value = getattr(self, field)
            if value is not None and not 0 < value < math.inf:
                raise ConfigError(f"{field} is {value}; give a finite number above 0, or leave it out")
        for field in DECAYS:
            value = getattr(self, field)
            if value is not None and not 0 <= value < 1:
                raise ConfigError(f"{field} is {value}; give 0 or more, less than 1")
        for field in WEIGHTS:
            if not 0 <= getattr(self, field) < math.inf:
                raise ConfigError(f"{field} is {getattr(self, field)}; give a finite number, 0 or more")
        if self.perturb > 1:
            raise ConfigError(f"perturb is {self.perturb:g}; give at most 1, which is a factor of e")
        if self.batch_size < 2:
            raise ConfigError(f"batch_size is {self.batch_size}; give 2 or more, for statistics of a batch")
        for field in ("seed", "rollbacks"):
            if getattr(self, field) < 0:
                raise ConfigError(f"{field} is {getattr(self, field)}; give 0 or more")
        if self.image_size not in (32, 64, 128):
            raise ConfigError(f"image_size is {self.image_size}; choose from 32, 64, 128")
        if self.feature_size % 32 or self.feature_size < 64:
            raise ConfigError(f"feature_size is {self.feature_size}; give a multiple of 32 from 64 on")

    def _check_together(self) -> None:
        if not self.objectives or len(set(self.objectives)) != len(self.objectives):
            raise ConfigError(f"objectives are {list(self.objectives)}; give one or more, each once")
        if self.crossover and self.population * len(self.objectives) < 2:
            raise ConfigError("crossover distils two children into one; give two objectives or more")
        if self.crossover and self.selection == "random":
            raise ConfigError(
                "crossover takes the two fittest, and selection random measures no fitness; leave one out"
            )
        if self.crossover and self.selection == "chain":
            raise ConfigError("crossover distils two siblings, and selection chain has none; leave one out")
        if self.selection == "random" and self.evolve_every > 1:
            raise ConfigError(
                f"evolve_every is {self.evolve_every}, but selection random lets nothing compete; give --evolve-every 1"
            )
        for name in ("generator_norm", "upsampling"):
            if self.grow_from is not None and getattr(self, name) != "preset":
                raise ConfigError(
                    f"{name} is {getattr(self, name)!r}, but a generator that grows keeps its own; leave it out"
                )
        if self.grow_from is not None and self.generator == "resnet":
            raise ConfigError("generator is 'resnet', but only a DCGAN grows, and it stays one; leave it out")
        if self.width != 1 and not self.has_widths:
            raise ConfigError(f"width is {self.width:g}, but neither network is a DCGAN of that width; leave it out")
        if self.selection == "pareto" and self.diversity == "none":
            raise ConfigError(
                "selection pareto weighs quality against diversity; give --diversity gradient or pairwise"
            )
        if self.adam_state == "per_objective" and self.generator_steps > 1:
            raise ConfigError("adam_state per_objective counts one step a mutation; give --generator-steps 1")
        if self.is_points and self.grow_from is not None:
            raise ConfigError(f"grow_from doubles the size of images, and {self.data} are points; leave it out")
        if self.stop_after_no_gain is not None and self.score_every_generations is None:
            raise ConfigError("stop_after_no_gain counts scores; give --score-every-generations too")
        needed = -(-self.batch_size * self.discriminator_steps // self.population)
        if self.evaluation_size is not None and self.evaluation_size < needed and not self.fresh_images:
            raise ConfigError(
                f"evaluation_size is {self.evaluation_size}, but the discriminator's steps need {needed} images "
                "of each survivor; give at least that many"
            )

    def _check_used(self) -> None:
        """Refuse what is set and would do nothing: who sets it expects that it does."""
        is_plain = len(self.objectives) == 1 and not self.crossover and self.selection not in ("plus", "random")
        unused = (
            (self.is_points, OF_IMAGES, f"{self.data} are points in the plane"),
            (self.data == SCENES, ("classes", "split", "strict"), "scenes have neither classes nor splits nor files"),
            (self.has_files, ("num_scenes",), f"{self.data} is read, not rendered"),
            (self.discriminator != "projected", ("feature_size",), f"discriminator is {self.discriminator}"),
            (is_plain, ("evolve_every", "perturb"), f"nothing competes with objective {self.objectives[0]}"),
            (not self.gradient_penalty, ("gradient_penalty_centre",), "gradient_penalty is 0"),
        )
        unset = {one.name: (one.default, *OF_PRESETS.get(one.name, ())) for one in fields(self)}
        for is_unused, names, why in unused:
            for name in names if is_unused else ():
                if (value := getattr(self, name)) not in unset[name]:
                    given = ", ".join(value) if isinstance(value, tuple) else value
                    raise ConfigError(f"{name} is {given}, but {why}; leave it out")

    @property
    def is_points(self) -> bool:
        """Whether the data are points in the plane rather than images."""
        return self.data in POINT_DATA

    @property
    def has_files(self) -> bool:
        """Whether the data are a folder or a zip."""
        return not self.is_points and self.data != SCENES

    @property
    def has_widths(self) -> bool:
        """Whether a network is a DCGAN, made as wide as it is asked to be."""
        grows_one = self.generator != "resnet" and self.grow_from is None
        return not self.is_points and (grows_one or self.discriminator not in ("projected", "resnet"))

    @property
    def images_per_evaluation(self) -> int:
        """E: images on which a child is evaluated."""
        return self.evaluation_size or self.batch_size * self.discriminator_steps


OF_IMAGES = (
    *("image_size", "classes", "split", "strict", "num_scenes"),
    *("generator", "discriminator", "feature_size", "extractor", "extractor_weights"),
)
"""What does nothing for points in the plane."""
OF_PRESETS = {"image_size": (32,), "generator": ("released",), "discriminator": ("released",)}
"""What presets for points have of it all the same."""
COMPARISON = "compare.json"
"""In the directory of a comparison: arms, scores and verdict."""
SCORED_BY = ("score_metric", "score_images", "extractor", "extractor_weights")
"""What decides which weights are the best."""
STOPS = ("generations", "kimg", "minutes")
"""When a training ends, whichever comes first."""
STOPS_AND_BOOKKEEPING = frozenset(
    {
        *STOPS,
        "resume",
        "out",
        "name",
        "sample_every_minutes",
        "snapshot_every_minutes",
        "keep_every_generations",
        "tick_generations",
        "rollbacks",
        "stop_after_no_gain",
        "score_every_generations",
        *SCORED_BY,
        "threads",
        "device",
    }
)
"""What may change when a run is resumed."""
