"""Whether the device that was asked for is there."""

import re

import torch

from ganatomy.errors import ConfigError


def require_device(name: str) -> None:
    """Return if torch can compute on the device `name`.

    Args:
        name: as torch spells it: `cpu`, `cuda`, `cuda:1`.

    Raises:
        ConfigError: it cannot; the message names the devices that are there.
    """
    try:
        if not re.fullmatch(r"cpu|cuda(:\d+)?", name):
            raise RuntimeError("not a device that networks run on")
        torch.empty(0, device=name)
    except (RuntimeError, AssertionError) as error:
        there = ["cpu", *(f"cuda:{index}" for index in range(torch.cuda.device_count()))]
        raise ConfigError(f"device is {name!r}, which torch cannot use here; choose from {', '.join(there)}") from error
