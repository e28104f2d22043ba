"""No reader of files can be made to run code: a rule for every call in the sources."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ganatomy

SAFE = {
    "torch.load": ("weights_only", True),
    "np.load": ("allow_pickle", False),
    "from_pretrained": ("trust_remote_code", False),
}
"""What each call that reads a file has to be told."""
UNPICKLERS = ("pickle.load", "pickle.loads", "pickle.Unpickler", "joblib.load", "eval", "exec")
SOURCES = Path(ganatomy.__file__).parent


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Yield place, name and node of every call in the package."""
    for file in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                yield f"{file.relative_to(SOURCES)}:{node.lineno}", ast.unparse(node.func), node


def told(node: ast.Call, name: str) -> object:
    values = [keyword.value for keyword in node.keywords if keyword.arg == name]
    return ast.literal_eval(values[0]) if values else None


@pytest.mark.parametrize("reader", SAFE)
def test_readers_are_told_to_run_nothing(reader: str) -> None:
    name, value = SAFE[reader]
    found = [(place, node) for place, called, node in calls() if called == reader or called.endswith(f".{reader}")]
    assert found
    assert [place for place, node in found if told(node, name) is not value] == []


def test_nothing_is_unpickled_or_evaluated() -> None:
    assert [place for place, called, _ in calls() if called in UNPICKLERS] == []


def test_the_one_import_by_name_is_that_of_functions_given_by_the_user() -> None:
    found = {
        place.partition(":")[0] for place, called, _ in calls() if called.endswith(("import_module", "__import__"))
    }
    assert found == {
        "functions.py",
        "cli/main.py",
        "lazy.py",
        "export/source_code.py",
    }  # the others import modules of the package alone
    users = {place.partition(":")[0] for place, called, _ in calls() if called == "import_function"}
    assert users == {"segment/function.py", "metrics/extractors/function.py", "runs/trust.py"}
