"""The causes of concepts: alpha optimised for one after another, on samples that all share, and its effects measured.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.2 and its released code, whose costs are told in
`OFFICIAL_PASSES`.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import ConfigError
from ganatomy.hooks import find_layer
from ganatomy.intervene.ace.optimise import Alpha, optimise
from ganatomy.intervene.ace.passes import Passes
from ganatomy.intervene.ace.pool import Pool, gather
from ganatomy.intervene.ace.protocol import CURVES, AceProtocol, Cause, MeasuredSet, SetName
from ganatomy.intervene.ace.ranked_curves import RANKING_IMAGES, ranked_curves
from ganatomy.intervene.ace.samples import Pairs, find_pairs
from ganatomy.intervene.ace.specificity import Others
from ganatomy.intervene.baseline import Baseline, observe
from ganatomy.intervene.causal import Arms, causal_effects, measure_cause, measure_random, random_cells
from ganatomy.intervene.controls import draw_sets
from ganatomy.intervene.halves import Halves
from ganatomy.intervene.rankings import ConceptScores, ranked, single_unit_areas
from ganatomy.progress import SILENT, Progress, Task
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.probabilities import require_probability
from ganatomy.segment.protocol import Segmenter
from ganatomy.stats.resampling import Floats


@dataclass(frozen=True, eq=False)
class Ground:
    """What all concepts share."""

    pool: Pool
    """Samples to train on."""
    tested: Baseline
    """Samples to measure effects on."""
    cells: Tensor
    """(n, h, w) bool, the cell of each of these at which units are inserted and ablated."""
    alone: Floats | None
    """(u, k) mean area of each concept with each unit ablated alone; None without curves."""
    passes: Counter[str]
    """What this took."""


def find_causes(
    generator: nn.Module,
    segmenter: Segmenter,
    layer: str,
    scores: Mapping[str, ConceptScores],
    protocol: AceProtocol,
    progress: Progress = SILENT,
) -> Iterator[Cause]:
    """Yield the causes of each concept as they are found.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode.
        segmenter: tells the concept of each pixel, and how probable it is.
        layer: dotted module name.
        scores: how the layer's units agree with each concept to be looked for.
        protocol: how alpha is optimised and what its effects are measured on.
        progress: told of every image segmented.

    Raises:
        ConfigError: the segmenter has no such concept or tells no probabilities; a concept is in too few samples or
            cells, or cannot be made to appear; there are fewer units than the protocol's top, or too few for random
            sets.
        LayerError: there is no such layer, it does not run, or its output has no cells.
    """
    find_layer(generator, layer)
    require_probability(segmenter)
    for concept in scores:
        known_concept(concept, segmenter.concepts)
    with progress.task("generating samples", None, unit="img") as task:
        ground = prepare(generator, segmenter, layer, tuple(scores), protocol, task)
    for concept, agreed in scores.items():
        with progress.task(f"causes of {concept}", None, unit="img") as task:
            yield find_cause(ground, concept, agreed, len(scores), protocol, task)


@torch.no_grad()
def prepare(
    generator: nn.Module,
    segmenter: Segmenter,
    layer: str,
    concepts: Sequence[str],
    protocol: AceProtocol,
    task: Task | None = None,
) -> Ground:
    """Return what all concepts share: unedited samples, and each unit ablated alone.

    Args:
        generator: as for `find_causes`.
        segmenter: likewise.
        layer: likewise.
        concepts: those whose causes are looked for.
        protocol: likewise.
        task: told of every image segmented.

    Raises:
        ConfigError, LayerError: as for `find_causes`.
    """
    passes, device = Passes(task), next(generator.parameters()).device
    schedule, batch_size = protocol.schedule, protocol.batch_size

    def latents(name: str, size: int) -> Tensor:
        return LatentSet(generator, protocol.seed, f"ace/{name}", size, device).take(torch.arange(size))

    tested = observe(generator, segmenter, layer, latents("tested", protocol.num_images), batch_size)
    cells = random_cells(tested, protocol.seed)
    passes.of("evaluation")(len(tested))
    width = tested.featuremaps.shape[1]
    if protocol.top > width:
        raise ConfigError(f"top is {protocol.top}, and layer '{layer}' has {width} units; give 1 to {width}")
    pool = gather(
        Halves(generator, layer),
        segmenter,
        latents("pool", schedule.pool),
        concepts,
        schedule.least_share,
        batch_size,
        passes.of("pool"),
    )
    alone = None
    if protocol.curve_images:
        few = pool.take(torch.arange(min(RANKING_IMAGES, len(pool)), device=device))
        alone = single_unit_areas(few, batch_size, passes.of(CURVES))
    return Ground(pool, tested, cells, alone, passes.counts)


def find_cause(
    ground: Ground, concept: str, agreed: ConceptScores, sharing: int, protocol: AceProtocol, task: Task | None = None
) -> Cause:
    """Return the causes of one concept.

    Args:
        ground: what all concepts share.
        concept: one of those that it was prepared for.
        agreed: how the units agree with it.
        sharing: how many concepts share the ground.
        protocol: how alpha is optimised and what its effects are measured on.
        task: told of every image segmented.

    Raises:
        ConfigError: as for `find_causes`.
    """
    start, passes = time.perf_counter(), Passes(task)
    pool, schedule, seed = ground.pool, protocol.schedule, protocol.seed
    pairs = find_pairs(pool, concept, schedule, seed, protocol.batch_size, passes.of("candidates"))
    alpha = _alpha(pool, concept, pairs, agreed, protocol, passes)
    ranking = ranked(alpha.values, agreed.scores)
    sets = _measured(ground, concept, ranking, agreed, protocol, passes)
    curves = ranked_curves(
        ground.pool, ground.tested, ground.cells, ground.alone, concept, ranking, agreed, protocol, passes
    )
    for purpose, number in ground.passes.items():
        passes.counts[purpose] += -(-number // sharing)
    return Cause(
        concept,
        alpha,
        ranking,
        agreed.scores,
        pool.means[concept],
        pairs,
        sets,
        curves,
        dict(passes.counts),
        time.perf_counter() - start,
    )


def _alpha(
    pool: Pool, concept: str, pairs: Pairs, agreed: ConceptScores, protocol: AceProtocol, passes: Passes
) -> Alpha:
    """Return alpha, begun at IoU / max IoU."""
    others = None
    if protocol.specificity:
        size = protocol.schedule.step_pairs
        others = Others(pool, concept, protocol.specificity, size, protocol.seed, passes.of("specificity"))
    initial = (agreed.scores / agreed.scores.max().clamp_min(torch.finfo(torch.float32).tiny)).to(pool.z)
    return optimise(
        pool,
        concept,
        pairs,
        initial,
        protocol.schedule,
        protocol.seed,
        protocol.compat_insertion_bug,
        others,
        passes.of,
    )


@torch.no_grad()
def _measured(
    ground: Ground, concept: str, ranking: Sequence[int], agreed: ConceptScores, protocol: AceProtocol, passes: Passes
) -> tuple[MeasuredSet, ...]:
    """Return the effects of the best units by alpha, by IoU, and of random ones."""
    tested, cells, value = ground.tested, ground.cells, ground.pool.means[concept]
    width, top, size = len(value), protocol.top, protocol.batch_size
    advance = passes.of("evaluation")

    def measured(name: SetName, sets: tuple[tuple[int, ...], ...], arms: Arms) -> MeasuredSet:
        effects = causal_effects(tested.segmenter.concepts, tested.areas, arms, protocol.seed)
        return MeasuredSet(name, sets, effects)

    found: list[MeasuredSet] = []
    by_rank: dict[SetName, Sequence[int]] = {"ace": ranking, "iou": ranked(agreed.scores)}
    for name, order in by_rank.items():
        units = tuple(order[:top])
        found.append(measured(name, (units,), measure_cause(tested, units, value, cells, size, advance)))
    without: dict[SetName, tuple[int, ...]] = {"random": agreed.carriers, "random of all": ()}
    for name, carriers in without.items():
        if width - len(carriers) >= top:
            sets = draw_sets(width, top, protocol.random_sets, protocol.seed, carriers)
            found.append(measured(name, sets, measure_random(tested, sets, value, cells, size, advance)))
    return tuple(found)
