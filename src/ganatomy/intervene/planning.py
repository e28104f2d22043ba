"""From what was asked for to an edit that can be measured: layers and units that there are, values, places.

Values that take statistics are found on other latents than those that the effect is measured on, so that no sample
tells what it is to be set to. A cell is copied from the samples that the effect is measured on, or any later one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from ganatomy.config.steps import StepSettings, Where
from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import ConfigError, LayerError
from ganatomy.hooks import record
from ganatomy.intervene.baseline import Baseline, lowest, observe
from ganatomy.intervene.changes import Change
from ganatomy.intervene.effects import EffectProtocol, effect_latents
from ganatomy.intervene.inverted import Observe
from ganatomy.intervene.places import Place, place_of, read_mask
from ganatomy.intervene.steps import Agreement, PreparedEdit, Step
from ganatomy.intervene.values import copied, value_of
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.records.effects import Ranking
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.protocol import Segmenter

VALUES = "edit/values"
"""The latents that values are found on."""


@dataclass(frozen=True)
class ChosenStep:
    """A step and the units that it takes."""

    settings: StepSettings
    units: tuple[int, ...]
    """None for all that the layer has."""
    agreement: Agreement | None = None
    """None where no dissection tells."""
    ranked_by: Ranking | None = None
    """What made these units the concept's best; None where they were given by number."""


def prepare(
    generator: nn.Module,
    segmenter: Segmenter,
    chosen: Sequence[ChosenStep],
    protocol: EffectProtocol,
    where: Where | Tensor | None = None,
    strength: float = 1.0,
    progress: Progress = SILENT,
    on: Observe | None = None,
) -> PreparedEdit:
    """Return an edit with the samples that it is measured on.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode.
        segmenter: tells the concepts of each pixel.
        chosen: the steps, one after another.
        protocol: how many samples, and seeds.
        where: a part of the images or a mask, the same for all steps; None takes all, of a copy the cell it is from.
        strength: how far units are moved, in [0, 1].
        progress: told of every image segmented.
        on: observes inverted photos in place of samples, as many as the protocol says.

    Raises:
        LayerNotFound: no such layer.
        LayerNotRun: a layer takes no part in generating images.
        LayerError: a layer has no units to change or no cells, or is the image itself.
        ConfigError: a layer has no such unit or cell, the segmenter no such concept, or no sample shows it.
        DataError: a mask is no image.
    """
    _require_known(segmenter, chosen, where)
    latents = effect_latents(generator, protocol)
    first = latents.take(torch.zeros(1, dtype=torch.long))
    layers = tuple(dict.fromkeys(one.settings.layer for one in chosen))
    shapes = _shapes(generator, layers, first, chosen)
    planner = _Planner(generator, segmenter, protocol, progress)
    values = [planner.value(one) for one in chosen]
    at = lowest(generator, layers, first)
    if on is None:
        z = latents.take(torch.arange(protocol.num_images))
        baseline = observe(generator, segmenter, at, z, protocol.batch_size, progress)
    else:
        baseline = on(at)
    steps = []
    for one, value in zip(chosen, values, strict=True):
        _require_seen(one.settings, baseline)
        shape = shapes[one.settings.layer]
        steps.append(_step(one, value, strength, _place(one.settings, where, baseline, shape, protocol.seed), shape[0]))
    return PreparedEdit(baseline, tuple(steps), {layer: shapes[layer][0] for layer in layers}, planner.found_on)


def _step(one: ChosenStep, value: float | Tensor, strength: float, place: Place | None, width: int) -> Step:
    settings = one.settings
    return Step(
        layer=settings.layer,
        units=one.units or tuple(range(width)),
        value=value,
        strength=strength,
        place=place,
        action=settings.action,
        concept=settings.concept,
        agreement=one.agreement,
        named=_name(settings),
        source=settings.source,
        ranked_by=one.ranked_by,
    )


class _Planner:
    """Finds values, and keeps the samples that they are found on for the next step of the same layer."""

    def __init__(
        self, generator: nn.Module, segmenter: Segmenter, protocol: EffectProtocol, progress: Progress
    ) -> None:
        self._generator, self._segmenter = generator, segmenter
        self._protocol, self._progress = protocol, progress
        self._observed: dict[str, Baseline] = {}
        self.found_on = 0

    def value(self, one: ChosenStep) -> float | Tensor:
        settings = one.settings
        if settings.source is not None:
            sample, row, column = settings.source
            z = effect_latents(self._generator, self._protocol).take(torch.tensor([sample]))
            self.found_on += 1
            return copied(observe(self._generator, self._segmenter, settings.layer, z), 0, (row, column))
        if isinstance(settings.value, str) and settings.value != "zero":
            return value_of(settings.value, self._samples(settings.layer), settings.concept)
        return 0.0 if isinstance(settings.value, str) else settings.value

    def _samples(self, layer: str) -> Baseline:
        """Return unedited samples of a layer on which values are found."""
        if layer not in self._observed:
            seed, count = self._protocol.seed, self._protocol.value_images
            device = next(self._generator.parameters()).device
            z = LatentSet(self._generator, seed, VALUES, count, device).take(torch.arange(count))
            self._observed[layer] = observe(
                self._generator, self._segmenter, layer, z, self._protocol.batch_size, self._progress
            )
            self.found_on += count
        return self._observed[layer]


def _require_known(segmenter: Segmenter, chosen: Sequence[ChosenStep], where: Where | Tensor | None) -> None:
    """Return if every concept is one of the segmenter's and a mask can be read, before anything runs for long."""
    for one in chosen:
        if one.settings.concept is not None:
            known_concept(one.settings.concept, segmenter.concepts)
    if isinstance(where, Where) and where.kind == "concept":
        known_concept(where.concept, segmenter.concepts)
    if isinstance(where, Where) and where.kind == "mask":
        read_mask(Path(where.said))


@torch.no_grad()
def _shapes(
    generator: nn.Module, layers: Sequence[str], z: Tensor, chosen: Sequence[ChosenStep]
) -> dict[str, tuple[int, ...]]:
    """Return what each layer gives for one sample, if it has the units that are asked for and is not the image."""
    with record(generator, layers) as recorded:
        image = generator(z)
    for one in chosen:
        featuremaps = recorded[one.settings.layer]
        if featuremaps.shape == image.shape:
            raise LayerError(
                f"layer '{one.settings.layer}' gives the image itself, shape {tuple(image.shape)}, whose units are its "
                "colours; choose a layer below the last convolution"
            )
        Change(one.settings.layer, one.units or (0,)).blend(featuremaps)
    return {layer: tuple(recorded[layer].shape[1:]) for layer in layers}


def _require_seen(settings: StepSettings, baseline: Baseline) -> None:
    """Return if there is something of an ablated concept that can vanish."""
    if settings.action != "ablate" or settings.concept is None:
        return
    if not baseline.shows(settings.concept).any():
        raise ConfigError(
            f"'{settings.concept}' is seen in none of {len(baseline)} samples, so that nothing of it can vanish; give "
            "another concept, or more samples"
        )


def _place(
    settings: StepSettings, where: Where | Tensor | None, baseline: Baseline, shape: tuple[int, ...], seed: int
) -> Place | None:
    if where is None and settings.source is not None:
        _, row, column = settings.source
        where = Where("cell", f"cell:{row},{column}", cell=(row, column))
    return None if where is None else place_of(where, baseline, settings.layer, shape, seed)


def _name(settings: StepSettings) -> str | None:
    """Return what the value is called; None for a number."""
    if settings.source is not None:
        return "a copied cell"
    return settings.value if isinstance(settings.value, str) and settings.value != "zero" else None
