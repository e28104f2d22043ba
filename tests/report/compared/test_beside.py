"""Two runs side by side."""

from dataclasses import replace

import pytest
from tests.report.fixture_run import make_run

from ganatomy.errors import ConfigError
from ganatomy.report.compared.beside import beside_page
from ganatomy.report.gather import gather
from ganatomy.report.rendering import html_of
from ganatomy.runs.directory import open_run


@pytest.fixture
def paths(full_run, tmp_path):
    other = make_run(tmp_path / "0002-photos", parts=("dissect", "edits"), units=8, size=16, objectives=("minimax",))
    return full_run, other


def page_of(paths):
    pages = tuple(gather(open_run(path), 1, 2) for path in paths)
    return beside_page(paths, pages, paths[0].parent)


def test_figures_and_edits_of_both_are_paired(paths):
    page = page_of(paths)
    assert page.name == "0001-photos and 0002-photos"
    assert [part.anchor for part in page.parts] == ["findings", "samples", "edits", "figures", "facts"]
    concepts, scores, evolution = page.groups
    assert next(title for title, _ in concepts.pairs) == "Units and concepts, layer by layer"
    assert all(left and right for _, (left, right) in concepts.pairs)
    assert all(right is None for _, (_, right) in (*scores.pairs, *evolution.pairs))
    ((title, (left, right)),) = page.edits
    assert (title, left.concept, right.concept) == ("20 units of layer3 for tree ablated", "tree", "tree")


def test_the_ids_of_the_page_are_unique_and_its_words_are_there(paths):
    html = html_of("beside.html.j2", page_of(paths))
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    assert "not measured" in html
    assert "two runs side by side" in html


def test_what_differs_is_told_and_what_is_the_same_is_not(paths):
    rows = dict(page_of(paths).rows)
    assert rows["objectives"][1] == "minimax"
    assert rows["generations"] == ("300", "–")
    assert "image size" not in rows


def test_two_runs_of_which_nothing_is_known(tmp_path):
    paths = tuple(make_run(tmp_path / name, parts=()) for name in ("0001-a", "0002-b"))
    page = page_of(paths)
    assert [part.anchor for part in page.parts] == ["facts"]
    assert "None." in html_of("beside.html.j2", page)
    one = replace(gather(open_run(paths[0]), 1, 2), findings=None)
    with pytest.raises(ConfigError, match="give each once"):
        beside_page((paths[0], paths[0]), (one, one), tmp_path)
