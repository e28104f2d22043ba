"""What is set and would do nothing."""

from dataclasses import dataclass

import pytest

from ganatomy.config.unused import refuse_unused
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class Settings:
    size: int = 64
    classes: tuple[str, ...] = ()


def test_a_default_is_let_pass_and_so_is_what_is_named() -> None:
    refuse_unused(Settings(), ("size", "classes"), "nothing is read")
    refuse_unused(Settings(size=32), ("size",), "nothing is read", {"size": 32})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Settings(size=32), "size is 32, but nothing is read; leave it out"),
        (Settings(classes=("a", "b")), "classes is a, b, but nothing is read; leave it out"),
    ],
)
def test_another_value_is_refused(settings: Settings, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        refuse_unused(settings, ("size", "classes"), "nothing is read")
    assert str(caught.value) == message
