from pathlib import Path

import pytest
import torch

from ganatomy.cli.device import on_device, require_device
from ganatomy.config.compare import CompareConfig
from ganatomy.config.dissect import DissectConfig
from ganatomy.config.parts import changed
from ganatomy.errors import ConfigError


@pytest.mark.parametrize("name", ["abacus", "cuda:99", "cpu:x", "cpu:3", "meta"])
def test_a_device_that_is_not_there_is_told_with_those_that_are(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(ConfigError) as caught:
        require_device(name)
    assert str(caught.value) == (
        f"device is {name!r}, which torch cannot use here; choose from cpu, cuda:0, cuda:1, auto"
    )


def test_the_cpu_is_there() -> None:
    require_device("cpu")


@pytest.mark.parametrize(("is_there", "device"), [(True, "cuda"), (False, "cpu")])
def test_auto_is_a_gpu_where_there_is_one(is_there: bool, device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: is_there)
    assert on_device(DissectConfig((Path("run"),), device="auto")).device == device
    assert on_device(changed(CompareConfig(), device="auto")).device == device


def test_another_device_than_auto_has_to_be_there() -> None:
    settings = DissectConfig((Path("run"),))
    assert on_device(settings) is settings
    with pytest.raises(ConfigError, match="device is 'abacus'"):
        on_device(DissectConfig((Path("run"),), device="abacus"))
