"""Random units for every sample anew, in a random order: the first of them are a random set of any size.

So an interval over samples takes in the draw of units as well.
"""

from collections.abc import Collection

import torch
from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.seeds import stream


def draw_orders(num_samples: int, width: int, without: Collection[int], seed: int) -> Tensor:
    """Return a random order (n, m) int64 of the units that may be drawn, of each sample its own.

    Args:
        num_samples: n.
        width: how many units the layer has; m of them are left.
        without: units that are never drawn.
        seed: all that the orders depend on beside the above.
    """
    others = torch.tensor([unit for unit in range(width) if unit not in without], dtype=torch.int64)
    rng = stream(seed, "context/random units")
    return others[torch.rand(num_samples, len(others), generator=rng).argsort(1)]


def first_of(orders: Tensor, count: int, width: int) -> Tensor:
    """Return the first units of each order as (n, width) bool.

    Raises:
        ConfigError: there are not as many.
    """
    if orders.shape[1] < count:
        raise ConfigError(
            f"{orders.shape[1]} of {width} units are left to draw {count} random ones from; insert fewer units, or "
            "choose another layer"
        )
    chosen = torch.zeros(len(orders), width, dtype=torch.bool, device=orders.device)
    return chosen.scatter(1, orders[:, :count], True)
