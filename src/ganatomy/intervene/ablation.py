"""Ablation: units held at a value, on the whole map or in a region.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.2, equation 3.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.hooks import Edit


def ablate(
    layer: str,
    units: Sequence[int],
    value: float = 0.0,
    region: Tensor | None = None,
    strength: float = 1.0,
) -> dict[str, Edit]:
    """Return the edit r' = (1 - a) r + a value, a = strength on the units in the region, else 0  (Dissection eq. 3).

    With a leaky rectifier 0 is not "off": negative activations rise to it.

    >>> from ganatomy.hooks import edit
    >>> net = torch.nn.Sequential(torch.nn.Identity())
    >>> with edit(net, ablate("0", [1])):
    ...     net(torch.ones(1, 2, 1, 1)).flatten()
    tensor([1., 0.])

    Args:
        layer: dotted module name; its output is (n, u, h, w).
        units: which units, each once.
        value: what they are set to.
        region: (H, W) bool or float in [0, 1], in image coordinates; a cell takes the highest value in it.
            None takes the whole map.
        strength: how far the units are moved to the value, in [0, 1].

    Raises:
        ConfigError: no units, one given twice or negative; a region or strength out of range; and, once
            the layer runs, a unit that it does not have.
    """
    chosen = sorted(set(units))
    if not chosen or len(chosen) != len(units) or chosen[0] < 0:
        raise ConfigError(f"units are {list(units)}; give one or more unit numbers, from 0, each once")
    if not 0 <= strength <= 1:
        raise ConfigError(f"strength is {strength}; give 0 to 1")
    if region is not None and (region.ndim != 2 or region.min() < 0 or region.max() > 1):
        raise ConfigError(f"region has shape {tuple(region.shape)}; give (height, width) with values in 0 to 1")

    def hold(featuremaps: Tensor) -> Tensor:
        width = featuremaps.shape[1]
        if chosen[-1] >= width:
            raise ConfigError(f"layer '{layer}' has no unit {chosen[-1]}; its units are 0 to {width - 1}")
        alpha = torch.zeros_like(featuremaps[:1])
        alpha[:, chosen] = strength if region is None else strength * _cells(region, featuremaps)
        return torch.lerp(featuremaps, torch.full_like(featuremaps, value), alpha)

    return {layer: hold}


def rectangle(corners: tuple[float, float, float, float], size: int) -> Tensor:
    """Return the region (size, size) bool of the pixels whose centres lie in a rectangle.

    Args:
        corners: x0, y0, x1, y1 in fractions of the image.
        size: pixels a side.
    """
    centres = (torch.arange(size) + 0.5) / size
    x0, y0, x1, y1 = corners
    rows, columns = (centres >= y0) & (centres < y1), (centres >= x0) & (centres < x1)
    return rows[:, None] & columns[None, :]


def _cells(region: Tensor, featuremaps: Tensor) -> Tensor:
    """Return the region at the cells, (h, w)."""
    height, width = featuremaps.shape[2:]
    pooled = F.adaptive_max_pool2d(region[None, None].to(featuremaps), (height, width))
    return pooled[0, 0]
