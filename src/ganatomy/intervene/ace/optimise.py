"""Alpha: how far each unit is moved, so that a concept vanishes where it is and comes where it is not.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.2, equations 5 and 6, and the released code,
`aceoptimize.py`, for all numbers:

    x'_a = f((1 - alpha) r at P, r elsewhere),  x'_i = f(alpha k + (1 - alpha) r at P, r elsewhere)   (eq. 5)
    alpha* = argmin  -delta + lambda |alpha|,  delta = E s_c(x'_i) - E s_c(x'_a)                       (eq. 6)

Differs: as the code, unlike the paper, has it, the norm is squared and s_c a probability that is not normalised. Unlike
the released code, the insertion is read at the cell where it was made, unless `read_elsewhere`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional as F

from ganatomy.intervene.ace.pool import Pool
from ganatomy.intervene.ace.samples import Cells, Pairs
from ganatomy.intervene.ace.schedule import Schedule
from ganatomy.intervene.ace.specificity import Others
from ganatomy.intervene.baseline import Advance
from ganatomy.intervene.changes import Change
from ganatomy.seeds import stream
from ganatomy.segment.probabilities import require_probability


@dataclass(frozen=True, eq=False)
class Alpha:
    """An optimised alpha."""

    values: Tensor
    """(u,) in [0, 1]."""
    losses: tuple[float, ...]
    """Of each update, by pair: s_c(x'_a) - s_c(x'_i) + lambda |alpha|^2."""
    held_out: tuple[float, ...] = field(default=())
    """Of each look at the held-out pairs."""


def optimise(
    pool: Pool,
    concept: str,
    pairs: Pairs,
    initial: Tensor,
    schedule: Schedule,
    seed: int = 0,
    read_elsewhere: bool = False,
    others: Others | None = None,
    advance: Callable[[str], Advance] = lambda _: lambda _: None,
) -> Alpha:
    """Return the alpha that makes a concept vanish and come, alpha* = argmin(lambda |alpha|^2 - delta).

    Of the released code and, but for the square, of the paper (Dissection eq. 6).

    Args:
        pool: samples unedited.
        concept: one of those that the pool was gathered for.
        pairs: cells to ablate and to insert at; the last ones are held out.
        initial: (u,) in [0, 1].
        schedule: how many updates, of what.
        seed: of the order of the pairs.
        read_elsewhere: read the insertion at the cell that is ablated in the other image of the pair, as the released
            code does, by mistake.
        others: what the other concepts are held to; None lets them change.
        advance: given a purpose, told of every image.

    Raises:
        ConfigError: the segmenter tells no probabilities.
    """
    require_probability(pool.segmenter)
    train, held_out = _parted(pairs, schedule)
    alpha = initial.clone().requires_grad_()
    adam = torch.optim.Adam([alpha], schedule.learning_rate)
    best, losses, looks = initial.clone(), [], []
    for step, (present, candidates) in enumerate(_batches(train, schedule, seed)):
        adam.param_groups[0]["lr"] = _rate(schedule, step)
        loss = pair_loss(pool, concept, alpha, present, candidates, schedule.l2, read_elsewhere)
        advance("optimisation")(2 * len(present))
        if others is not None:
            loss = loss + len(present) * others.penalty(alpha, step, advance("specificity"))
        (alpha.grad,) = torch.autograd.grad(loss, alpha)  # none of the weights
        adam.step()
        with torch.no_grad():
            alpha.clamp_(0, 1)
        losses.append(loss.item() / len(present))
        if schedule.check_every and (step + 1) % schedule.check_every == 0:
            looks.append(_look(pool, concept, alpha.detach(), held_out, schedule, advance("held out")))
            if looks[-1] <= min(looks):
                best = alpha.detach().clone()
            if _is_done(looks, schedule.patience):
                break
    return Alpha(best if looks else alpha.detach(), tuple(losses), tuple(looks))


def pair_loss(
    pool: Pool,
    concept: str,
    alpha: Tensor,
    present: Cells,
    candidates: Cells,
    l2: float,
    read_elsewhere: bool = False,
) -> Tensor:
    """Return the sum over pairs of s_c(x'_a) - s_c(x'_i) + l2 |alpha|^2, both images of (Dissection eq. 5) at once.

    Args:
        pool: samples unedited.
        concept: c.
        alpha: (u,) in [0, 1].
        present: (m) where the units are ablated.
        candidates: (m) where they are inserted.
        l2: weight of the squared norm.
        read_elsewhere: read s_c(x'_i) at the cell that is ablated in the other image.
    """
    segmenter = require_probability(pool.segmenter)
    baseline = pool.take(torch.cat([present.samples, candidates.samples]))
    shape, mean = baseline.cells, pool.means[concept]
    ablated, inserted = present.masks(shape), candidates.masks(shape)
    change = Change(
        pool.halves.layer,
        tuple(range(len(alpha))),
        torch.cat([torch.zeros_like(mean).expand(len(present), -1), mean.expand(len(candidates), -1)]),
        alpha,
        torch.cat([ablated, inserted]),
    )
    images = pool.halves.above(baseline.featuremaps, baseline.kept, [change])
    shown = F.adaptive_avg_pool2d(segmenter.probability(images, concept), shape)
    left, come = shown[: len(present)][ablated].sum(), shown[len(present) :][ablated if read_elsewhere else inserted]
    return left - come.sum() + l2 * len(present) * alpha.square().sum()


def _parted(pairs: Pairs, schedule: Schedule) -> tuple[tuple[Cells, Cells], tuple[Cells, Cells]]:
    """Return the cells to train on, of both kinds, and those held out: as many of each, at most a quarter."""
    held_out = min(schedule.held_out_pairs, len(pairs.candidates) // 4)
    parts = []
    for cells in (pairs.present, pairs.candidates):
        first, last = torch.split(torch.arange(len(cells)), [len(cells) - held_out, held_out])
        parts.append((cells.take(first), cells.take(last)))
    (present, held_present), (candidates, held_candidates) = parts
    return (present, candidates), (held_present, held_candidates)


def _batches(train: tuple[Cells, Cells], schedule: Schedule, seed: int) -> Iterator[tuple[Cells, Cells]]:
    """Yield the pairs of each update; candidates are dealt out anew in each round of the present cells.

    Where there are fewer of them, all come before one comes again.
    """
    rng, (present, candidates) = stream(seed, "ace/order"), train
    count, size = len(present), min(schedule.step_pairs, len(present))
    done = 0
    while True:
        rounds = [torch.randperm(len(candidates), generator=rng) for _ in range(-(-count // len(candidates)))]
        order = torch.cat(rounds)
        for start in range(0, count - size + 1, size):
            if done == schedule.steps:
                return
            rows = torch.arange(start, start + size)
            yield present.take(rows), candidates.take(order[rows])
            done += 1


def _rate(schedule: Schedule, step: int) -> float:
    """Return the learning rate of an update."""
    part = step / max(1, schedule.steps - 1)
    return schedule.learning_rate + part * (schedule.last_rate - schedule.learning_rate)


@torch.no_grad()
def _look(
    pool: Pool, concept: str, alpha: Tensor, held_out: tuple[Cells, Cells], schedule: Schedule, advance: Advance
) -> float:
    """Return the loss of the held-out pairs, by pair, read where the insertion was made."""
    present, candidates = held_out
    total = 0.0
    for rows in torch.split(torch.arange(len(present)), schedule.step_pairs):
        total += pair_loss(pool, concept, alpha, present.take(rows), candidates.take(rows), schedule.l2).item()
        advance(2 * len(rows))
    return total / len(present)


def _is_done(looks: Sequence[float], patience: int) -> bool:
    """Return whether the last looks have not gained on those before."""
    return len(looks) > patience and min(looks[-patience:]) >= min(looks[:-patience])
