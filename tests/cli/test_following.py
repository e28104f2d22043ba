"""Every command ends with the one that most people give next, and that one can be given as it stands."""

import shlex
from pathlib import Path
from typing import Any

import pytest

from ganatomy.cli.following import NEXT, following
from ganatomy.cli.main import COMMANDS, parse
from ganatomy.config.ace import AceConfig
from ganatomy.config.context import ContextConfig
from ganatomy.config.dissect import DissectConfig
from ganatomy.config.edit import EditConfig
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.invert import InvertConfig
from ganatomy.config.repair import RepairConfig
from ganatomy.config.score import ScoreConfig

RUN = Path("runs/0001-my photos")
LAYERS = [
    {"layer": "layer2", "units": 256, "concepts": [{"concept": "sky", "units": 99}]},
    {
        "layer": "layer3",
        "units": 128,
        "concepts": [{"concept": "palm tree", "units": 60}, {"concept": "sky", "units": 9}],
    },
]
CASES: list[tuple[str, Any, dict[str, Any], str]] = [
    ("evolve", EvolveConfig(), {"run": str(RUN)}, "score 'runs/0001-my photos'"),
    ("evolve", EvolveConfig.of(data="8gaussians"), {"run": "runs/0002-points"}, "report runs/0002-points"),
    ("score", ScoreConfig((RUN, Path("other"))), {}, "report 'runs/0001-my photos' other"),
    (
        "dissect",
        DissectConfig((RUN,)),
        {"layers": LAYERS},
        "edit 'runs/0001-my photos' --layer layer3 --ablate 'palm tree'",
    ),
    ("dissect", DissectConfig((RUN,)), {"layers": [LAYERS[0] | {"concepts": []}]}, "report 'runs/0001-my photos'"),
    ("dissect", DissectConfig((Path("a"), Path("b"))), {"layers": [{"layer": "x"}]}, "report a b"),
    ("edit", EditConfig(Path("a"), "l", ("sky",)), {}, "context a --layer l --concepts sky"),
    ("edit", EditConfig(Path("a"), "l", units=(3,)), {}, "report a"),
    ("ace", AceConfig(Path("a"), "l", ("sky", "tree")), {}, "edit a --layer l --ablate sky --ranking ace"),
    ("context", ContextConfig(Path("a"), "l", ("sky",)), {}, "report a"),
    ("repair", RepairConfig(Path("a"), "l"), {"accepted": True}, "export a --weights repaired"),
    ("repair", RepairConfig(Path("a"), "l"), {"accepted": False}, "report a"),
    ("invert", InvertConfig(Path("a"), (Path("b.jpg"),)), {}, "report a"),
]


@pytest.mark.parametrize(("command", "settings", "results", "expected"), CASES)
def test_the_next_command(command: str, settings: Any, results: dict[str, Any], expected: str) -> None:
    assert following(command, settings, results) == f"ganatomy {expected}"


def test_every_command_with_a_next_one_has_a_case() -> None:
    assert set(NEXT) == {command for command, *_ in CASES} <= set(COMMANDS)


def test_what_says_itself_what_comes_next_is_left_alone() -> None:
    assert following("import", object(), {"next": "ganatomy dissect"}) is None
    assert following("export", object(), {}) is None


@pytest.mark.parametrize(
    "expected", [case[3] for case in CASES if not case[3].startswith(("report a b", "report 'runs/0001-my photos' o"))]
)
def test_the_next_command_can_be_given(expected: str) -> None:
    words = shlex.split(expected)
    parse(words[0], words[1:])
