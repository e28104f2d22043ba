import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import ganatomy

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "ganatomy"
MODULES = sorted(SOURCE.rglob("*.py"))


def test_version_is_that_of_the_project_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert ganatomy.__version__ == project["version"]


def test_import_brings_the_version_and_nothing_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import ganatomy;"
        "print(set(sys.modules) - before, [name for name in vars(ganatomy) if not name.startswith('__')])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "{'ganatomy'} []"


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
    """A field is followed by its description, which becomes the help of its option."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for cls in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        if not cls.name.endswith(("Config", "Settings", "Options", "Choice")):
            continue  # what settings are made of
        for field, following in zip(cls.body, [*cls.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign) and not ast.unparse(field.annotation).endswith("Settings"):  # a part
                assert isinstance(following, ast.Expr), f"{cls.name}.{ast.unparse(field.target)}"
