"""The cells that an alpha is trained on: those that show a concept best, and those where it can be made to appear.

Source: the released code of GAN Dissection (Bau et al., arXiv 1811.10597), `aceoptimize.py`: the best cell of each of
the 1,200 best images; for insertion, cells without the concept, drawn as often as the concept is found there, of which
those are kept where all units at their mean k make the concept grow the most.

Differs: of equally good cells of an image one is drawn, not the first; only cells without the concept are tried, where
the released code tries any and drops the others; one a sample, in samples other than the first set's; and the search
ends once enough clear successes are found.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ganatomy.errors import ConfigError
from ganatomy.intervene.ace.pool import Pool
from ganatomy.intervene.ace.schedule import Schedule
from ganatomy.intervene.baseline import Advance, measure
from ganatomy.intervene.changes import Change
from ganatomy.seeds import stream
from ganatomy.stats.resampling import Floats

FEWEST = 8
"""Samples below which there is nothing to train on and to hold out."""

CLEAR = 0.5
"""A clear success: the concept gains as many pixels as half of the cell has."""


@dataclass(frozen=True, eq=False)
class Cells:
    """A cell in each of some samples of a pool."""

    samples: Tensor
    """(m,) places in the pool."""
    cells: Tensor
    """(m,) numbers of the cells, row by row."""

    def __len__(self) -> int:
        return len(self.samples)

    def take(self, places: Tensor) -> "Cells":
        """Return some of them."""
        return Cells(self.samples[places], self.cells[places])

    def masks(self, shape: tuple[int, int]) -> Tensor:
        """Return the cells as masks (m, h, w) bool."""
        return F.one_hot(self.cells, shape[0] * shape[1]).bool().view(-1, *shape)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Where a concept is ablated and where it is inserted."""

    present: Cells
    candidates: Cells
    proposals: int
    """Cells that were tried for insertion."""
    successes: int
    """Of them those where the concept clearly grew."""


def find_present(pool: Pool, concept: str, most: int, seed: int) -> Cells:
    """Return the cell that shows a concept best, of the images that show it best; in the order of the pool.

    Args:
        pool: samples unedited.
        concept: one of those that the pool was gathered for.
        most: at most so many, and at most half of the pool.
        seed: of the draw among equally good cells.

    Raises:
        ConfigError: too few samples show the concept.
    """
    shares = pool.shares[concept].flatten(1)
    best = shares.amax(1)
    count = min(most, len(pool) // 2, int((best > 0).sum()))
    if count < FEWEST:
        raise ConfigError(
            f"'{concept}' shows in {int((best > 0).sum())} of {len(pool):,} samples, and {FEWEST} are needed; give a "
            "larger --pool, or choose another concept"
        )
    samples = best.argsort(descending=True, stable=True)[:count].sort().values
    drawn = torch.rand(len(samples), shares.shape[1], generator=stream(seed, f"ace/present/{concept}"))
    ties = shares[samples] == best[samples, None]
    return Cells(samples, torch.where(ties, drawn.to(shares), -1.0).argmax(1))


def find_candidates(
    pool: Pool,
    concept: str,
    present: Cells,
    schedule: Schedule,
    seed: int,
    batch_size: int = 32,
    advance: Advance = lambda _: None,
) -> tuple[Cells, int, int]:
    """Return cells where a concept comes if all units are set to its mean; how many were tried, how many clearly won.

    Args:
        pool: samples unedited.
        concept: one of those that the pool was gathered for.
        present: what `find_present` found: as many are looked for, where present cells are, in other samples.
        schedule: at most how many are tried.
        seed: of the cells tried.
        batch_size: cells tried at a time.
        advance: told of every image.

    Raises:
        ConfigError: the concept grows in too few cells.
    """
    tried, rises = [], []
    successes = proposals = 0
    pixels = pool.images[0, :, :, 0].numel() / pool.shares[concept][0].numel()
    for proposed in torch.split(_proposals(pool, concept, present, schedule.proposals, seed), batch_size):
        cells = Cells(proposed[:, 0], proposed[:, 1])
        rise = _rise(pool, concept, cells) * pool.images[0, :, :, 0].numel()
        advance(len(cells))
        tried.append(proposed)
        rises.append(rise)
        proposals += len(cells)
        successes += int((rise >= CLEAR * pixels).sum())
        if successes >= len(present):
            break
    gained = np.concatenate(rises) if rises else np.zeros(0)
    found = min(len(present), int((gained > 0).sum()))
    if found < FEWEST:
        raise ConfigError(
            f"'{concept}' came in {found} of {proposals} cells where all units were set to their mean over its cells, "
            f"and {FEWEST} are needed; choose another concept or layer"
        )
    best = torch.from_numpy(np.argsort(-gained, kind="stable")[:found])
    kept = torch.cat(tried)[best.sort().values]
    return Cells(kept[:, 0], kept[:, 1]), proposals, successes


def find_pairs(
    pool: Pool, concept: str, schedule: Schedule, seed: int, batch_size: int = 32, advance: Advance = lambda _: None
) -> Pairs:
    """Return cells that show a concept, and at most as many where it can be made to appear.

    Args:
        pool: samples unedited.
        concept: one of those that the pool was gathered for.
        schedule: how many of them.
        seed: of everything drawn.
        batch_size: cells tried at a time.
        advance: told of every image.

    Raises:
        ConfigError: there are too few of either.
    """
    present = find_present(pool, concept, schedule.train_pairs + schedule.held_out_pairs, seed)
    candidates, proposals, successes = find_candidates(pool, concept, present, schedule, seed, batch_size, advance)
    return Pairs(present, candidates, proposals, successes)


def _proposals(pool: Pool, concept: str, present: Cells, most: int, seed: int) -> Tensor:
    """Return samples and cells (m, 2), drawn as often as present cells lie there, of cells without the concept."""
    shares = pool.shares[concept].flatten(1)
    rng = stream(seed, f"ace/candidates/{concept}")
    popularity = torch.bincount(present.cells, minlength=shares.shape[1]).double().cpu()
    odds = (popularity + popularity.mean() / 10) * (shares == 0).cpu()
    others = odds.sum(1) > 0
    others[present.samples.cpu()] = False
    places = others.nonzero()[:, 0]
    if not len(places):
        return torch.empty(0, 2, dtype=torch.long)
    rounds = [places[torch.randperm(len(places), generator=rng)] for _ in range(-(-most // len(places)))]
    samples = torch.cat(rounds)[:most]
    cells = torch.multinomial(odds[samples], 1, generator=rng)
    return torch.cat([samples[:, None], cells], 1).to(shares.device)


def _rise(pool: Pool, concept: str, cells: Cells) -> Floats:
    """Return by how much of the image (m,) a concept grows as all units are set to its mean at the cells."""
    baseline, index = pool.take(cells.samples), pool.segmenter.concepts.index(concept)
    mean = pool.means[concept]
    change = Change(pool.halves.layer, tuple(range(len(mean))), mean, region=cells.masks(baseline.cells))
    after = measure(baseline, [change], batch_size=len(cells)).areas
    return after[:, index] - baseline.areas[:, index]
