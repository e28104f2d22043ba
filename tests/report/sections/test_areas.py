"""The section of areas."""

import json
import re

import pytest
from playwright.sync_api import expect
from tests.report.areas_record import add_areas, agreement_record, areas_record, shared
from tests.report.fixture_run import make_run

from ganatomy.errors import DataError
from ganatomy.report import write_report
from ganatomy.report.gather import gather
from ganatomy.report.sections.areas import agreement_view, areas_view, mean_areas
from ganatomy.runs.directory import open_run


@pytest.fixture(scope="module")
def record():
    return areas_record()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("areas") / "0001-photos"
    return write_report(add_areas(make_run(path, parts=("weights",), size=16)))


def text_of(page):
    words = re.sub(
        r"<[^>]+>", " ", re.sub(r"<(style|script)>.*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.S)
    )
    return " ".join(words.replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " ").split())


def item(record, name):
    return next(entry for entry in record["concepts"] if entry["concept"] == name)


def test_concepts_are_the_files_largest_real_area_first(record):
    view = areas_view(record, {"sky": "c0"})
    real = [concept.real.value for concept in view.concepts]
    assert real == sorted(real, reverse=True)
    sky = view.concepts[0]
    assert (sky.name, sky.colour, sky.verdict, view.concepts[1].colour) == ("sky", "c0", "as real", "c-rest")
    entry = item(record, "sky")
    assert sky.generated.value == entry["generated"]["area"]
    assert [sky.ratio.low, sky.ratio.high] == entry["ratio_interval"]
    assert view.verdicts == (("dropped", ("building",)), ("underdrawn", ("water",)), ("overdrawn", ("tree", "grass")))
    assert (view.num_generated, view.num_real, view.num_compared, view.halvings) == (300, 600, 300, 20)


def test_figures_show_what_is_large_and_what_differs(record):
    view = areas_view(record, {})
    names = re.findall(r'class="end(?: strong)?">([a-z]+)</text>', str(view.figures[0].svg))
    assert names == ["sky", "tree", "mountain", "water", "grass", "building", "road", "cloud", "other"]
    assert view.drawn == len(names)
    assert [figure.key for figure in view.figures] == ["areas", "area-histograms"]
    assert str(view.figures[0].svg).count("<circle") == 2 * len(names) + 2


def test_what_differs_comes_before_what_is_only_large(record):
    many = [item(record, "sky") | {"concept": f"large {n}"} for n in range(30)]
    small = item(record, "door") | {"concept": "small", "verdict": "overdrawn"}
    view = areas_view(record | {"concepts": [*many, small]}, {})
    assert view.drawn == 20
    assert ">small</text>" in view.figures[0].svg
    assert ">small</text>" in view.figures[1].svg
    assert view.figures[1].svg.count('class="outline"') == 15


def test_without_a_difference_or_anything_to_draw(record):
    absent = [entry | {"verdict": "absent"} for entry in record["concepts"]]
    view = areas_view(record | {"concepts": absent}, {})
    assert (view.concepts, view.verdicts, view.figures) == ((), (), ())


def test_distances_are_written_with_three_digits(record):
    found = {"value": 1234.5, "error": 0.01234, "chance": 12.345, "chance_low": 3.0, "chance_high": 3.0,
             "is_beyond_chance": True}  # fmt: skip
    view = areas_view(record | {"distance": record["distance"] | {"fsd": found}}, {})
    assert (view.fsd.value, view.fsd.error, view.fsd.chance, view.fsd.chance_span) == ("1,234", "0.0123", "12.3", "3")
    assert re.fullmatch(r"1\d\.\d\N{NO-BREAK SPACE}%", view.area.value)


def test_colours_go_by_the_real_area(record):
    weights = mean_areas(record)
    assert weights["sky"] == item(record, "sky")["real"]["area"]


def test_agreement_lists_what_is_seen_and_counts_the_rest():
    view = agreement_view(agreement_record(), {"tree": "c1"})
    assert [row.name for row in view.concepts] == ["sky", "tree", "water", "door"]
    assert [row.read_from for row in view.concepts] == ["", "", "water, sea, river", ""]
    assert view.unseen == 1
    assert (view.concepts[1].colour, view.concepts[3].iou.value, view.concepts[3].iou.low) == ("c1", 0.0, None)
    assert (view.pixels.value, view.pixels.low, view.pixels_chance) == (0.87, 0.86, 0.31)
    assert view.only_first == "sun, roof"
    assert view.only_second.endswith("thing 11 and 28 more")


def test_both_stand_on_the_page_in_words_and_numbers(page):
    text = text_of(page)
    assert "Dropped: building. Underdrawn: water. Overdrawn: tree, grass." in text
    assert "Fréchet segmentation distance" in text
    assert "beyond chance" in text
    assert "All 12 concepts that occur, in numbers" in text
    assert "300 generated images against 600 real ones" in text
    assert "87 % of the pixels for which both name a concept that both know get the same name (95 % interval" in text
    assert "water ade20k: water, sea, river" in text
    assert "1 more concept that both know is seen by neither. Only scenes knows sun, roof." in text
    assert "scenes-4be1c3-input-own" in text
    assert '<a href="#areas">' in page.read_text(encoding="utf-8")


def test_an_agreement_alone_and_without_common_pixels(tmp_path):
    run = add_areas(make_run(tmp_path / "r", parts=(), size=16))
    (run / "dissect/areas.json").unlink()
    nothing = {"compared": 0.0, "agreement": None, "interval": None, "chance": None}
    record = agreement_record(pixels=nothing, concepts=[shared("sky", None, None, 0.0, 0.0)])
    (run / "dissect/agreement.json").write_text(json.dumps(record))
    text = text_of(write_report(run))
    assert "At no pixel do both name a concept that both know." in text
    assert "No areas yet." in text


def test_a_run_where_nothing_differs_says_so(tmp_path, record):
    run = add_areas(make_run(tmp_path / "r", parts=(), size=16))
    same = [entry | {"verdict": "as real"} for entry in record["concepts"]]
    (run / "dissect/areas.json").write_text(json.dumps(record | {"concepts": same}))
    assert "No concept is shown to differ." in text_of(write_report(run))


def test_figures_of_areas_are_among_those_of_the_page(tmp_path):
    page = gather(open_run(add_areas(make_run(tmp_path / "r", parts=(), size=16))), 2, 2)
    assert [figure.key for figure in page.figures] == ["areas", "area-histograms"]


@pytest.mark.parametrize("name", ["areas", "agreement"])
def test_a_file_of_another_form_is_named(tmp_path, name):
    run = add_areas(make_run(tmp_path / "r", parts=(), size=16))
    (run / f"dissect/{name}.json").write_text('{"concepts": [{}]}')
    with pytest.raises(DataError, match=rf"{name}\.json: not as this release writes it \(KeyError"):
        gather(open_run(run), 2, 2)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nothing_overflows(browser, page, width):
    view = browser.new_page(viewport={"width": width, "height": 800})
    view.goto(page.as_uri())
    expect(view.locator("#areas svg")).to_have_count(2)
    view.locator("#areas summary").click()
    expect(view.locator("#areas details table")).to_be_visible()
    assert view.evaluate("() => document.documentElement.scrollWidth") == width
    view.close()
