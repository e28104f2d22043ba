"""Units ranked by how much a concept depends on them: by agreement, gradient, and by being ablated alone.

Source: by IoU as GAN Dissection (Bau et al., arXiv 1811.10597) has it; gradient times activation as in Simonyan et al.,
"Deep Inside Convolutional Networks" (arXiv 1312.6034): to first order what the concept loses as a unit is set to 0, for
all units by one backward pass a sample.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ganatomy.dissect.scoring.units import CARRIES
from ganatomy.intervene.baseline import Advance, Baseline, measure
from ganatomy.intervene.changes import Change
from ganatomy.runs.records.units import UnitTable
from ganatomy.segment.protocol import DifferentiableSegmenter
from ganatomy.stats.resampling import Floats


@dataclass(frozen=True, eq=False)
class ConceptScores:
    """How the units of a layer agree with a concept, by a dissection."""

    scores: Tensor
    """(u,) IoU, 0 for units that the dissection does not rank."""
    carriers: tuple[int, ...]
    """The units that carry the concept."""


def concept_scores(width: int, ranked_units: Iterable[tuple[int, float]], labelled: Iterable[int]) -> ConceptScores:
    """Return how the units of a layer agree with a concept.

    Args:
        width: how many units the layer has.
        ranked_units: units with their IoU, best first.
        labelled: interpretable units whose own concept it is.
    """
    scores, rows = torch.zeros(width), list(ranked_units)
    for unit, iou in rows:
        scores[unit] = iou
    own = set(labelled)
    return ConceptScores(scores, tuple(unit for unit, iou in rows if iou >= CARRIES or unit in own))


def recorded_scores(table: UnitTable, concept: str) -> ConceptScores:
    """Return how the units of a dissected layer agree with a concept.

    Args:
        table: the layer's `units.json`.
        concept: one of its concepts.
    """
    rows = [(row.unit, row.iou) for row in table.ranking.get(concept, ())]
    labelled = [row.unit for row in table.units if row.concept == concept and row.interpretable]
    return concept_scores(len(table.units), rows, labelled)


def gradient_times_activation(
    baseline: Baseline,
    segmenter: DifferentiableSegmenter,
    concept: str,
    batch_size: int = 32,
    advance: Advance = lambda _: None,
) -> Tensor:
    """Return E sum_p r_u,p ds/dr_u,p (u,), s the mean probability of a concept in the image.

    Args:
        baseline: samples unedited.
        segmenter: its segmenter.
        concept: one of the segmenter's.
        batch_size: samples at a time; the figures do not depend on it.
        advance: told of every image.

    Raises:
        LayerError: the layer has no cells.
    """
    baseline.cells  # noqa: B018  (refuses a layer that has none)
    total = torch.zeros(baseline.featuremaps.shape[1], dtype=torch.float64, device=baseline.z.device)
    for samples in baseline.batches(batch_size):
        featuremaps = baseline.featuremaps[samples].clone().requires_grad_()
        images = baseline.halves.above(featuremaps, baseline.kept[samples])
        shown = segmenter.probability(images, concept).mean((1, 2)).sum()
        (gradient,) = torch.autograd.grad(shown, featuremaps)
        total += (featuremaps.detach() * gradient).sum((0, 2, 3)).double()
        advance(len(samples))
    return total / len(baseline)


def single_unit_areas(baseline: Baseline, batch_size: int = 32, advance: Advance = lambda _: None) -> Floats:
    """Return the mean area (u, k) of each concept with each unit ablated alone, for all concepts at once.

    Args:
        baseline: samples unedited.
        batch_size: samples at a time; the figures do not depend on it.
        advance: told of every image.
    """
    layer, width = baseline.halves.layer, baseline.featuremaps.shape[1]
    arms = ([Change(layer, (unit,))] for unit in range(width))
    return np.stack([measure(baseline, arm, batch_size=batch_size, advance=advance).areas.mean(0) for arm in arms])


def ranked(scores: Tensor, ties: Tensor | None = None) -> tuple[int, ...]:
    """Return all units, the highest score first; units of equal score by `ties`, and by number.

    Args:
        scores: (u,).
        ties: (u,), likewise.
    """
    second = torch.zeros_like(scores) if ties is None else ties
    order = np.lexsort((-second.double().cpu().numpy(), -scores.double().cpu().numpy()))
    return tuple(order.tolist())
