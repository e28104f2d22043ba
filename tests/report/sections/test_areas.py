"""The section of areas."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import expect
from tests.draw.test_charts import numbers, parse, texts
from tests.report.areas_record import add_areas, areas_record, read_areas
from tests.report.fixture_run import make_run

from ganatomy.draw.canvas import NAMES, WIDTH
from ganatomy.draw.marks import Bounded
from ganatomy.errors import DataError
from ganatomy.report import write_report
from ganatomy.report.gather import gather
from ganatomy.report.sections.areas import WORDS, ConceptAreas, areas_view, mean_areas, rows_figure
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
    view = areas_view(read_areas(record), {"sky": "c0"})
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
    view = areas_view(read_areas(record), {})
    names = re.findall(r'class="end(?: strong)?"[^>]*>([a-z]+)</text>', str(view.figures[0].svg))
    assert names == ["sky", "tree", "mountain", "water", "grass", "building", "road", "cloud", "other"]
    assert view.drawn == len(names)
    assert [figure.key for figure in view.figures] == ["areas", "area-histograms"]
    assert str(view.figures[0].svg).count("<circle") == 2 * len(names) + 2
    assert view.figures[0].caption == ""
    assert "Heights are scaled per concept" in view.figures[1].caption


def concept(name="tree", verdict="overdrawn"):
    none = np.zeros(3)
    generated, real = Bounded(0.16, 0.09, 0.25), Bounded(0.04, 0.01, 0.09)
    return ConceptAreas(name, "c1", verdict, generated, real, Bounded(4.0), (0.75, 0.1), none, none)


def test_areas_lie_at_their_roots_between_names_and_verdicts():
    tree = parse(rows_figure([concept(), concept("a concept of a long name", "as real")], 0.64))
    width = WIDTH - WORDS - NAMES
    generated = next(g for g in tree.iter("g") if g.get("class") == "filled c1")
    assert float(generated.find("circle").get("cx")) == pytest.approx(NAMES + width * 0.4 / 0.8, abs=0.06)
    assert numbers(generated.find("path").get("d"))[::2] == pytest.approx(
        [NAMES + width * 0.3 / 0.8, NAMES + width * 0.5 / 0.8], abs=0.06
    )
    real = next(g for g in tree.iter("g") if g.get("class") == "hollow")
    assert float(real.find("circle").get("cx")) == pytest.approx(NAMES + width * 0.2 / 0.8, abs=0.06)
    assert {"tree", "a concept of …", "overdrawn", "as real", "mean area of an image"} <= set(texts(tree))
    strong = [t.text for t in tree.iter("text") if "strong" in t.get("class", "")]
    assert strong == ["tree", "overdrawn"]


def test_ticks_leave_room_for_each_other_and_end_with_the_axis():
    tree = parse(rows_figure([concept()], 0.29))
    ticks = [t for t in tree.iter("text") if t.text.endswith(" %")]
    assert [t.text for t in ticks] == ["0 %", "1 %", "5 %", "10 %", "20 %"]
    places = [float(t.get("x")) for t in ticks]
    assert min(b - a for a, b in pairwise(places)) >= 30


def test_what_differs_comes_before_what_is_only_large(record):
    many = [item(record, "sky") | {"concept": f"large {n}"} for n in range(30)]
    small = item(record, "door") | {"concept": "small", "verdict": "overdrawn"}
    view = areas_view(read_areas(record | {"concepts": [*many, small]}), {})
    assert view.drawn == 20
    assert ">small</text>" in view.figures[0].svg
    assert ">small</text>" in view.figures[1].svg
    assert view.figures[1].svg.count('class="outline"') == 15


def test_without_a_difference_or_anything_to_draw(record):
    absent = [entry | {"verdict": "absent"} for entry in record["concepts"]]
    view = areas_view(read_areas(record | {"concepts": absent}), {})
    assert (view.concepts, view.verdicts, view.figures) == ((), (), ())


def test_distances_are_written_with_three_digits(record):
    found = {"value": 1234.5, "error": 0.01234, "chance": 12.345, "chance_low": 3.0, "chance_high": 3.0,
             "is_beyond_chance": True}  # fmt: skip
    view = areas_view(read_areas(record | {"distance": record["distance"] | {"fsd": found}}), {})
    assert (view.fsd.value, view.fsd.error, view.fsd.chance, view.fsd.chance_span) == ("1,234", "0.0123", "12.3", "3")
    assert re.fullmatch(r"1\d\.\d\N{NO-BREAK SPACE}%", view.area.value)


def test_colours_go_by_the_real_area(record):
    weights = mean_areas(read_areas(record))
    assert weights["sky"] == item(record, "sky")["real"]["area"]


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
    (run / f"dissect/{name}.json").write_text('{"schema": 1, "concepts": [{}]}')
    with pytest.raises(DataError, match=rf"{name}\.json is not as this version writes it: "):
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
