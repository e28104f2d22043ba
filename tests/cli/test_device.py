import pytest
import torch

from ganatomy.cli.device import require_device
from ganatomy.errors import ConfigError


@pytest.mark.parametrize("name", ["abacus", "cuda:99", "cpu:x", "cpu:3", "meta"])
def test_a_device_that_is_not_there_is_told_with_those_that_are(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(ConfigError) as caught:
        require_device(name)
    assert str(caught.value) == (f"device is {name!r}, which torch cannot use here; choose from cpu, cuda:0, cuda:1")


def test_the_cpu_is_there() -> None:
    require_device("cpu")
