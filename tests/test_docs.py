"""The documents say what the program does: each of these fails on something left undocumented."""

import ast
import importlib.util
import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from ganatomy import errors
from ganatomy.cli.main import COMMANDS
from ganatomy.errors import GanatomyError

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "ganatomy"
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
ALL_DOCUMENTS = [*DOCUMENTS, ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]
TAG = re.compile(r"(E-GAN|Dissection) (eq\. \d+|Algorithm \d+)")

Definition = ast.FunctionDef | ast.ClassDef


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def definitions() -> Iterator[tuple[str, Definition]]:
    """Yield every function and class of the package by its dotted name below `ganatomy`."""
    for path in sorted(SOURCE.rglob("*.py")):
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        yield from _below(module, ast.parse(path.read_text(encoding="utf-8")))


def _below(name: str, node: ast.AST) -> Iterator[tuple[str, Definition]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            yield f"{name}.{child.name}", child
            yield from _below(f"{name}.{child.name}", child)


def documented_arguments(docstring: str) -> list[str]:
    """Return the names of the `Args:` section."""
    section = re.search(r"^Args:\n((?:    .*\n|\n)*)", inspect.cleandoc(docstring) + "\n", re.MULTILINE)
    return re.findall(r"^    \*{0,2}(\w+)(?: \([^)]*\))?:", section[1], re.MULTILINE) if section else []


def signature(node: Definition) -> list[str]:
    """Return the argument names of a function, or of the class's `__init__` or fields."""
    if isinstance(node, ast.ClassDef):
        inits = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"]
        if not inits:
            return [ast.unparse(n.target) for n in node.body if isinstance(n, ast.AnnAssign)]
        node = inits[0]
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
    return [argument.arg for argument in every if argument is not None and argument.arg not in ("self", "cls")]


def equations() -> dict[str, set[str]]:
    """Return the functions and classes that implement each equation, by its tag in their docstrings."""
    found = defaultdict(set)
    for name, node in definitions():
        for tag in TAG.findall(ast.get_docstring(node) or ""):
            found[" ".join(tag)].add(name)
    return found


def test_documented_arguments_are_those_of_the_signature() -> None:
    """All of them and in their order; `progress` and `device` may go without saying."""
    wrong = []
    for name, node in definitions():
        documented = documented_arguments(ast.get_docstring(node) or "")
        expected = [a for a in signature(node) if a in documented or a not in ("progress", "device")]
        if documented and documented != expected:
            wrong.append(f"{name} documents {documented}, takes {expected}")
    assert not wrong, "\n".join(wrong)


def test_every_equation_stands_in_the_readme_with_its_function() -> None:
    rows = re.findall(r"^\| ((?:E-GAN|Dissection) [^|]*?) \|.*\| `([\w.]+)` \|$", read("README.md"), re.MULTILINE)
    implemented = equations()
    assert {tag for tag, _ in rows} == set(implemented)
    for tag, function in rows:
        assert function in implemented[tag], f"{function} does not carry ({tag}) in its docstring"


def test_every_exception_is_documented() -> None:
    text = read("docs/errors.md")
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, GanatomyError):
            assert f"`{name}`" in text


def test_every_command_is_in_the_readme() -> None:
    for name in COMMANDS:
        assert re.search(rf"ganatomy {name}\b", read("README.md"))


def test_cli_reference_is_what_the_program_prints() -> None:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "write_cli_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert read("docs/cli.md") == module.reference(), "run `python scripts/write_cli_reference.py`"


@pytest.mark.parametrize("path", ALL_DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
        assert "://" in target or (path.parent / target).exists(), target


def test_every_document_is_linked_from_the_index() -> None:
    linked = re.findall(r"\]\(([\w-]+\.md)\)", read("docs/index.md"))
    assert sorted(linked) == sorted(path.name for path in (ROOT / "docs").glob("*.md") if path.name != "index.md")


def blocks() -> list[object]:
    """Return the python blocks of the documents."""
    return [
        pytest.param(code, id=f"{path.name}-{index}")
        for path in DOCUMENTS
        for index, code in enumerate(re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL))
    ]


@pytest.mark.parametrize("code", blocks())
def test_python_in_the_documents_runs(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "block", "exec"), {})


def stories() -> list[object]:
    """Return the python blocks of the documents and, whole, the scripts and notebooks of examples/."""
    scripts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "examples").glob("*.py")}
    for path in (ROOT / "examples").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        scripts[path] = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return [*blocks(), *(pytest.param(code, id=path.name) for path, code in scripts.items())]


@pytest.mark.parametrize("code", stories())
def test_a_story_is_told_by_two_imports_from_faces(code: str) -> None:
    """Every name is one that its package exports."""
    tree = ast.walk(ast.parse(code))
    imports = [
        node for node in tree if isinstance(node, ast.Import | ast.ImportFrom) and "ganatomy" in ast.unparse(node)
    ]
    for node in imports:
        if isinstance(node, ast.Import):
            assert ast.unparse(node) == "import ganatomy as ga"
        else:
            assert {alias.name for alias in node.names} <= set(import_module(node.module or "").__all__), node.module
    assert len(imports) <= 2


def test_the_main_names_of_every_package_are_documented() -> None:
    rows = re.findall(r"^\| `ganatomy\.([\w.]+)` \|.*\| (.*) \|$", read("docs/python.md"), re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(
        ".".join(path.parent.relative_to(SOURCE).parts)
        for path in SOURCE.glob("*/**/__init__.py")
        if "__all__ = " in path.read_text(encoding="utf-8")
    )
    for package, names in rows:
        shown = re.findall(r"`(\w+)`", names)
        assert shown
        assert set(shown) <= set(import_module(f"ganatomy.{package}").__all__), package


@pytest.mark.parametrize(("path", "lines"), [("README.md", 150), ("CONTRIBUTING.md", 40)])
def test_document_stays_short(path: str, lines: int) -> None:
    assert len(read(path).splitlines()) < lines


@pytest.mark.parametrize("path", ALL_DOCUMENTS, ids=lambda path: path.name)
def test_every_file_named_in_the_documents_exists(path: Path) -> None:
    """Backticked paths below docs/, scripts/, src/ and tests/."""
    for name in re.findall(r"`((?:docs|scripts|src|tests|examples)/[\w./-]+)`", path.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name
