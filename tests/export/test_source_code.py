"""Code with all that it needs, from several files, as one text."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ganatomy.errors import ConfigError
from ganatomy.export.source_code import code_of

FILES = {
    "__init__": "from made_up.shapes import SIDES as SIDES",
    "base": '''
import math
from os import path as place

Kind = int
"""What a base calls a kind."""


class Base:
    """The base."""

    kind: Kind = 1

    def area(self) -> float:
        return math.pi * len(place.sep)  # a comment
''',
    "shapes": '''
from functools import cache
from typing import NamedTuple as Tuple

from made_up.base import Base

Kind = str
SIDES, UNUSED = 4, "not taken"


@cache
def scaled(n: "Kind") -> int:
    return len(n) * SIDES


class Pair(Tuple):
    one: Kind
    """The one."""


class Square(Base):
    """A square."""

    other: Kind = "é"; third: Kind = "ü"

    def side(self) -> int:
        return scaled(self.other) + Pair("x").one.count("x")
''',
    "wrong": """
import numpy
import made_up.base
from made_up import base
from made_up import SIDES

def by_numpy(): return numpy.zeros(1)
def by_package(): return made_up.base.Kind
def by_face(): return SIDES
""",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    folder = tmp_path / "made_up"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda name: import_module(f"made_up.{name}")
    for name in [name for name in sys.modules if name.partition(".")[0] == "made_up"]:
        del sys.modules[name]


def test_definitions_come_after_what_they_need_and_unused_ones_not_at_all(package: Any) -> None:
    code = code_of([package("shapes").Square], "made_up")
    assert code.names == ("Square",)
    assert code.text.startswith(
        "import math\nfrom functools import cache\nfrom os import path as place\n"
        "from typing import NamedTuple as Tuple\n"
    )
    names: dict[str, Any] = {"__name__": "again"}
    exec(code.text, names)
    square = names["Square"]()
    assert (square.side(), square.area()) == (5, package("shapes").Square().area())
    assert "    kind: Kind = 1" in code.text
    assert '"""What a base calls a kind."""' in code.text
    assert "# a comment" in code.text
    assert code.text.count("class Base") == 1


def test_two_things_of_one_name_are_told_apart(package: Any) -> None:
    code = code_of([package("shapes").Square], "made_up")
    names: dict[str, Any] = {"__name__": "again"}
    exec(code.text, names)
    assert {names["Kind"], names["ShapesKind"]} == {int, str}
    assert '    other: ShapesKind = "é"; third: ShapesKind = "ü"' in code.text


def test_a_definition_is_renamed_itself(package: Any) -> None:
    """Two functions and two classes of one name, from two modules."""
    Path(package("base").__file__).with_name("again.py").write_text(
        "from made_up.base import Base as First\n\n\ndef twice(): return 1\n\n\nclass Base(First):\n    pass\n"
    )
    Path(package("base").__file__).with_name("more.py").write_text(
        "from made_up.again import Base, twice as other\n\n\ndef twice(): return other(), Base\n"
    )
    code = code_of([package("more").twice], "made_up")
    names: dict[str, Any] = {"__name__": "again"}
    exec(code.text, names)
    assert code.names == ("twice",)
    result, kind = names["twice"]()
    assert (result, kind.__name__, kind.__mro__[1].__name__) == (1, "Base", "BaseBase")
    assert names["again_twice"]() == 1


def test_a_name_is_found_where_it_is_defined(package: Any) -> None:
    names: dict[str, Any] = {}
    exec(code_of([package("wrong").by_face], "made_up").text, names)
    assert names["by_face"]() == 4


def test_other_packages_are_refused(package: Any) -> None:
    with pytest.raises(ConfigError, match=r"the generator's code needs numpy, and a module has to do with torch alone"):
        code_of([package("wrong").by_numpy], "made_up")
    with pytest.raises(ConfigError, match=r"made_up.wrong imports made_up.base whole, and cannot be written into one"):
        code_of([package("wrong").by_package], "made_up")
    with pytest.raises(ConfigError, match=r"made_up.base.Base is not part of ganatomy, so that its code cannot be"):
        code_of([package("base").Base])
