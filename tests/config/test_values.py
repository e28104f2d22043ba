"""Values set in Python are of the type of their field, or refused in one line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
import pytest

import ganatomy as ga
from ganatomy.config.bounds import AtLeast, Count
from ganatomy.config.values import settle_types
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class Settings:
    WORD: ClassVar = "not a setting"

    out: Path = Path("runs")
    weights: Path | None = None
    names: tuple[str, ...] = ()
    corners: tuple[float, float] = (0.0, 1.0)
    kind: Literal["light", "weak"] = "light"
    kinds: tuple[Literal["a", "b"], ...] = ()
    amount: Annotated[float, AtLeast(0)] = 0.5
    count: Count | None = None
    flip: bool = True

    def __post_init__(self) -> None:
        settle_types(self)


def test_text_is_a_path_and_a_list_a_tuple() -> None:
    settings = Settings(out="here", weights="w.pt", names=["a", "b"], corners=[0, 1])  # type: ignore[arg-type]
    assert settings == Settings(Path("here"), Path("w.pt"), ("a", "b"), (0, 1))
    assert hash(settings) == hash(Settings(Path("here"), Path("w.pt"), ("a", "b"), (0, 1)))


def test_numbers_of_numpy_are_numbers() -> None:
    settings = Settings(amount=np.float32(0.5), count=np.int64(3))  # type: ignore[arg-type]
    assert (type(settings.amount), type(settings.count)) == (float, int)
    assert (settings.amount, settings.count) == (0.5, 3)


def test_a_whole_number_is_a_number_and_what_is_left_out_stays_so() -> None:
    assert Settings(amount=2).amount == 2
    assert Settings().count is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"out": 3}, "out is 3; give a path"),
        ({"weights": 3}, "weights is 3; give a path, or leave it out"),
        ({"names": "sky"}, "names is 'sky'; give a list"),
        ({"names": [1]}, r"names is \[1\]; give a list, each text"),
        ({"corners": (0.0,)}, r"corners is \(0\.0,\); give a list of 2"),
        ({"kind": "heavy"}, "kind is 'heavy'; give one of 'light', 'weak'"),
        ({"kinds": ["c"]}, r"kinds is \['c'\]; give a list, each one of 'a', 'b'"),
        ({"amount": "5"}, "amount is '5'; give a number"),
        ({"amount": True}, "amount is True; give a number"),
        ({"count": 2.5}, "count is 2.5; give a whole number, or leave it out"),
        ({"flip": 1}, "flip is 1; give True or False"),
    ],
)
def test_another_type_is_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}$"):
        Settings(**given)  # type: ignore[arg-type]


def test_settings_of_a_training_take_text_for_their_paths_and_refuse_other_types() -> None:
    config = ga.EvolveConfig.of(out="runs", objectives=["minimax"])
    assert config.bookkeeping.out == Path("runs")
    assert config.objectives.objectives == ("minimax",)
    with pytest.raises(ConfigError, match="minutes is '5'; give a number, or leave it out"):
        ga.EvolveConfig.of(minutes="5")
    with pytest.raises(ConfigError, match="data is 3; give text"):
        ga.EvolveConfig.of(data=3)
    with pytest.raises(ConfigError, match="objectives is 'minimax'; give a list"):
        ga.EvolveConfig.of(objectives="minimax")
    assert ga.SegmenterTrainConfig("pairs.zip").images == Path("pairs.zip")  # type: ignore[arg-type]
