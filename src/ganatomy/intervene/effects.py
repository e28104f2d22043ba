"""What an ablation changes: the area of every concept before and after, beside random units.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), sections 3.2 and 4.2: the part of a concept's pixels that
an ablation removes is 1 - kept. Differs: areas are taken over the whole image, even where the edit is
confined to a region, and every figure comes with an interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import ConfigError
from ganatomy.hooks import Edit, edit, run_up_to
from ganatomy.intervene.changes import ablate
from ganatomy.progress import SILENT, Progress
from ganatomy.seeds import stream, stream_seed
from ganatomy.segment.areas import concept_areas
from ganatomy.segment.protocol import Segmenter
from ganatomy.stats.resampling import Floats, Interval, divided, draw_counts, percentile_intervals, resampled_means

LATENTS = "edit"
"""The latents that effects are measured on: others than those of a dissection."""


@dataclass(frozen=True)
class Ablation:
    """Units to ablate, see `ablate`, which refuses what they cannot be."""

    layer: str
    units: tuple[int, ...]
    value: float = 0.0
    region: Tensor | None = None
    strength: float = 1.0

    def __post_init__(self) -> None:
        for name in ("value", "strength"):
            amount = getattr(self, name)
            if not isinstance(amount, int | float):
                raise ConfigError(f"{name} is a {type(amount).__name__}; an ablation that is measured takes one number")
        self.edits()

    def edits(self, units: Sequence[int] | None = None) -> dict[str, Edit]:
        """Return the edits; of other `units` where given."""
        return ablate(self.layer, self.units if units is None else units, self.value, self.region, self.strength)


@dataclass(frozen=True)
class EffectProtocol:
    """What an effect is measured on."""

    num_images: int = 500
    """Samples, the same before and after."""
    random_sets: int = 5
    """Draws of as many random units."""
    seed: int = 0
    """Seed of the latents, the random units and the resampling."""
    batch_size: int = 32
    """Samples generated and segmented at a time; the figures do not depend on it."""

    def __post_init__(self) -> None:
        for name in ("num_images", "random_sets", "batch_size"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; give 1 or more")


@dataclass(frozen=True)
class Effect:
    """What became of one concept; areas are parts of all pixels, in [0, 1]."""

    concept: str
    area_before: float
    area_after: float
    kept: float
    """area_after / area_before; NaN for a concept that does not occur."""
    interval: Interval
    """95 % interval of `kept`, from resampling the images."""
    random_area_after: float
    """The mean over the random sets."""
    random_kept: float
    random_interval: Interval
    """95 % interval of `random_kept`, from resampling the images and the random sets."""


@dataclass(frozen=True)
class AblationEffects:
    """What an ablation did to every concept."""

    effects: tuple[Effect, ...]
    """One per concept, in the segmenter's order."""
    random_units: tuple[tuple[int, ...], ...]
    """The random sets: as many units each, none of them ablated."""
    areas: Floats
    """(num_images, k) area of each concept in each sample before the ablation."""


def measure_ablation(
    generator: nn.Module,
    segmenter: Segmenter,
    ablation: Ablation,
    protocol: EffectProtocol,
    progress: Progress = SILENT,
) -> AblationEffects:
    """Return the change of every concept's area on fixed latents, beside that of random units.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode.
        segmenter: tells the concept of each pixel.
        ablation: what to ablate.
        protocol: what to measure on.
        progress: told of every image segmented.

    Raises:
        LayerNotFound: no such layer.
        LayerNotRun: the layer takes no part in generating images.
        ConfigError: the layer has no such unit, or too few others for a random set.
    """
    latents = effect_latents(generator, protocol)
    random_units = draw_random_units(generator, ablation, protocol)
    arms = [{}, ablation.edits(), *(ablation.edits(units) for units in random_units)]
    areas: list[list[Floats]] = [[] for _ in arms]
    with progress.task("ablating", protocol.num_images * len(arms), unit="img") as task, torch.no_grad():
        for samples, z in latents.batches(protocol.batch_size):
            for arm, edits in zip(areas, arms, strict=True):
                with edit(generator, edits):
                    images = generator(z)
                arm.append(concept_areas(segmenter, images))
                task.advance(len(samples))
    before, after, *random = (np.concatenate(arm) for arm in areas)
    rng = np.random.default_rng(stream_seed(protocol.seed, "edit/bootstrap"))
    return AblationEffects(_effects(segmenter.concepts, before, after, np.stack(random), rng), random_units, before)


def effect_latents(generator: nn.Module, protocol: EffectProtocol) -> LatentSet:
    """Return the fixed latents of an effect."""
    return LatentSet(generator, protocol.seed, LATENTS, protocol.num_images, next(generator.parameters()).device)


@torch.no_grad()
def draw_random_units(
    generator: nn.Module, ablation: Ablation, protocol: EffectProtocol
) -> tuple[tuple[int, ...], ...]:
    """Return `random_sets` sets of as many units as are ablated, each drawn from the layer's other units.

    Raises:
        ConfigError: the layer has no such unit, or too few others.
    """
    _, z = next(effect_latents(generator, protocol).batches(1))
    with edit(generator, ablation.edits()):  # which refuses a unit that the layer does not have
        featuremaps = run_up_to(generator, [ablation.layer], z)[ablation.layer]
    width, count = featuremaps.shape[1], len(ablation.units)
    others = [unit for unit in range(width) if unit not in ablation.units]
    if len(others) < count:
        raise ConfigError(
            f"{count} of the {width} units of layer '{ablation.layer}' are ablated, which leaves {len(others)} to draw "
            f"as many random ones from; ablate at most {width // 2}"
        )
    rng = stream(protocol.seed, "edit/random units")
    draws = (torch.randperm(len(others), generator=rng)[:count].tolist() for _ in range(protocol.random_sets))
    return tuple(tuple(sorted(others[place] for place in draw)) for draw in draws)


def _effects(
    concepts: Sequence[str], before: Floats, after: Floats, random: Floats, rng: np.random.Generator
) -> tuple[Effect, ...]:
    """Return the effects from areas: before and after (n, k), random (sets, n, k)."""
    intervals, random_intervals = _intervals(before, after, random, rng)
    mean_before, mean_after, mean_random = before.mean(0), after.mean(0), random.mean((0, 1))
    kept, random_kept = divided(mean_after, mean_before), divided(mean_random, mean_before)
    return tuple(
        Effect(
            concept=concept,
            area_before=float(mean_before[c]),
            area_after=float(mean_after[c]),
            kept=float(kept[c]),
            interval=intervals[c],
            random_area_after=float(mean_random[c]),
            random_kept=float(random_kept[c]),
            random_interval=random_intervals[c],
        )
        for c, concept in enumerate(concepts)
    )


def _intervals(
    before: Floats, after: Floats, random: Floats, rng: np.random.Generator
) -> tuple[list[Interval], list[Interval]]:
    """Return the intervals of `kept` and of `random_kept`, k each, over paired resamples of the images."""
    sets = draw_counts(len(random), rng) / len(random)
    shown, left, *left_by_set = resampled_means([before, after, *random], rng)
    left_at_random = np.einsum("rs,srk->rk", sets, np.stack(left_by_set))
    return percentile_intervals(divided(left, shown)), percentile_intervals(divided(left_at_random, shown))
