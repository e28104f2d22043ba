"""Points in the plane with known modes: two Gaussian mixtures and the swiss roll.

Source: the toy data of WGAN-GP (Gulrajani et al., arXiv 1704.00028), which E-GAN takes over
(arXiv 1803.00657, section IV-A), scaled as in both authors' code: divided by 1.414, 2.828 and 7.5.

Differs: E-GAN's released code returns the same 500 points for 25 Gaussians whatever is asked for, 20 a mode;
here as for 8 Gaussians each point picks its mode at random.
"""

import math

import torch

from ganatomy.errors import ConfigError

EIGHT, TWENTY_FIVE, SWISS_ROLL = "8gaussians", "25gaussians", "swissroll"
MIXTURES = (EIGHT, TWENTY_FIVE, SWISS_ROLL)
"""The names that `sample` knows."""

_EIGHT_SCALE, _TWENTY_FIVE_SCALE, _ROLL_SCALE = 1.414, 2.828, 7.5
_DIAGONAL = 1 / math.sqrt(2)


def sample(name: str, n: int, rng: torch.Generator) -> torch.Tensor:
    """Return `n` independent points of the mixture `name`, (n, 2) float32.

    Raises:
        ConfigError: no mixture of that name.
    """
    noise = torch.randn(n, 2, generator=rng) * standard_deviation(name)
    if name == SWISS_ROLL:
        angle = 1.5 * math.pi * (1 + 2 * torch.rand(n, generator=rng))
        return torch.stack([angle * angle.cos(), angle * angle.sin()], dim=1) / _ROLL_SCALE + noise
    modes = centres(name)
    return modes[torch.randint(len(modes), (n,), generator=rng)] + noise


def centres(name: str) -> torch.Tensor:
    """Return the centres of the modes of a Gaussian mixture, (8, 2) or (25, 2) float32.

    Raises:
        ConfigError: no mixture of that name, or the swiss roll, which has no modes.
    """
    _check(name)
    if name == EIGHT:
        d = _DIAGONAL
        directions = [(1, 0), (d, d), (0, 1), (-d, d), (-1, 0), (-d, -d), (0, -1), (d, -d)]
        return 2 * torch.tensor(directions) / _EIGHT_SCALE
    if name == TWENTY_FIVE:
        steps = 2 * torch.arange(-2.0, 3.0) / _TWENTY_FIVE_SCALE
        return torch.cartesian_prod(steps, steps)
    raise ConfigError(f"{SWISS_ROLL} has no modes; those with modes are {EIGHT} and {TWENTY_FIVE}")


def standard_deviation(name: str) -> float:
    """Return the standard deviation, per coordinate, of a point around its centre or around the roll.

    Raises:
        ConfigError: no mixture of that name.
    """
    _check(name)
    return {EIGHT: 0.02 / _EIGHT_SCALE, TWENTY_FIVE: 0.05 / _TWENTY_FIVE_SCALE, SWISS_ROLL: 0.25 / _ROLL_SCALE}[name]


def _check(name: str) -> None:
    if name not in MIXTURES:
        raise ConfigError(f"no mixture {name!r}; there are {', '.join(MIXTURES)}")
