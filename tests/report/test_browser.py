"""The page in a real browser, opened from a file: on a desk and on a phone, with and without scripts."""

import pytest
from playwright.sync_api import expect
from tests.compare.tiny import keep, plan, score
from tests.report.fixture_run import make_points, make_run

from ganatomy.report import write_report
from ganatomy.report.targets import write_page

pytestmark = pytest.mark.browser
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SECTIONS = ("findings", "concepts", "units", "ablations", "samples", "scores", "evolution", "protocol")
LOADED = "() => [...document.images].every((image) => image.complete && image.naturalWidth > 0)"
LUMINANCE = """(selector) => {
  const [r, g, b] = getComputedStyle(document.querySelector(selector)).backgroundColor.match(/\\d+/g).map(Number);
  return (r + g + b) / 765;
}"""


@pytest.fixture(scope="module")
def address(full_run, tmp_path_factory):
    return write_report(full_run, output=tmp_path_factory.mktemp("page") / "report.html").as_uri()


@pytest.fixture
def visit(browser):
    """Yield a function that opens a page; nothing may be fetched and no error told."""
    contexts, wrong = [], []

    def open_page(address, viewport=DESK, **settings):
        context = browser.new_context(viewport=viewport, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request", lambda request: wrong.append(request.url) if request.url[:4] not in ("data", "file") else None
        )
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.mark.parametrize("viewport", [DESK, PHONE, {"width": 320, "height": 640}], ids=["desk", "phone", "small phone"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_nothing_overflows_and_all_pictures_load(visit, address, viewport, scripts):
    page = visit(address, viewport, java_script_enabled=scripts)
    for section in SECTIONS:
        expect(page.locator(f"#{section} h2")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") == viewport["width"]
    assert page.evaluate(LOADED)


def test_the_page_follows_light_and_dark(visit, address):
    assert visit(address, color_scheme="light").evaluate(LUMINANCE, "body") > 0.9
    assert visit(address, color_scheme="dark").evaluate(LUMINANCE, "body") < 0.15


def test_the_slider_goes_back_in_time_and_moves_the_markers(visit, address):
    page = visit(address)
    slider = page.get_by_label("Snapshot of the samples")
    shown = page.locator(".frame:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("generation 300")
    marker = page.locator("svg[data-low] .marker").first
    after = marker.get_attribute("transform")
    slider.press("Home")
    expect(shown).to_contain_text("generation 0")
    assert marker.get_attribute("transform") != after
    assert slider.get_attribute("aria-valuetext").startswith("generation 0")
    page.get_by_role("button", name="Play").click()
    expect(shown).not_to_contain_text("generation 0")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_cards_are_filtered_and_unfolded(visit, address):
    page = visit(address)
    cards = page.locator(".card:visible")
    expect(page.locator("[data-interpretable=no]:visible")).to_have_count(0)
    page.get_by_label("units that do not count too").check()
    expect(cards).to_have_count(24)
    page.locator("[data-layer=layer2]").get_by_role("button", name="Show 12 more").click()
    expect(cards).to_have_count(36)
    page.get_by_role("combobox", name="concept").select_option("sky")
    count = page.locator("[data-concept=sky]").count()
    expect(page.locator("[data-count]")).to_have_text(f"{count} of 48 cards")
    page.get_by_role("combobox", name="layer").select_option("layer3")
    expect(page.locator(".cards:visible")).to_have_count(1)
    page.get_by_role("combobox", name="concept").select_option("")
    page.get_by_label("units that do not count too").uncheck()
    expect(page.locator("[data-interpretable=no]:visible")).to_have_count(0)
    page.get_by_role("combobox", name="category").select_option("material")
    page.get_by_label("only above chance").check()
    assert {card.get_attribute("data-category") for card in cards.all()} == {"material"}
    assert {card.get_attribute("data-above") for card in cards.all()} == {"yes"}


def test_cards_are_sorted(visit, address):
    page = visit(address)
    page.get_by_label("units that do not count too").check()
    deck = page.locator("[data-layer=layer2] .card:visible")

    def values(name):
        return [float(card.get_attribute(name)) for card in deck.all()]

    in_turn = values("data-unit")
    menu = page.get_by_role("combobox", name="sort by")
    for key, direction in (("iou", -1), ("z", -1), ("unit", 1)):
        menu.select_option(key)
        assert values(f"data-{key}") == sorted(values(f"data-{key}"), key=lambda value: direction * value)
    assert values("data-unit") == list(range(12))
    expect(page.get_by_text("the best of each concept in turn").first).to_be_hidden()
    menu.select_option("")
    assert values("data-unit") == in_turn


def test_without_scripts_everything_is_shown(visit, address):
    page = visit(address, java_script_enabled=False)
    expect(page.locator(".frame:visible")).to_have_count(24)
    expect(page.locator(".card:visible")).to_have_count(48)
    expect(page.locator(".filters, .controls, [data-live]").first).to_be_hidden()


def test_before_and_after_are_switched_on_a_phone_without_scripts(visit, address):
    page = visit(address, PHONE, java_script_enabled=False)
    picture = page.locator(".compare figure:visible img")
    expect(picture).to_have_attribute("alt", "Samples before the edit")
    page.locator(".compare label", has_text="after").click()
    expect(picture).to_have_count(1)
    expect(picture).to_have_attribute("alt", "Samples after the edit")


@pytest.mark.parametrize("parts", [(), ("training",), ("samples",)])
def test_a_run_of_few_parts(visit, tmp_path, parts):
    run = make_run(
        tmp_path / "0001-ein sehr langer name mit ümläuten und ohne ende", parts=parts, generations=1, size=16
    )
    page = visit(write_report(run).as_uri(), PHONE)
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    expect(page.locator("h1")).to_contain_text("ümläuten")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_run_of_points(visit, tmp_path, viewport):
    page = visit(write_report(make_points(tmp_path / "0001-points")).as_uri(), viewport)
    assert page.evaluate("() => document.documentElement.scrollWidth") == viewport["width"]
    assert page.evaluate(LOADED)
    expect(page.locator(".panels figure")).to_have_count(9)
    expect(page.locator(".frame:visible")).to_contain_text("generation 12")
    page.get_by_label("Snapshot of the samples").press("Home")
    expect(page.locator(".frame:visible")).to_contain_text("generation 1")


def test_markers_go_by_generations_and_by_seconds(visit, address):
    page = visit(address)
    page.get_by_label("Snapshot of the samples").press("Home")
    page.get_by_label("Snapshot of the samples").press("ArrowRight")
    generation = int(page.locator(".frame.shown").get_attribute("data-generation"))
    places = [
        page.locator(f"svg:has(#score-fd-{moment}-t) .marker").get_attribute("transform")
        for moment in ("generation", "seconds")
    ]
    assert generation < 60  # before the first score: both stand at the start
    assert places == ["translate(64 0)", "translate(64 0)"]
    page.get_by_label("Snapshot of the samples").press("End")
    assert page.locator("svg:has(#score-fd-seconds-t) .marker").get_attribute("transform") == "translate(390 0)"


def test_filters_are_shared_by_the_address(visit, address):
    page = visit(address)
    page.get_by_role("combobox", name="concept").select_option("sky")
    page.get_by_label("only above chance").check()
    assert page.evaluate("location.hash") == "#units?concept=sky&above=yes"
    shown = page.locator(".card:visible").count()
    other = visit(f"{address}#units?concept=sky&above=yes")
    assert other.locator(".card:visible").count() == shown
    expect(other.get_by_role("combobox", name="concept")).to_have_value("sky")
    assert other.evaluate("document.getElementById('units').getBoundingClientRect().top") < 100
    other.goto(f"{address}#units?layer=layer3&concept=nothing")
    expect(other.get_by_role("combobox", name="concept")).to_have_value("sky")
    expect(other.locator(".cards:visible")).to_have_count(1)


def test_values_are_told_under_the_pointer_and_by_the_keyboard(visit, address):
    page = visit(address)
    bubble = page.locator("[data-bubble]")
    expect(bubble).to_be_hidden()
    page.locator("#ablations svg.figure [data-said^=tree]").hover()
    expect(bubble).to_contain_text("tree: 20 units 23 %")
    figure = page.locator("svg:has(#evolution-quality-t), #evolution svg.figure").first
    figure.hover()
    expect(bubble).to_contain_text("at ")
    figure.focus()
    page.keyboard.press("ArrowLeft")
    expect(bubble).to_contain_text("at 300: ")
    page.keyboard.press("Escape")
    expect(bubble).to_be_hidden()
    page.locator("#ablations svg.figure").focus()
    page.keyboard.press("ArrowRight")
    expect(bubble).to_contain_text("tree: ")


def test_a_picture_is_enlarged_in_place(visit, address):
    page = visit(address)
    picture = page.locator("#ablations img").first
    picture.focus()
    page.keyboard.press("Enter")
    large = page.get_by_role("dialog").locator("img")
    expect(large).to_be_visible()
    assert large.bounding_box()["width"] > picture.bounding_box()["width"]
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    picture.click()
    page.get_by_role("dialog").click()
    expect(large).to_be_hidden()


@pytest.mark.parametrize("viewport", [DESK, {"width": 360, "height": 640}], ids=["desk", "small phone"])
def test_a_comparison_of_arms_fits_the_window(visit, tmp_path, viewport):
    made = keep(plan(tmp_path / "0001-compare", ("egan", "random", "egan:gamma=0.5,population=2")))
    score(made, {"egan": [1.0, 1.6], "random": [2.0, 2.5], "egan:gamma=0.5,population=2": [1.0, 1.1]})
    page = visit(write_page([made.path]).as_uri(), viewport)
    assert page.evaluate("() => document.documentElement.scrollWidth") == viewport["width"]
    expect(page.get_by_role("link", name="1.6")).to_have_attribute("href", "egan/seed-1")
