import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import ganatomy
from ganatomy.cli.main import COMMANDS

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "ganatomy"
MODULES = sorted(SOURCE.rglob("*.py"))
FUNCTIONS = {
    "demo": None,
    "evolve": "evolve",
    "score": "score",
    "compare": "compare",
    "dissect": "dissect",
    "edit": "edit",
    "ace": "ace",
    "context": "context",
    "repair": "repair",
    "paint": "paint",
    "export": "export",
    "invert": "invert",
    "import": "import_generator",
    "report": "report",
    "segmenter train": "train_segmenter",
}
"""The public function that does what a command does."""


def test_version_is_that_of_the_project_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert ganatomy.__version__ == project["version"]


def test_import_brings_nothing_but_the_standard_library_and_takes_less_than_50_ms() -> None:
    code = (
        "import sys, time; before = set(sys.modules); start = time.perf_counter(); import ganatomy;"
        "print(time.perf_counter() - start, *(set(sys.modules) - before))"
    )
    outputs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(5)
    ]
    imported = {name.partition(".")[0] for name in outputs[0][1:]}
    assert imported - set(sys.stdlib_module_names) - {"_collections", "_operator"} == {"ganatomy"}
    assert min(float(output[0]) for output in outputs) < 0.05


def test_every_command_has_its_function() -> None:
    """The demo is the others one after another."""
    assert set(FUNCTIONS) == set(COMMANDS)
    for name in filter(None, FUNCTIONS.values()):
        assert callable(getattr(ganatomy, name))


def test_every_public_name_is_found_and_documented() -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert list(ganatomy.__all__) == sorted(ganatomy.__all__)
    for name in ganatomy.__all__:
        assert callable(getattr(ganatomy, name))
        assert f"ga.{name}" in text, f"docs/python.md does not tell of ga.{name}"
    assert set(ganatomy.__all__) <= set(dir(ganatomy))


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    with pytest.raises(AttributeError, match=r"has no attribute 'disect'; it has .*dissect"):
        ganatomy.disect  # noqa: B018


@pytest.mark.parametrize("name", ["compare", "dissect", "evolve", "export", "invert", "report"])
@pytest.mark.parametrize("first", ["import ganatomy.{name}", "from ganatomy.{name} import __doc__", "pass"])
def test_a_package_of_the_name_of_a_function_is_both(name: str, first: str) -> None:
    """Whatever is imported first, the name can be called, its package imported from, and its signature read."""
    code = (
        f"{first.format(name=name)}\n"
        "import inspect, sys, ganatomy\n"
        f"package = ganatomy.{name}\n"
        f"import ganatomy.{name} as again\n"
        "assert package is again and callable(package)\n"
        "assert 'progress' in inspect.signature(package).parameters\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_module_imports_no_torchvision_and_has_a_docstring(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not imported & {"torchvision", "timm"}


@pytest.mark.parametrize("module", sorted((SOURCE / "config").rglob("*.py")), ids=lambda path: path.stem)
def test_every_setting_is_described(module: Path) -> None:
    """A field is followed by its description, which becomes the help of its option; a part has that of its class."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for cls in (node for node in classes if node.name.endswith(("Config", "Settings", "Options", "Choice", "Arm"))):
        for field, following in zip(cls.body, [*cls.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign) and not ast.unparse(field.annotation).endswith("Settings"):
                assert isinstance(following, ast.Expr), f"{cls.name}.{ast.unparse(field.target)}"
