"""Curves of four rankings of a concept's units, one beside the other.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), figure 4, which has two of them: by IoU and by alpha.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ganatomy.intervene.ace.passes import Passes
from ganatomy.intervene.ace.pool import Pool
from ganatomy.intervene.ace.protocol import CURVES, AceProtocol, RankedCurve, RankingName
from ganatomy.intervene.baseline import Baseline
from ganatomy.intervene.curves import ablation_curve, insertion_curve, kept, mean_curve, sizes_up_to
from ganatomy.intervene.rankings import ConceptScores, gradient_times_activation, ranked
from ganatomy.segment.probabilities import require_probability
from ganatomy.stats.resampling import Floats

RANKING_IMAGES = 32
"""Samples of the pool on which units are ranked by gradient and by being ablated alone."""


def ranked_curves(
    pool: Pool,
    tested: Baseline,
    cells: Tensor,
    alone: Floats | None,
    concept: str,
    by_alpha: Sequence[int],
    agreed: ConceptScores,
    protocol: AceProtocol,
    passes: Passes,
) -> tuple[RankedCurve, ...]:
    """Return an ablation and an insertion curve of each ranking; none where the protocol wants none.

    Args:
        pool: samples to rank on.
        tested: others to measure on.
        cells: (n, h, w) bool, a cell of each of these.
        alone: (u, k) mean area of each concept with each unit ablated alone; None for no curves.
        concept: the one ablated and inserted.
        by_alpha: units by alpha.
        agreed: how the units agree with the concept.
        protocol: on how many samples.
        passes: told of every image.
    """
    if alone is None:
        return ()
    index, value = pool.segmenter.concepts.index(concept), pool.means[concept]
    few = pool.take(torch.arange(min(RANKING_IMAGES, len(pool)), device=pool.z.device))
    segmenter, advance = require_probability(pool.segmenter), passes.of(CURVES)
    gradients = gradient_times_activation(few, segmenter, concept, protocol.batch_size, advance)
    rankings: Mapping[RankingName, Sequence[int]] = {
        "ace": by_alpha,
        "iou": ranked(agreed.scores),
        "gradient": ranked(gradients),
        "single unit": ranked(torch.from_numpy(-alone[:, index])),
    }
    chosen = torch.arange(protocol.curve_images, device=tested.z.device)
    baseline, where, sizes = tested.take(chosen), cells[chosen], sizes_up_to(len(value))
    curves = []
    for name, order in rankings.items():
        first = tuple(order[: sizes[-1]])
        areas = ablation_curve(baseline, first, sizes, batch_size=protocol.batch_size, advance=advance)
        shown = insertion_curve(baseline, first, value, where, sizes, protocol.batch_size, advance)
        left = kept(baseline.areas[:, index], areas[:, :, index], sizes, protocol.seed)
        curves.append(RankedCurve(name, "ablation", first, left))
        come = mean_curve(shown[:, :, index], sizes, protocol.seed)
        curves.append(RankedCurve(name, "insertion", first, come))
    return tuple(curves)
