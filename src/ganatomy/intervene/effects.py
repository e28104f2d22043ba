"""What an edit changes: the area of every concept before and after, beside random units.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), sections 3.2 and 4.2: the part of a concept's pixels that
an ablation removes is 1 - kept. Differs: areas are taken of the whole image, and beside it of the region of the edit
and of all that lies outside; every figure comes with an interval; random units are drawn twice, of those that do not
carry the concept, and of all others, among which there are some that do.

What lies below the edited layers runs once for each sample, and the unedited images are shared by all arms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import ConfigError
from ganatomy.intervene.baseline import Baseline, measure
from ganatomy.intervene.changes import Change
from ganatomy.intervene.controls import Draw, draw_arms
from ganatomy.intervene.places import union
from ganatomy.intervene.portions import ArmEffect, Changed, Resampled, Unedited
from ganatomy.intervene.steps import PreparedEdit, Step
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.records.effects import PassesRow
from ganatomy.seeds import stream_seed
from ganatomy.stats.resampling import Floats, Interval

LATENTS = "edit"
"""The latents that effects are measured on: others than those of a dissection, and than those of values."""


@dataclass(frozen=True)
class EffectProtocol:
    """What an effect is measured on."""

    num_images: int = 500
    """Samples, the same before and after."""
    random_sets: int = 5
    """Draws of as many random units, of each kind."""
    seed: int = 0
    """Seed of the latents, the random units and the resampling."""
    batch_size: int = 32
    """Samples generated and segmented at a time; the figures do not depend on it."""
    value_images: int = 500
    """Other samples, on which values such as the mean where a concept is are found."""

    def __post_init__(self) -> None:
        for name in ("num_images", "random_sets", "batch_size", "value_images"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; give 1 or more")


@dataclass(frozen=True)
class Effect:
    """What became of one concept; areas are parts of all pixels, in [0, 1].

    Figures of random units are those of all other units, where nothing else is said; NaN where none were drawn.
    """

    concept: str
    edit: ArmEffect
    noncarriers: ArmEffect | None
    """With random units that do not carry the concept, the mean over the sets; None where none were drawn."""
    others: ArmEffect | None
    """The same with random units of all others."""

    @property
    def area_before(self) -> float:
        """The mean over the samples."""
        return self.edit.whole.before

    @property
    def area_after(self) -> float:
        """The mean over the samples."""
        return self.edit.whole.after

    @property
    def kept(self) -> float:
        """area_after / area_before; NaN for a concept that does not occur."""
        return self.edit.whole.kept

    @property
    def interval(self) -> Interval:
        """95 % interval of `kept`, from resampling the images."""
        return self.edit.whole.interval

    @property
    def added(self) -> float:
        """area_after - area_before."""
        return self.edit.whole.added

    @property
    def random_area_after(self) -> float:
        """The mean over the random sets."""
        return self.others.whole.after if self.others else np.nan

    @property
    def random_kept(self) -> float:
        """random_area_after / area_before."""
        return self.others.whole.kept if self.others else np.nan

    @property
    def random_interval(self) -> Interval:
        """95 % interval of `random_kept`, from resampling the images and the random sets."""
        return self.others.whole.interval if self.others else Interval(np.nan, np.nan)


@dataclass(frozen=True, eq=False)
class EditEffects:
    """What an edit did to every concept."""

    effects: tuple[Effect, ...]
    """One per concept, in the segmenter's order."""
    changed: Changed
    """The part of the pixels that the edit changes, inside of the region and outside."""
    changed_by_noncarriers: Changed | None
    changed_by_others: Changed | None
    noncarriers: tuple[Draw, ...]
    """Random sets of units that do not carry the concept: for each, what took the place of each step's units."""
    others: tuple[Draw, ...]
    """Random sets of all other units."""
    areas: Floats
    """(num_images, k) area of each concept in each sample before the edit."""
    areas_after: Floats
    """The same after it."""
    region_share: float | None
    """Part of all pixels that lies in the region; None for the whole image."""
    passes: PassesRow
    """How often the parts of the generator ran."""


@torch.no_grad()
def measure_edit(prepared: PreparedEdit, protocol: EffectProtocol, progress: Progress = SILENT) -> EditEffects:
    """Return the change of every concept's area, beside that of random units.

    Args:
        prepared: the steps, and the samples unedited.
        protocol: how many random sets there are, and seeds.
        progress: told of every image segmented.

    Raises:
        ConfigError: a layer has no such unit, or too few others for a random set.
        LayerError: a layer does not run after the baseline's, or has no units to change.
    """
    baseline, steps = prepared.baseline, prepared.steps
    noncarriers, others = draw_arms(steps, prepared.widths, protocol.random_sets, protocol.seed)
    region = union([step.place for step in steps])
    arms = [[step.change() for step in steps], *(_changes(steps, draw) for draw in (*noncarriers, *others))]
    with progress.task("editing", len(baseline) * len(arms), unit="img") as task:
        outcomes = [measure(baseline, arm, region, protocol.batch_size, task.advance) for arm in arms]
    unedited = _unedited(baseline, region)
    drawn = Resampled(len(baseline), np.random.default_rng(stream_seed(protocol.seed, "edit/bootstrap")))
    edited, randoms = outcomes[:1], (outcomes[1 : 1 + len(noncarriers)], outcomes[1 + len(noncarriers) :])
    concepts = baseline.segmenter.concepts
    of_edit = drawn.arm(edited, unedited)
    of_random = [drawn.arm(random, unedited) if random else [None] * len(concepts) for random in randoms]
    changed = [drawn.changed(random, unedited) if random else None for random in randoms]
    runs, again = len(baseline) * (1 + len(arms)) + prepared.found_on, baseline.halves.parts[1].why
    return EditEffects(
        effects=tuple(map(Effect, concepts, of_edit, *of_random)),
        changed=drawn.changed(edited, unedited),
        changed_by_noncarriers=changed[0],
        changed_by_others=changed[1],
        noncarriers=noncarriers,
        others=others,
        areas=baseline.areas,
        areas_after=edited[0].areas,
        region_share=None if unedited.shares is None else float(unedited.shares.mean()),
        passes=PassesRow(runs if again else len(baseline) + prepared.found_on, runs, runs),
    )


def _unedited(baseline: Baseline, region: Tensor | None) -> Unedited:
    if region is None:
        return Unedited(baseline.areas, baseline.areas, None)
    shares = region.expand(len(baseline), *region.shape[-2:]).double().mean((1, 2)).cpu().numpy()
    return Unedited(baseline.areas, baseline.inside(region), shares)


def effect_latents(generator: nn.Module, protocol: EffectProtocol) -> LatentSet:
    """Return the fixed latents of an effect."""
    return LatentSet(generator, protocol.seed, LATENTS, protocol.num_images, next(generator.parameters()).device)


def _changes(steps: Sequence[Step], draw: Draw) -> list[Change]:
    return [step.change(units) for step, units in zip(steps, draw, strict=True)]
