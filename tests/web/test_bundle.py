"""Modules of the page put one after another."""

import collections
import re

import pytest

from ganatomy.web.assets import ASSETS, STATIC
from ganatomy.web.bundle import IMPORT, bundle

ENTRIES = ("main-page.js", "main-server.js", "main-unit.js", "main-evolution.js")


@pytest.mark.parametrize("entry", ENTRIES)
def test_what_is_needed_comes_first_and_no_import_is_left(entry: str) -> None:
    text = bundle(entry)
    assert text.startswith("// dom.js\n")
    assert text.index(f"// {entry}\n") > text.index("// engines/")
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    assert not re.search(r"^\s*(import|export)\b", code, re.MULTILINE)
    assert "</script" not in text
    assert "<!--" not in text


@pytest.mark.parametrize("entry", ENTRIES)
def test_no_two_modules_have_a_name_for_different_things(entry: str) -> None:
    names = re.findall(r"^(?:async )?(?:const|let|class|function) (\w+)", bundle(entry), re.MULTILINE)
    assert [name for name, count in collections.Counter(names).items() if count > 1] == []


def test_every_import_is_one_line_that_names_what_it_takes() -> None:
    for name, asset in ASSETS.items():
        lines = [line for line in asset.text().splitlines() if line.startswith("import ")]
        assert len(IMPORT.findall(asset.text())) == len(lines), name


def test_files_are_short_and_all_in_the_table() -> None:
    files = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    assert set(ASSETS) == {*files, "colours.css"}
    assert ASSETS["engines/page.js"].media_type == "text/javascript; charset=utf-8"
    assert max(len(asset.text().splitlines()) for asset in ASSETS.values()) <= 300
