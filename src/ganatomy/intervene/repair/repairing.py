"""A repair as a whole: units scored, ablated one after another, accepted on held-out images, baked.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 4.3 and appendix S-6.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from ganatomy.config.repair import VALUES
from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import to_float
from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import ConfigError
from ganatomy.evolve.judge import mean_logits
from ganatomy.hooks import run_up_to
from ganatomy.intervene.baseline import Baseline
from ganatomy.intervene.controls import draw_sets
from ganatomy.intervene.repair.acceptance import Acceptance, accept, verdict
from ganatomy.intervene.repair.baking import Baked, bake
from ganatomy.intervene.repair.bench import Bench, prepare, real_halves
from ganatomy.intervene.repair.choosing import Chooser, ChosenSet, Rules, best_set
from ganatomy.intervene.repair.scores import (
    UnitScores,
    by_discriminator,
    by_distance,
    by_locality,
    by_nearest,
    top_samples,
)
from ganatomy.intervene.values import LOW, quantile
from ganatomy.metrics.extractor import Extractor
from ganatomy.metrics.subsets import SubsetMetric
from ganatomy.models.protocol import device_of, named_layers, sample_latents
from ganatomy.progress import SILENT, Progress
from ganatomy.seeds import stream
from ganatomy.segment.protocol import Segmenter

CELLS = 8
"""Cells a side of the layer that is looked at unless another is named: those of layer4 in the paper."""
TRIED = 4
"""Latents on which it is seen beforehand whether a layer's edits can be baked."""


@dataclass(frozen=True)
class RepairProtocol:
    """What a repair depends on beside generator, layer, segmenter, extractor and real images."""

    metric: SubsetMetric = "kd"
    """The distance from real images."""
    value: float | str = 0.0
    """What units are set to: a number, `low-quantile` or `mean`, see `ganatomy.config.repair.VALUES`."""
    candidates: int = 6
    """Units that each method may nominate."""
    top_images: int = 30
    """Samples that activate a unit most, by which it is judged."""
    num_images: int = 500
    """Samples to choose by, and as many others to accept by."""
    num_real: int = 1000
    """Real images, or all where there are fewer, in two halves."""
    budget: float = 0.1
    """By which part of itself a concept's area may move."""
    random_sets: int = 5
    """Draws of as many random units."""
    seed: int = 0
    """Of the latents, the random samples and units, and the resampling."""
    batch_size: int = 32
    """Samples at a time; the figures do not depend on it."""


@dataclass(frozen=True, eq=False)
class Repair:
    """What was found: scores of units, sets of them, what is accepted, and the generator without it."""

    layer: str
    protocol: RepairProtocol
    scores: tuple[UnitScores, ...]
    """By every method that the run allows."""
    sets: tuple[ChosenSet, ...]
    """What each method ends with on the choosing half."""
    chosen: ChosenSet | None
    """The one of these that gains most; None where none holds a unit."""
    acceptance: Acceptance | None
    """What that does on the held-out half."""
    refusal: str | None
    """Why nothing is accepted; None where it is."""
    baked: Baked | None
    """The repaired generator; None where nothing is accepted."""
    values: Tensor
    """(u,) what each unit of the layer is set to."""
    top: Tensor
    """(u, m) the samples of `bench` that activate each unit most."""
    bench: Bench
    """The choosing half."""
    held_out: Bench | None
    """The held-out half; None where nothing was chosen."""

    @property
    def units(self) -> tuple[int, ...]:
        """The units that are off in the repaired generator; none where nothing is accepted."""
        return self.chosen.units if self.chosen is not None and self.baked is not None else ()


def find_repair(
    generator: nn.Module,
    segmenter: Segmenter,
    extractor: Extractor,
    images: ImageSet,
    layer: str,
    protocol: RepairProtocol,
    units: Sequence[int] = (),
    discriminator: nn.Module | None = None,
    progress: Progress = SILENT,
) -> Repair:
    """Return which units of a layer paint artifacts, and the generator without them if that is proven better.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode.
        segmenter: tells the concepts of each pixel.
        extractor: what images are looked at through.
        images: real ones, of the generator's size.
        layer: dotted module name.
        protocol: all that is left open.
        units: marked by hand; all of them are tried, instead of those that methods find.
        discriminator: judges samples, where there is one.
        progress: told of every image.

    Raises:
        ConfigError: too few real images or samples, a unit that the layer does not have, or an unknown value.
        LayerError: there is no such layer, it has no cells, or its edits cannot be baked.
        DataError: activations or features are NaN or infinite.
    """
    size, batch = protocol.num_images, protocol.batch_size
    real, held_out_real = real_halves(extractor, images, protocol.num_real, batch, progress)
    bench = prepare(generator, segmenter, extractor, layer, _latents(generator, protocol, "choosing"), batch, progress)
    top = top_samples(bench, protocol.top_images)
    rules = Rules(protocol.metric, protocol.budget, _values(bench.baseline, protocol.value), protocol.seed)
    width = len(rules.values)
    _require_units(layer, units, width)
    bake(generator, rules.change(layer, units or range(width)), bench.baseline.z[:TRIED])  # refused now if at all
    scores = _scores(bench, top, real, protocol, discriminator)
    chooser = Chooser(bench, real, rules, progress)
    sets = (
        (chooser.marked(units),)
        if units
        else tuple(chooser.choose(one.method, one.candidates) for one in scores if one.candidates)
    )
    found = Repair(
        layer,
        protocol,
        scores,
        sets,
        best_set(sets),
        None,
        _nothing(scores, size),
        None,
        rules.values,
        top,
        bench,
        None,
    )
    return found if found.chosen is None else _decided(found, generator, extractor, held_out_real, rules, progress)


def default_layer(generator: nn.Module) -> str:
    """Return the last of a generator's layers that has 8x8 cells, as layer4 of the paper does.

    Raises:
        ConfigError: it names no layers, or none has as many cells.
    """
    names = named_layers(generator)
    z = sample_latents(generator, 1, stream(0, "repair/layer")).to(device_of(generator))
    with torch.no_grad():
        found = run_up_to(generator, names, z) if names else {}
    fitting = [name for name in names if found[name].shape[2:] == (CELLS, CELLS)]
    if not fitting:
        raise ConfigError(f"{type(generator).__name__} has no layer of {CELLS}x{CELLS} cells; say which, with --layer")
    return fitting[-1]


def _decided(
    found: Repair, generator: nn.Module, extractor: Extractor, real: Tensor, rules: Rules, progress: Progress
) -> Repair:
    """Return the repair after the one look at the held-out half."""
    protocol, layer = found.protocol, found.layer
    assert found.chosen is not None
    units, z = found.chosen.units, _latents(generator, protocol, "held-out")
    random = draw_sets(len(rules.values), len(units), protocol.random_sets, protocol.seed, without=units)
    segmenter = found.bench.baseline.segmenter
    held_out = prepare(generator, segmenter, extractor, layer, z, protocol.batch_size, progress)
    acceptance = accept(held_out, real, units, random, rules, progress)
    refusal = verdict(acceptance, rules)
    baked = None if refusal else bake(generator, rules.change(layer, units), z, protocol.batch_size)
    return replace(found, acceptance=acceptance, refusal=refusal, baked=baked, held_out=held_out)


def _scores(
    bench: Bench, top: Tensor, real: Tensor, protocol: RepairProtocol, discriminator: nn.Module | None
) -> tuple[UnitScores, ...]:
    most, seed, name = protocol.candidates, protocol.seed, "repair/random samples"
    found = [
        by_distance(bench, top, real, protocol.metric, most, stream(seed, name)),
        by_nearest(bench, top, real, most, stream(seed, name)),
        by_locality(bench, top, most),
    ]
    if discriminator is not None:
        batches = torch.split(bench.baseline.images, protocol.batch_size)
        logits = [mean_logits(discriminator, to_float(images)) for images in batches]
        found.append(by_discriminator(bench, top, torch.cat(logits).cpu(), most, stream(seed, name)))
    return tuple(found)


def _latents(generator: nn.Module, protocol: RepairProtocol, half: str) -> Tensor:
    latents = LatentSet(generator, protocol.seed, f"repair/{half}", protocol.num_images, device_of(generator))
    return latents.take(torch.arange(protocol.num_images))


def _values(baseline: Baseline, value: float | str) -> Tensor:
    """Return what each unit (u,) is set to."""
    if value == "low-quantile":
        return quantile(baseline, LOW)
    if value == "mean":
        return baseline.featuremaps.mean((0, 2, 3))
    if isinstance(value, str):
        raise ConfigError(f"value is {value!r}; give a number, or one of {', '.join(VALUES)}")
    return torch.full((baseline.featuremaps.shape[1],), float(value))


def _require_units(layer: str, units: Sequence[int], width: int) -> None:
    if units and max(units) >= width:
        raise ConfigError(f"layer '{layer}' has no unit {max(units)}; its units are 0 to {width - 1}")


def _nothing(scores: Sequence[UnitScores], num_images: int) -> str:
    """Return what to say where no unit is chosen."""
    nominated = len({unit for one in scores for unit in one.candidates})
    return (
        f"none of {nominated} candidates brings {num_images} samples nearer to real images when it is off, with the "
        "95 % interval above 0 and every concept within the budget"
    )
