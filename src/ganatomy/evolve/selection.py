"""Selection: which of the candidates of a generation live on.

Sources: (mu, lambda) truncation as in E-GAN (arXiv 1803.00657), Algorithm 1; non-dominated sorting and crowding
distance as in NSGA-II (Deb et al., IEEE TEVC 6(2):182-197, 2002).
"""

import math
from collections.abc import Sequence


def select(fitness: Sequence[float], survivors: int) -> list[int]:
    """Return the indices of the `survivors` fittest, best first; ties keep the earlier.

    What has no finite fitness dies; where fewer are left than shall survive, they fill the places in turn.

    >>> select([0.1, 0.5, float("nan"), 0.5], 2)
    [1, 3]
    >>> select([0.1, float("nan")], 3)
    [0, 0, 0]
    """
    alive = [index for index, value in enumerate(fitness) if math.isfinite(value)]
    return _filled(sorted(alive, key=lambda index: -fitness[index]), survivors)


def select_pareto(aims: Sequence[tuple[float, ...]], fitness: Sequence[float], survivors: int) -> list[int]:
    """Return the indices of `survivors` candidates that are best by several aims at once, best first.

    Front by front of candidates that no other one surpasses in every aim; within a front those that stand alone
    come first, and between equals the fitter one.

    Args:
        aims: of each candidate, all to be maximised, such as quality and diversity.
        fitness: decides between equals.
        survivors: how many to select.

    >>> select_pareto([(1, 0), (0, 1), (0.9, 0.8), (0.1, 0.1)], [1, 1, 2, 0], 3)
    [0, 1, 2]
    """
    alive = [index for index, values in enumerate(aims) if all(math.isfinite(value) for value in values)]
    ranked: list[int] = []
    while alive and len(ranked) < survivors:
        front = [i for i in alive if not any(_dominates(aims[j], aims[i]) for j in alive)]
        alone = crowding_distances([aims[i] for i in front])
        ranked += sorted(front, key=lambda i: (-alone[front.index(i)], -fitness[i]))
        alive = [i for i in alive if i not in front]
    return _filled(ranked, survivors)


def crowding_distances(front: Sequence[tuple[float, ...]]) -> list[float]:
    """Return for each point the sum, over aims, of the gap between its neighbours as a share of the range.

    The outermost points of an aim are infinitely far from the rest.

    >>> crowding_distances([(0, 4), (1, 3), (4, 0)])
    [inf, 2.0, inf]
    """
    distances = [0.0] * len(front)
    for aim in range(len(front[0])):
        order = sorted(range(len(front)), key=lambda i: front[i][aim])
        low, high = front[order[0]][aim], front[order[-1]][aim]
        distances[order[0]] = distances[order[-1]] = math.inf
        for before, i, after in zip(order, order[1:], order[2:], strict=False):
            if high > low:
                distances[i] += (front[after][aim] - front[before][aim]) / (high - low)
    return distances


def _dominates(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return all(x >= y for x, y in zip(a, b, strict=True)) and a != b


def _filled(ranked: list[int], survivors: int) -> list[int]:
    return [ranked[i % len(ranked)] for i in range(survivors)] if ranked else []
