"""What each class of a generator shows, and what units show in it, beside the same nulls as in a dissection.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.1, equation 2, for the samples of one class. Differs:
the paper dissects generators of one class each; here the units of one generator are followed through its classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ganatomy.dissect.areas.comparison import Area
from ganatomy.dissect.classes.counting import ClassCounts, count_classes, vocabulary
from ganatomy.dissect.counting.contingency import Floats
from ganatomy.dissect.counting.counts import AtThreshold, Concepts
from ganatomy.dissect.layers import Dissection
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.scoring.profiles import Profile, best_concepts, named, profile_of
from ganatomy.dissect.scoring.significance import against_nulls
from ganatomy.dissect.scoring.units import LEAST_TESTED_AREA, RATE, scored
from ganatomy.errors import ConfigError
from ganatomy.models.classes import class_number
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.progress import SILENT, Progress
from ganatomy.seeds import stream_seed
from ganatomy.segment.protocol import Segmenter
from ganatomy.stats.resampling import Interval, draw_counts, percentile_intervals, resampled_means
from ganatomy.stats.tests import false_discovery_rates

EACH = "each"
"""Asks for all classes."""


@dataclass(frozen=True)
class ClassUnit:
    """What a unit shows in the samples of one class."""

    unit: int
    concept: str | None
    """The concept of the highest IoU in these samples; None of a unit that agrees with none, or is never active."""
    iou: float
    """In [0, 1], at the threshold of the dissection; NaN without a concept."""
    iou_interval: Interval
    """95 % interval, from resampling blocks of samples."""
    shuffled_iou: float
    """The IoU with the masks of other samples of the class."""
    shifted_iou: float
    """The IoU with the masks shifted around the image."""
    q: float
    """False discovery rate, over the units and concepts of the layer, of calling the IoU more than both nulls."""
    is_above_chance: bool
    """Whether it is interpretable by the rules of the profile, and its IoU more than both nulls."""


@dataclass(frozen=True)
class ClassLayer:
    """The units of one layer in one class."""

    layer: str
    units: tuple[ClassUnit, ...]

    @property
    def above_chance(self) -> int:
        """How many units are above chance."""
        return sum(unit.is_above_chance for unit in self.units)


@dataclass(frozen=True)
class ClassReport:
    """What one class shows."""

    name: str
    number: int
    areas: tuple[Area, ...]
    """Of every concept."""
    layers: tuple[ClassLayer, ...]


@dataclass(frozen=True)
class ByClass:
    """Classes side by side, measured on the same latents."""

    classes: tuple[ClassReport, ...]
    concepts: Concepts
    num_images: int
    """Samples of each class."""


def dissect_classes(
    generator: GeneratorNetwork,
    segmenter: Segmenter,
    dissection: Dissection,
    wanted: Sequence[str | int],
    protocol: DissectionProtocol,
    num_images: int = 200,
    progress: Progress = SILENT,
) -> ByClass:
    """Return areas and units class by class, at the thresholds of a dissection of the generator.

    Args:
        generator: one with classes, in evaluation mode.
        segmenter: that of the dissection.
        dissection: of layers of the generator, over all classes.
        wanted: names or numbers of classes; `each` alone takes all.
        protocol: that of the dissection.
        num_images: samples of each class, of the latents that units were scored on.
        progress: told of every sample.

    Raises:
        ConfigError: the generator takes no classes, there is no such class, or one is given twice.
    """
    numbers = chosen_classes(generator, wanted)
    names = generator.class_names
    assert names is not None  # `chosen_classes` has looked
    first = dissection.layers[0].report
    rules, concepts = profile_of(first.profile, first.top_fraction), vocabulary(segmenter)
    each = replace(protocol, num_images=num_images)
    found = []
    for counts in count_classes(generator, segmenter, dissection, numbers, each, progress):
        rng = np.random.default_rng(stream_seed(protocol.seed, "dissect/classes"))  # the same resamples of each
        found.append(report_class(names[counts.number], counts, rules, concepts, rng))
    return ByClass(tuple(found), concepts, num_images)


def chosen_classes(generator: GeneratorNetwork, wanted: Sequence[str | int]) -> tuple[int, ...]:
    """Return the numbers of the classes asked for.

    Args:
        generator: one with classes.
        wanted: names or numbers; `each` alone takes all.

    Raises:
        ConfigError: the generator takes no classes, there is no such class, or one is given twice.
    """
    names, said = generator.class_names, ", ".join(map(str, wanted))
    if names is None:
        raise ConfigError(f"classes are {said}, but the generator takes no classes; leave them out")
    if tuple(wanted) == (EACH,):
        return tuple(range(len(names)))
    numbers = tuple(class_number(one, names) for one in wanted)
    if len(set(numbers)) != len(numbers):
        raise ConfigError(f"classes are {said}; give each once")
    return numbers


def report_class(
    name: str, counts: ClassCounts, rules: Profile, concepts: Concepts, rng: np.random.Generator
) -> ClassReport:
    """Return what was counted of one class as areas and units.

    Args:
        name: of the class.
        counts: what was counted.
        rules: the profile of the dissection.
        concepts: the vocabulary.
        rng: draws the resamples.
    """
    (drawn,) = resampled_means([counts.areas], rng)
    bounds, shown = percentile_intervals(drawn), (counts.areas > 0).mean(0)
    means = counts.areas.mean(0)
    areas = tuple(Area(float(means[c]), bounds[c], float(shown[c])) for c in range(len(means)))
    layers = tuple(
        ClassLayer(layer, class_units(blocks, means, rules, concepts, rng)) for layer, blocks in counts.blocks.items()
    )
    return ClassReport(name, counts.number, areas, layers)


def class_units(
    blocks: AtThreshold, areas: Floats, rules: Profile, concepts: Concepts, rng: np.random.Generator
) -> tuple[ClassUnit, ...]:
    """Return each unit with the concept of the highest IoU in the samples of a class.

    Args:
        blocks: counts at the one threshold of each unit, block by block.
        areas: (k,) part of all pixels that shows each concept.
        rules: the profile, which says which images count and what is interpretable.
        concepts: the vocabulary.
        rng: draws the resamples.
    """
    nulls = against_nulls(blocks, rules.groups(concepts))
    tested = ~np.isnan(nulls.iou) & named(concepts) & (areas >= LEAST_TESTED_AREA)
    q = false_discovery_rates(nulls.p, tested)
    best = best_concepts(nulls.iou, named(concepts))
    counts = scored(rules, best, blocks.sum(), concepts).interpretable(rules)[0]
    drawn = blocks.as_segmented().weighted(draw_counts(len(blocks.pixels), rng))
    intervals = percentile_intervals(scored(rules, best, drawn, concepts).iou)
    nan = float("nan")
    nothing = (None, nan, Interval(nan, nan), nan, nan, nan, False)
    return tuple(
        ClassUnit(
            unit,
            concepts.names[concept],
            float(nulls.iou[unit, concept]),
            intervals[unit],
            float(nulls.shuffled[unit, concept]),
            float(nulls.shifted[unit, concept]),
            float(q[unit, concept]),
            bool(counts[unit] and q[unit, concept] <= RATE),
        )
        if concept >= 0
        else ClassUnit(unit, *nothing)
        for unit, concept in enumerate(best.tolist())
    )
