"""What a penalty holds the other concepts to: that they change little where alpha is ablated everywhere.

Source: equation 4 of GAN Dissection (Bau et al., arXiv 1811.10597) for the other concepts, which the released code
leaves free: its units of different concepts have one in common that makes buildings.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from ganatomy.intervene.ace.pool import Pool
from ganatomy.intervene.baseline import Advance
from ganatomy.intervene.changes import Change
from ganatomy.seeds import stream
from ganatomy.segment.probabilities import probabilities, require_probability
from ganatomy.segment.protocol import OTHER

SAMPLES = 64
"""On which the change is watched."""
LEAST_AREA = 0.002
"""Of a concept of fewer pixels, as a part of all, too few change for its ratio to say anything."""


class Others:
    """The concepts beside one.

    Args:
        pool: samples unedited.
        concept: the one.
        weight: of the penalty; at 1 losing the whole of another concept costs as much as one lost pair.
        batch_size: samples that each update sees.
        seed: of the samples.
        advance: told of every image.
    """

    def __init__(
        self, pool: Pool, concept: str, weight: float, batch_size: int, seed: int, advance: Advance = lambda _: None
    ) -> None:
        self.weight, self._segmenter = weight, require_probability(pool.segmenter)
        self._pool, self._batch = pool, batch_size
        self.concepts = watched(pool, concept)
        chosen = torch.randperm(len(pool), generator=stream(seed, "ace/others"))[:SAMPLES]
        self._samples = chosen.to(pool.z.device)
        with torch.no_grad():
            self._before = torch.cat([self._shown(part, None, advance) for part in self._parts()])

    def penalty(self, alpha: Tensor, step: int, advance: Advance = lambda _: None) -> Tensor:
        """Return weight x the sum over c' of |E s_c'(x'_a) - E s_c'(x)| / E s_c'(x), alpha ablated on the whole map.

        Args:
            alpha: (u,) in [0, 1].
            step: which of the samples are watched.
            advance: told of every image.
        """
        if not self.concepts:
            return alpha.new_zeros(())
        parts = self._parts()
        place = step % len(parts)
        before = torch.split(self._before, self._batch)[place]
        change = self._shown(parts[place], alpha, advance).mean(0) - before.mean(0)
        return self.weight * (change.abs() / self._before.mean(0)).sum()

    def _parts(self) -> Sequence[Tensor]:
        return torch.split(self._samples, self._batch)

    def _shown(self, samples: Tensor, alpha: Tensor | None, advance: Advance) -> Tensor:
        """Return the mean probability (n, k) of each concept watched."""
        baseline = self._pool.take(samples)
        layer = self._pool.halves.layer
        changes = [] if alpha is None else [Change(layer, tuple(range(len(alpha))), strength=alpha)]
        images = self._pool.halves.above(baseline.featuremaps, baseline.kept, changes)
        shown, runs = probabilities(self._segmenter, images, self.concepts)
        advance(len(samples) * runs)
        return shown.mean((2, 3))


def watched(pool: Pool, concept: str) -> tuple[str, ...]:
    """Return the concepts beside one that are large enough to be watched, the nameless left out."""
    segmenter, areas = pool.segmenter, pool.areas.mean(0)
    return tuple(
        name
        for name, category, area in zip(segmenter.concepts, segmenter.categories, areas, strict=True)
        if name != concept and category != OTHER and area >= LEAST_AREA
    )
