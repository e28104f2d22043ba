"""The average causal effect of a set of units on every concept.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.2, equation 4:

    delta_{U->c} = E_{z,P}[s_c(x_i)] - E_{z,P}[s_c(x_a)],  divided by E_{z,P}[s_c(x)]

with P one cell of each sample, drawn at random, and s_c the hard mask of the concept; and figure 9: what is left of a
concept as the units are ablated on the whole map.

Differs: read not only at the cell but in the whole image too; of every concept, not only of the one that is meant; and
with 95 % intervals. E s_c(x) is the mean area of the concept, to which its mean over random cells tends.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ganatomy.intervene.baseline import Advance, Baseline, measure
from ganatomy.intervene.changes import Change
from ganatomy.intervene.curves import pixels_of
from ganatomy.seeds import stream, stream_seed
from ganatomy.stats.resampling import Estimated, Floats, divided, percentile_intervals, resampled_means


@dataclass(frozen=True)
class CausalEffect:
    """What a set of units does to one concept."""

    concept: str
    area: float
    """Of the concept, unedited, as a part of all pixels."""
    at_cell: Estimated
    """delta at the cells where the units are inserted and ablated, in areas of the concept."""
    in_image: Estimated
    """The same over all pixels of the image, for one cell: in areas of the concept."""
    kept: Estimated
    """What is kept of the area as the units are ablated on the whole map."""
    inserted: Estimated
    """The part of the cell's pixels that shows the concept after insertion, E s_c(x_i)."""


@dataclass(frozen=True)
class Arms:
    """What samples show under the arms of an average causal effect, (n, k) each."""

    inserted: Floats
    """The units at their value in one cell: area in the image."""
    inserted_at: Floats
    """And the part of the cell's pixels."""
    ablated: Floats
    """The units ablated in that cell: area in the image."""
    ablated_at: Floats
    """And the part of the cell's pixels."""
    erased: Floats
    """The units ablated on the whole map: area in the image."""

    @classmethod
    def joined(cls, parts: Sequence["Arms"]) -> "Arms":
        """Return those of all samples from those of parts of them."""
        return cls(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)))


def random_cells(baseline: Baseline, seed: int) -> Tensor:
    """Return one cell of each sample, drawn at random, (n, h, w) bool."""
    height, width = baseline.cells
    drawn = torch.randint(height * width, (len(baseline),), generator=stream(seed, "ace/cells"))
    return F.one_hot(drawn, height * width).bool().view(-1, height, width).to(baseline.z.device)


def measure_cause(
    baseline: Baseline,
    units: Sequence[int],
    value: Tensor,
    cells: Tensor,
    batch_size: int = 32,
    advance: Advance = lambda _: None,
) -> Arms:
    """Return what samples show as units are inserted at a cell, ablated there, and ablated everywhere.

    Args:
        baseline: samples unedited.
        units: of its layer.
        value: (u,) what each unit of the layer is set to by insertion.
        cells: (n, h, w) bool, the cell of each sample.
        batch_size: samples at a time; the figures do not depend on it.
        advance: told of every image.

    Raises:
        ConfigError: the layer has no such unit.
        LayerError: the layer has no cells.
    """
    layer, those = baseline.halves.layer, tuple(units)
    pixels = pixels_of(cells, baseline)
    part = pixels.double().mean((1, 2)).cpu().numpy()[:, None]
    arms = (
        Change(layer, those, value[list(those)], region=cells),
        Change(layer, those, region=cells),
    )
    inserted, ablated = (measure(baseline, [arm], pixels, batch_size, advance) for arm in arms)
    erased = measure(baseline, [Change(layer, those)], batch_size=batch_size, advance=advance)
    return Arms(inserted.areas, inserted.inside / part, ablated.areas, ablated.inside / part, erased.areas)


def measure_random(
    baseline: Baseline,
    sets: Sequence[Sequence[int]],
    value: Tensor,
    cells: Tensor,
    batch_size: int = 32,
    advance: Advance = lambda _: None,
) -> Arms:
    """Return what samples show under random sets of units, dealt out among them: each sample sees one set.

    Args:
        baseline: samples unedited.
        sets: of units, as `draw_sets` draws them; no more than there are samples are used.
        value: as for `measure_cause`.
        cells: likewise.
        batch_size: likewise.
        advance: likewise.
    """
    shares = torch.tensor_split(torch.arange(len(baseline)), min(len(sets), len(baseline)))
    return Arms.joined(
        [
            measure_cause(baseline.take(samples), units, value, cells[samples], batch_size, advance)
            for units, samples in zip(sets, shares, strict=False)
        ]
    )


def causal_effects(concepts: Sequence[str], before: Floats, arms: Arms, seed: int = 0) -> tuple[CausalEffect, ...]:
    """Return the effects on every concept, delta = E s_c(x_i) - E s_c(x_a) over E s_c(x)  (Dissection eq. 4).

    Args:
        concepts: names, k of them.
        before: (n, k) area of each concept in each sample, unedited.
        arms: what the samples show.
        seed: of the resampling of the samples.
    """
    rng = np.random.default_rng(stream_seed(seed, "ace/bootstrap"))
    differences = (arms.inserted_at - arms.ablated_at, arms.inserted - arms.ablated, arms.erased)
    area, *drawn, come = resampled_means([before, *differences, arms.inserted_at], rng)
    columns = [
        _estimated(divided(difference.mean(0), before.mean(0)), divided(resampled, area))
        for difference, resampled in zip(differences, drawn, strict=True)
    ]
    columns.append(_estimated(arms.inserted_at.mean(0), come))
    return tuple(
        CausalEffect(concept, float(before[:, place].mean()), *(column[place] for column in columns))
        for place, concept in enumerate(concepts)
    )


def _estimated(values: Floats, resampled: Floats) -> list[Estimated]:
    """Return k figures with intervals, of values (k,) and of those of resamples (resamples, k)."""
    intervals = percentile_intervals(resampled)
    return [Estimated(float(value), interval) for value, interval in zip(values, intervals, strict=True)]
