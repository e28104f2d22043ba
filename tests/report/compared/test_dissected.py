"""The page of compared dissections."""

from tests.report.fixture_run import make_run

from ganatomy.report.compared.dissected import dissections_page
from ganatomy.report.rendering import html_of


def test_the_page_has_figures_tables_and_what_is_missing(compared, tmp_path):
    page = dissections_page(tmp_path / "0003-dissections", compared, tmp_path)
    assert page.name == "0003-dissections"
    assert [part.anchor for part in page.parts] == ["layers", "numbers"]
    assert [figure.key for figure in page.figures] == ["units", "concepts", "units-per-concept"]
    assert page.missing == ("layer3 is not in 0001-a.",)
    assert [table.title for table in page.tables][:3] == ["Interpretable units", "Distinct concepts", "Differences"]
    html = html_of("dissections.html.j2", page)
    assert "0002-b&lt;" in html
    assert "layer3 is not in 0001-a." in html


def test_runs_beside_the_comparison_are_linked(compared, tmp_path):
    make_run(tmp_path / "0001-a", parts=())
    page = dissections_page(tmp_path / "0003-dissections", compared, tmp_path / "0003-dissections")
    ((name, (link,)),) = page.runs.rows
    assert (name, link.href) == ("0001-a", "../0001-a")
    assert "1 run beside the comparison." in html_of("dissections.html.j2", page)
