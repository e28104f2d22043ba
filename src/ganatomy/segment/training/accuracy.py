"""How far a predicted mask agrees with the true one."""

import torch
from torch import Tensor


def confusion(predicted: Tensor, truth: Tensor, num_concepts: int) -> Tensor:
    """Return the pixels counted by true and predicted concept; counts of batches add up.

    Args:
        predicted: indices of any shape; a pixel that is no concept has the index -1 and counts as a miss.
        truth: indices of the same shape; pixels outside 0..k-1 are left out.
        num_concepts: k.

    Returns:
        (k, k + 1) int64, rows by truth, columns by prediction; the last column counts the misses.
    """
    known = (truth >= 0) & (truth < num_concepts)
    guess = torch.where(predicted < 0, num_concepts, predicted)
    pairs = truth[known] * (num_concepts + 1) + guess[known]
    counts = torch.bincount(pairs.flatten(), minlength=num_concepts * (num_concepts + 1))
    return counts.view(num_concepts, num_concepts + 1)


def intersection_over_union(counts: Tensor) -> Tensor:
    """Return the IoU of each concept, (k,) float64 in [0, 1]; NaN where the union is empty.

    Args:
        counts: (k, k + 1) int64 from `confusion`.
    """
    both = counts.diagonal().double()
    found, true = counts[:, :-1].sum(0), counts.sum(1)
    return both / (found + true - both)
