"""What packages export: each name is there, once a module has been imported too, and is no module."""

import ast
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import pytest

import ganatomy

SOURCE = Path(ganatomy.__file__).parent
WITHOUT = {"cli", "face", "report.compared", "report.sections"}
"""Parts of the command line, of `ganatomy` itself and of the page: nobody imports from them."""
PACKAGES = sorted(module.name for module in walk_packages(ganatomy.__path__, "ganatomy.") if module.ispkg)
FACES = [name for name in PACKAGES if name.removeprefix("ganatomy.") not in WITHOUT]


def tree(package: str) -> ast.Module:
    path = SOURCE.parent.joinpath(*package.split("."), "__init__.py")
    return ast.parse(path.read_text(encoding="utf-8"))


def order(name: str) -> tuple[bool, bool, str]:
    """Constants, then classes, then functions, as ruff sorts them."""
    return not name.isupper(), not name[0].isupper(), name


@pytest.mark.parametrize("name", FACES)
def test_every_exported_name_is_there_and_no_module(name: str) -> None:
    package = import_module(name)
    for module in walk_packages(package.__path__, f"{name}."):
        import_module(module.name)
    for exported in package.__all__:
        assert not isinstance(getattr(package, exported), ModuleType), exported


@pytest.mark.parametrize("name", FACES)
def test_exported_names_are_sorted(name: str) -> None:
    names = import_module(name).__all__
    assert list(names) == sorted(set(names), key=order)


@pytest.mark.parametrize("name", [name for name in FACES if hasattr(import_module(name), "_PLACES")])
def test_type_checkers_are_told_what_is_found_later(name: str) -> None:
    told = {
        (alias.asname, node.module)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
    assert told == {(exported, f"{name}.{place}") for exported, place in import_module(name)._PLACES.items()}
