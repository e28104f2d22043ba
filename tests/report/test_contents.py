"""The page's parts: each section a module with its partial, its view an attribute of the page."""

from dataclasses import fields
from pathlib import Path

import pytest
from tests.report.context_record import add_context
from tests.report.fixture_run import make_points, make_run

from ganatomy.report import sections
from ganatomy.report.contents import PARTS, Page
from ganatomy.report.gather import gather
from ganatomy.runs.directory import open_run

FOLDER = Path(sections.__file__).parent


def test_every_section_is_a_module_a_partial_and_a_part_of_the_page():
    names = [name for part in PARTS for name in part.sections]
    assert len(set(names)) == len(names)
    assert {path.name.removesuffix(".html.j2") for path in FOLDER.glob("*.html.j2")} == set(names)
    assert all((FOLDER / f"{name}.py").is_file() for name in names)
    assert {field.name for field in fields(Page)} - {"name", "facts", "paint"} == set(names)


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ((), ["protocol", "more"]),
        (("training",), ["findings", "evolution", "protocol", "more"]),
        (("samples",), ["samples", "protocol", "more"]),
        (("weights",), ["samples", "protocol", "more"]),
        (("dissect",), ["findings", "concepts", "units", "protocol", "more"]),
    ],
)
def test_only_what_is_there_has_a_part(tmp_path, parts, shown):
    page = gather(open_run(make_run(tmp_path / "r", parts=parts, size=16, units=3, generations=20)), 2, 2)
    assert [part.anchor for part in page.parts] == shown


def test_insertions_have_a_part(tmp_path):
    page = gather(open_run(add_context(make_run(tmp_path / "r", parts=(), size=16))), 2, 2)
    assert [part.anchor for part in page.parts] == ["findings", "context", "protocol", "more"]
    assert [figure.key for figure in page.figures] == [
        *(f"context-layer1-door-{what}" for what in ("becomes", "around", "places", "trace")),
        *(f"context-layer1-tree-{what}" for what in ("becomes", "around", "places", "trace")),
        "context-layer1-kept",
    ]


def test_points_stand_in_place_of_images(tmp_path):
    page = gather(open_run(make_points(tmp_path / "r")), 2, 2)
    assert page.parts[0].sections == ("plane",)
    assert [sheet.key for sheet in page.sheets] == ["density"]
    assert page.figures == ()
