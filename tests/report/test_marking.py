"""The page to mark units on: every unit that is ever active, the suspects first, and the command that takes them."""

import re
from pathlib import Path

import pytest
from tests.intervene.repair.planted import ARTIFACT, LAYER
from tests.intervene.repair.test_repairing import found

from ganatomy.models.planted import NUMBER, UNITS
from ganatomy.report.marking import cards_of, write_marking


@pytest.fixture(scope="module")
def repair():
    return found()


@pytest.fixture
def page(repair, tmp_path) -> Path:
    return write_marking(repair, Path("runs/0001 planted"), tmp_path / "units.html")


def test_every_active_unit_has_a_strip_of_its_top_samples(repair):
    cards = cards_of(repair)
    assert sorted(card.unit for card in cards) == [u for u in range(len(UNITS)) if u != NUMBER["dead"]]
    assert (cards[0].unit, cards[0].said, cards[0].is_off) == (ARTIFACT, "distance, nearest, local", True)
    assert (cards[0].strip.height, cards[0].strip.width) == (64, 8 * 66 - 2)
    assert [card.is_off for card in cards[1:]] == [False] * 9


def test_the_page_works_offline_and_runs_its_own_script_alone(page):
    html = page.read_text()
    assert "script-src 'sha256-" in html
    assert not re.search(r"(src|href)=\"(?!data:)", html)
    assert f"ganatomy repair &#39;runs/0001 planted&#39; --layer {LAYER} --units" in html
    assert html.count('type="checkbox"') == 10


@pytest.mark.browser
def test_ticked_units_are_written_as_a_command(page, browser):
    sheet = browser.new_page()
    complaints = []
    sheet.on("console", lambda message: complaints.append(message.text))
    sheet.goto(page.as_uri())
    start = "ganatomy repair 'runs/0001 planted' --layer layer1 --units"
    line = sheet.locator("output")
    assert line.inner_text() == f"{start} {ARTIFACT}"
    sheet.get_by_label("unit 10").check()
    sheet.get_by_label(re.compile("^ *unit 0")).check()
    assert line.inner_text() == f"{start} 0 {ARTIFACT} 10"
    for box in sheet.get_by_role("checkbox").all():
        box.uncheck()
    assert line.inner_text() == "Tick units to see the command."
    assert not complaints
    sheet.close()
