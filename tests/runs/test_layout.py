"""Every name in a run directory, and in that of a comparison, stands in the documents."""

from pathlib import Path

import pytest

from ganatomy.runs import layout

DOCUMENTS = Path(__file__).parents[2] / "docs"
NAMES = {name: value for name, value in vars(layout).items() if name.isupper() and isinstance(value, str)}


@pytest.mark.parametrize("name", NAMES.values())
def test_a_name_is_documented(name: str) -> None:
    text = "".join((DOCUMENTS / page).read_text() for page in ("run-directory.md", "compare.md", "dissection.md"))
    assert f"`{name}`" in text or f"{name}/" in text or f"/{name}`" in text


def test_no_two_names_are_one_place() -> None:
    assert len(set(NAMES.values())) == len(NAMES)
