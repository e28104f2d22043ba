"""Selection: (mu, lambda) truncation; parents always die (E-GAN, Algorithm 1)."""

import math


def select(fitness: list[float], survivors: int) -> list[int]:
    """Return the indices of the `survivors` fittest, best first; ties keep the earlier.

    A fitness that is not a number ranks last.

    >>> select([0.1, 0.5, float("nan"), 0.5], 2)
    [1, 3]
    """
    ranked = sorted(
        range(len(fitness)), key=lambda i: -math.inf if math.isnan(fitness[i]) else fitness[i], reverse=True
    )
    return ranked[:survivors]
