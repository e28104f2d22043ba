"""The notebook runs from its first cell to its last, and shows what it promises."""

import json
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

NOTEBOOK = Path(__file__).parents[2] / "examples" / "story.ipynb"


def outputs(notebook: object) -> list[str]:
    """Return what the code cells show, as one text each."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [json.dumps(cell["outputs"]) for cell in cells]


@pytest.mark.filterwarnings("default")  # the kernel's client warns of what is none of ours
def test_the_story_runs_and_ends_with_its_page(tmp_path: Path) -> None:
    notebook = nbformat.read(NOTEBOOK, 4)
    client = nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    shown = outputs(notebook)
    assert sum("image/png" in output for output in shown) == 2
    assert "data:image/jpeg" in shown[-3]
    assert "of the doors are left" in shown[-2]
    assert (tmp_path / "doors.html").stat().st_size > 100_000
    assert "doors.html" in shown[-1]


def test_the_notebook_is_kept_with_its_pictures_in_ten_code_cells() -> None:
    notebook = nbformat.read(NOTEBOOK, 4)
    nbformat.validate(notebook)
    shown = outputs(notebook)
    assert len(shown) == 10
    assert sum("image/png" in output for output in shown) == 2
    assert "data:image/jpeg" in shown[-3]
    assert NOTEBOOK.stat().st_size < 1_000_000
