"""Adam (arXiv 1412.6980) on several samples at once, each of which keeps the best that it was."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Objective = Callable[[Sequence[Tensor]], Tensor]
"""From variables (n, ...) to what each sample brings down, (n,)."""
Project = Callable[[Sequence[Tensor]], None]
"""Brings variables, in place, back to where they may be."""
BETAS = (0.9, 0.99)


def descend(
    start: Sequence[Tensor],
    objective: Objective,
    steps: int,
    rates: Sequence[float],
    project: Project,
    advance: Callable[[int], None] = lambda _: None,
) -> tuple[list[Tensor], Tensor]:
    """Return for each sample the variables at which its objective was lowest, and what it was there.

    No sample minds the others: the objective is a sum, and Adam works entry by entry. The start is among what is
    compared, so that nothing gets worse.

    Args:
        start: variables (n, ...), where they may be.
        objective: what is brought down.
        steps: updates; 0 measures the start alone.
        rates: the first learning rate of each variable, from which half a cosine leads to 0.
        project: called after each update.
        advance: told of every sample of an update.
    """
    values = [value.clone().requires_grad_() for value in start]
    adam = torch.optim.Adam(
        [{"params": [value], "lr": rate} for value, rate in zip(values, rates, strict=True)], betas=BETAS
    )
    best = [value.detach().clone() for value in values]
    lowest = torch.full((len(start[0]),), math.inf, device=start[0].device)
    for step in range(steps + 1):
        losses = objective(values)
        with torch.no_grad():
            better = losses < lowest
            lowest = torch.where(better, losses, lowest)
            for kept, value in zip(best, values, strict=True):
                kept[better] = value[better]
        if step == steps:
            break
        for value, gradient in zip(values, torch.autograd.grad(losses.sum(), values), strict=True):
            value.grad = gradient
        for group, rate in zip(adam.param_groups, rates, strict=True):
            group["lr"] = rate * (1 + math.cos(math.pi * step / steps)) / 2
        adam.step()
        with torch.no_grad():
            project(values)
        advance(len(lowest))
    return best, lowest.detach()
