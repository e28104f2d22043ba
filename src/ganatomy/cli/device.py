"""The device that was asked for: the fastest there is, or one that has to be there."""

import re
from typing import Any

import torch

from ganatomy.config.parts import changed
from ganatomy.errors import ConfigError

AUTO = "auto"


def on_device(settings: Any) -> Any:
    """Return settings whose device torch can compute on: the first GPU there is, else the CPU, for `auto`.

    Args:
        settings: of any command that computes; `device` is `auto`, or as torch spells it: `cpu`, `cuda`, `cuda:1`.

    Raises:
        ConfigError: torch cannot; the message names the devices that are there.
    """
    if settings.device == AUTO:
        return changed(settings, device="cuda" if torch.cuda.is_available() else "cpu")
    require_device(settings.device)
    return settings


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
        there = ["cpu", *(f"cuda:{index}" for index in range(torch.cuda.device_count())), AUTO]
        raise ConfigError(f"device is {name!r}, which torch cannot use here; choose from {', '.join(there)}") from error
