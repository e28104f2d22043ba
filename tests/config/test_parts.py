"""Nested settings seen flat."""

from dataclasses import dataclass, field

import pytest

from ganatomy.config.bounds import Count
from ganatomy.config.parts import built, changed, differences, flat, nested, part_of, settings_of, unknown_setting
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class Data:
    data: str = "scenes"
    size: Count = 64

    def __post_init__(self) -> None:
        if self.size > 512:
            raise ConfigError(f"size is {self.size}; give at most 512")


@dataclass(frozen=True)
class Training:
    seed: int = 0
    data: Data = field(default_factory=Data)


@dataclass(frozen=True)
class Comparison:
    arms: tuple[str, ...]
    base: Training = field(default_factory=lambda: Training(seed=7))


def test_every_setting_is_known_by_its_name_and_knows_its_place() -> None:
    found = settings_of(Comparison)
    assert {name: one.parts for name, one in found.items()} == {
        "arms": (),
        "seed": ("base",),
        "data": ("base", "data"),
        "size": ("base", "data"),
    }
    assert (found["size"].hint, found["size"].owner, found["arms"].owner) == (Count, Data, Comparison)


def test_a_part_is_a_dataclass() -> None:
    assert part_of(Data) is Data
    assert part_of(Count) is None
    assert part_of(tuple[str, ...]) is None


def test_flat_settings_are_values_by_name() -> None:
    assert flat(Comparison(("a",))) == {"arms": ("a",), "seed": 7, "data": "scenes", "size": 64}


def test_settings_are_changed_wherever_they_stand() -> None:
    settings = Comparison(("a",))
    assert changed(settings, size=32, arms=("b",)) == Comparison(("b",), Training(7, Data("scenes", 32)))
    assert changed(settings) == settings
    assert settings == Comparison(("a",), Training(7))


def test_a_part_refuses_what_is_changed_in_it() -> None:
    with pytest.raises(ConfigError, match=r"^size is 513; give at most 512$"):
        changed(Training(), size=513)


def test_a_name_of_no_setting_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        changed(Training(), sise=3, zzz=4)
    assert str(caught.value) == (
        "unknown key 'sise'; did you mean 'size'?; unknown key 'zzz'; accepted: seed, data, size"
    )
    assert unknown_setting("sed", ("seed", "size")) == "unknown key 'sed'; did you mean 'seed'?"


def test_settings_are_built_of_values_and_defaults() -> None:
    assert built(Training, {"size": 32}) == Training(0, Data("scenes", 32))
    assert built(Comparison, {"arms": ("a",)}) == Comparison(("a",))
    assert nested(Comparison, {"arms": 1, "size": 2, "other": 3}) == {
        "arms": 1,
        "base": {"data": {"size": 2}},
        "other": 3,
    }


def test_differences_are_what_one_has_and_the_other_has_not() -> None:
    assert differences(Training(1, Data(size=8)), Training()) == {"seed": 1, "size": 8}
    assert differences(Training(), Training()) == {}
