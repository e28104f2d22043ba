"""Settings of `ganatomy dissect`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tyro.conf import FlagCreatePairsOff, Positional

from ganatomy.config.bounds import Count, WholeNumber, require_bounds
from ganatomy.config.classes import ClassChoice
from ganatomy.config.directions import LATENTS, DirectionsChoice
from ganatomy.config.scenes import require_scene_preset
from ganatomy.config.segmenter import SegmenterChoice, choice_of
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class DissectConfig:
    """Find the units of a layer that agree with a concept, and write tables and cards into the run.

    Several runs are dissected alike and then compared: units and concepts of each, in tables and figures.
    """

    runs: Positional[tuple[Path, ...]]
    """Run directory whose generator is dissected; of two or more also a comparison is written."""
    layers: tuple[str, ...] = ()
    """Layers to dissect, by their dotted module names; none given takes those of 8x8 and 16x16 cells, or the coarsest
    two that there are."""
    directions: str | None = None
    """Dissect directions of the layers in place of their channels: `pca:20`, those of the greatest variance; `sefa:20`,
    those that the weights reading the layer enlarge most; with `:negative` after it, their other ends; or a file
    `.npz` or `.safetensors` of read-outs (d, u). Each layer's are written under a name of their own, `layer3-pca20`,
    which every command takes for a layer."""
    segmenter: str | None = None
    """Tells the concepts of each pixel: `hf:NAME_OR_FOLDER`, a network of the transformers library, which fetches
    itself; `trained` for your own by `ganatomy segmenter train`; `clipseg` for whatever words name; `ade20k` or
    `unified` for photographs; `scenes` for the procedural scenes; or your own `module:function`. None given is `scenes`
    for a run that was trained on scenes, and refused for any other."""
    segmenter_weights: Path | None = None
    """File or folder with the weights of the segmenter; `scenes` and `clipseg` have their own."""
    segmenter_concepts: tuple[str, ...] = ()
    """Words that `clipseg` looks for, such as: sky 'a red door'."""
    segmenter_options: tuple[str, ...] = ()
    """Of `unified`: `no-quadrants`, without the halves of objects; `all-parts`, as the release of 2020;
    `skip-last-component`, a fault of the authors' code: the last component of an image has no halves."""
    input_size: Count | None = None
    """Pixels of the longer side of what the segmenter sees; none given lets it choose."""
    num_images: Count = 1000
    """Samples to score the units on; as many others choose their thresholds, where the profile does not fix them."""
    grid: Count | None = None
    """Rows and columns on which units and masks are compared; none given takes the image's pixels."""
    profile: Literal["paper", "compat", "max-iou", "correlation", "pnas2020", "netdissect"] = "paper"
    """Rules that choose a unit's concept and threshold and call it interpretable: those of the `paper`; of its authors'
    code, `compat`, or its choice by the highest IoU or by the `correlation` over pixels; of their code of 2020, or of
    `netdissect`, both with one fixed top fraction. The first three share their counts, so that another one of them
    takes seconds."""
    top_fraction: float | None = None
    """Part of its activations for which a unit is active, of `pnas2020` (0.01) and `netdissect` (0.005)."""
    misaligned: FlagCreatePairsOff[bool] = False
    """Reproduce a fault of the authors' code under torch 1.3 and later: masks shifted near borders."""
    blocks: Count = 20
    """Blocks of samples that intervals and nulls are resampled by; an interrupted pass goes on from the last one."""
    top: Count = 6
    """Images on a unit's card."""
    weights: str = "ema"
    """The average over the survivors `ema`, the last survivor `latest`, the average that scored `best` in training, one
    kept on the way, such as `generation-500`, or those `repaired` by `ganatomy repair`."""
    history: FlagCreatePairsOff[bool] = False
    """Dissect every generation that `ganatomy evolve --keep-every-generations` has kept, instead of `weights`."""
    out: Path = Path("runs")
    """Directory that a comparison of several runs is written to."""
    name: str = "dissections"
    """Name of the comparison; its directory is `NNNN-name`."""
    real_images: WholeNumber = 0
    """Real images, of those the run grew on, to compare the areas of concepts with; twice `num_images` is best, and 0
    compares nothing."""
    data: str | None = None
    """Folder or zip of other real images than the run's own, `scenes`, `scenes:houses` or `scenes:streets`; with
    `--real-images`."""
    second_segmenter: str | None = None
    """Another segmenter, to be held against the first on the same images."""
    second_weights: Path | None = None
    """File or folder with its weights."""
    second_concepts: tuple[str, ...] = ()
    """Its words, where it takes any."""
    second_input_size: Count | None = None
    """Pixels of the longer side of what it sees."""
    reading: tuple[str, ...] = ()
    """What names of the second segmenter mean in the first one's, where they differ, such as: sea=water."""
    of_class: ClassChoice = None
    """Name or number of a class, of which all samples are, for a generator that takes classes; none given draws all as
    likely."""
    classes: tuple[str, ...] = ()
    """Classes, by name or number, whose areas and units are set side by side; `each` for all that there
    are."""
    class_images: Count = 200
    """Samples of each of these classes, all of the same latents."""
    batch_size: Count = 32
    """Samples generated and segmented at a time; of images beyond 128 px fewer are, so that memory stays bounded. The
    scores do not depend on it."""
    seed: int = 0
    """Seed of the latents."""
    device: str = "cpu"
    """Where to compute: `cpu`, `cuda`, `cuda:N`, or `auto` for a GPU where there is one."""

    def __post_init__(self) -> None:
        require_bounds(self)
        if not self.runs:
            raise ConfigError("no run given; give one run directory or more, such as runs/0001-name")
        if len({run.resolve() for run in self.runs}) != len(self.runs):
            raise ConfigError(f"runs are {', '.join(map(str, self.runs))}; give each once")
        if self.history and len(self.runs) > 1:
            raise ConfigError(f"history follows the units of one run, and {len(self.runs)} runs are given; give one")
        require_scene_preset(self.data)
        if self.data is not None and not self.real_images:
            raise ConfigError(f"data is '{self.data}', but real_images is 0; say how many of them, or leave data out")
        if len(set(self.layers)) != len(self.layers):
            raise ConfigError(f"layers are {list(self.layers)}; give each once")
        if self.history and (self.real_images or self.second_segmenter or self.classes):
            raise ConfigError(
                "history dissects kept generations alone; leave out real_images, second_segmenter and classes"
            )
        if self.classes and len(self.runs) > 1:
            raise ConfigError(f"classes of one run are set side by side, and {len(self.runs)} runs are given; give one")
        if self.classes and self.of_class is not None:
            raise ConfigError(
                f"class is '{self.of_class}', and classes are set side by side of all samples; leave one of them out"
            )
        if self.history and self.of_class is not None:
            raise ConfigError("history follows generators that were grown, and those take no class; leave class out")
        if self.history and self.directions:
            raise ConfigError("history follows channels, and directions are found anew in other weights; leave one out")
        if self.directions and LATENTS in self.layers:
            raise ConfigError(
                f"layers hold '{LATENTS}', the latents, which have no cells to dissect; edit their directions by "
                f"ganatomy edit --layer {LATENTS}-sefa10"
            )
        for word in self.reading:
            if word.count("=") != 1 or not all(word.split("=")):
                raise ConfigError(f"reading holds {word!r}; give pairs of the form sea=water")
        if self.second_segmenter is None and (
            self.second_weights or self.second_concepts or self.second_input_size or self.reading
        ):
            raise ConfigError("settings of a second segmenter are given, but none is named; give --second-segmenter")
        self.segmenter_choice, self.second_choice  # noqa: B018  (refuse what does not fit the segmenters)
        self.dissected_layers  # noqa: B018  (refuses directions that are none)

    @property
    def directions_choice(self) -> DirectionsChoice | None:
        """Which directions of the layers are dissected; None for their channels."""
        return None if self.directions is None else DirectionsChoice.of(self.directions)

    @property
    def dissected_layers(self) -> tuple[str, ...]:
        """The layers that units are dissected of, by the names under which they are written."""
        choice = self.directions_choice
        return self.layers if choice is None else tuple(map(choice.layer_of, self.layers))

    @property
    def second_choice(self) -> SegmenterChoice | None:
        """The second segmenter and what it is loaded with; None for none."""
        if self.second_segmenter is None:
            return None
        return SegmenterChoice(self.second_segmenter, self.second_weights, self.second_input_size, self.second_concepts)

    @property
    def readings(self) -> dict[str, str]:
        """What each name of the second segmenter means in the first one's."""
        return dict(word.split("=") for word in self.reading)

    @property
    def segmenter_choice(self) -> SegmenterChoice | None:
        """The segmenter and what it is loaded with; None for that which goes with the run."""
        return choice_of(self)
