"""Random units to hold an edit against: as many, of those that do not carry the concept, or of all others."""

from collections.abc import Collection

import torch

from ganatomy.errors import ConfigError
from ganatomy.runs.records.units import UnitTable
from ganatomy.seeds import stream

CARRIES = 0.04
"""IoU with a concept from which on a unit carries it: the threshold of GAN Dissection (arXiv 1811.10597)."""


def carriers(table: UnitTable, concept: str) -> tuple[int, ...]:
    """Return the units that carry a concept: labelled by it, or with an IoU of `CARRIES` or more; most agreeing first.

    Args:
        table: the layer's `units.json`.
        concept: one of its concepts.
    """
    ranked = table.ranking.get(concept, ())
    labelled = {row.unit for row in table.units if row.concept == concept and row.interpretable}
    return tuple(row.unit for row in ranked if row.iou >= CARRIES or row.unit in labelled)


def draw_sets(
    width: int, count: int, num_sets: int, seed: int, without: Collection[int] = ()
) -> tuple[tuple[int, ...], ...]:
    """Return random sets of units, each drawn without replacement.

    Args:
        width: how many units the layer has.
        count: how many each set takes.
        num_sets: how many sets.
        seed: all that they depend on beside the above.
        without: units that are in none of them.

    Raises:
        ConfigError: too few units are left.
    """
    others = [unit for unit in range(width) if unit not in without]
    if len(others) < count:
        raise ConfigError(
            f"{len(others)} of {width} units are left to draw random sets of {count} from; change fewer units, or "
            "choose another layer"
        )
    rng = stream(seed, "edit/random units")
    draws = (torch.randperm(len(others), generator=rng)[:count].tolist() for _ in range(num_sets))
    return tuple(tuple(sorted(others[place] for place in draw)) for draw in draws)
