import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

from ganatomy.config.jsonable import flat_json, from_json, read_config, to_json
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class Inner:
    depth: int = 2


@dataclass(frozen=True)
class Settings:
    run: Path
    mode: Literal["slow", "fast"] = "slow"
    size: int = 32
    rate: float = 0.1
    limit: float | None = None
    flips: bool = True
    layers: tuple[str, ...] = ()
    betas: tuple[float, float] = (0.5, 0.9)
    inner: Inner = Inner()

    def __post_init__(self) -> None:
        if self.size > 512:
            raise ConfigError(f"size is {self.size}; accepted are sizes up to 512")


def changed(**values: object) -> dict[str, Any]:
    return {**to_json(Settings(Path("runs/x"))), **values}


def test_settings_survive_the_way_through_a_file(tmp_path: Path) -> None:
    settings = Settings(Path("runs/x"), "fast", 64, 0.2, 3.0, False, ("layer2",), (0.0, 0.99), Inner(5))
    file = tmp_path / "config.json"
    file.write_text(json.dumps(to_json(settings)), encoding="utf-8")
    assert read_config(Settings, file) == settings


def test_schema_comes_first() -> None:
    assert list(to_json(Settings(Path("x"))))[:2] == ["schema", "run"]


def test_missing_keys_take_their_defaults() -> None:
    assert from_json(Settings, {"schema": 1, "run": "x"}) == Settings(Path("x"))


def test_whole_number_is_a_float() -> None:
    assert from_json(Settings, changed(rate=1)).rate == 1.0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([1], "settings are list, not a JSON object"),
        (changed(schema=2), "schema is 2; this release reads schema 1"),
        ({"run": "x"}, "schema is None"),
        ({"schema": 1}, "no value for 'run'"),
        (changed(siz=3), "unknown key 'siz'; did you mean 'size'?"),
        (changed(zzz=3), "unknown key 'zzz'; accepted: run, mode, size"),
        (changed(inner={"depht": 3}), "unknown key 'depht'; did you mean 'depth'?"),
        (changed(inner={"depth": "3"}), "inner.depth: '3' is no int"),
        (changed(size=3.5), "size: 3.5 is no int"),
        (changed(size=True), "size: True is no int"),
        (changed(flips=1), "flips: 1 is no bool"),
        (changed(rate="x"), "rate: 'x' is no number"),
        (changed(run=None), "run: None is no str"),
        (changed(mode="medium"), "mode: 'medium' is unknown; accepted: 'slow', 'fast'"),
        (changed(layers="layer2"), "layers: 'layer2' is no list"),
        (changed(betas=[0.5]), "betas: [0.5] has 1 values; 2 are accepted"),
        (changed(size=513), "size is 513; accepted are sizes up to 512"),
        (changed(size="x", flips="y"), "size: 'x' is no int; flips: 'y' is no bool"),
    ],
)
def test_misfit_is_named_with_its_place(data: object, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_json(Settings, data, "config.json")
    assert str(caught.value).startswith("config.json: ")
    assert message in str(caught.value)


@dataclass(frozen=True)
class Newer:
    SCHEMA: ClassVar = 2
    inner: Inner = Inner()

    @classmethod
    def from_schema_1(cls, data: dict[str, Any]) -> dict[str, Any]:
        if "width" in data:
            raise ConfigError("width is no more")
        return {"inner": data}


def test_a_newer_schema_is_written_and_the_older_one_is_read() -> None:
    assert to_json(Newer()) == {"schema": 2, "inner": {"depth": 2}}
    assert from_json(Newer, {"schema": 1, "depth": 5}) == from_json(Newer, {"schema": 2, "inner": {"depth": 5}})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"schema": 1, "depth": "x"}, "it: depth: 'x' is no int"),
        ({"schema": 1, "width": 1}, "it: width is no more"),
        ({"schema": 2, "inner": {"depth": "x"}}, "it: inner.depth: 'x' is no int"),
        ({"schema": 2, "depth": 3}, "it: unknown key 'depth'; did you mean 'inner.depth'?"),
        ({"schema": 0}, "it: schema is 0; this release reads schema 1 or 2"),
        ({}, "it: schema is None; this release reads schema 1 or 2"),
    ],
)
def test_a_misfit_of_either_schema_is_named_as_it_stands_there(data: object, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_json(Newer, data, "it")
    assert str(caught.value) == message


def test_values_are_found_by_name_in_either_schema() -> None:
    assert flat_json({"schema": 1, "gamma": 0.5, "data": "scenes"}) == {"schema": 1, "gamma": 0.5, "data": "scenes"}
    nested = {"schema": 2, "data": {"data": "scenes"}, "selection": {"gamma": 0.5, "more": {"x": [1]}}}
    assert flat_json(nested) == {"schema": 2, "data": "scenes", "gamma": 0.5, "x": [1]}


def test_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"config\.json: no JSON"):
        read_config(Settings, file)
