"""The paint app in a real browser by both engines: what a person does with it, and that nothing goes wrong unseen."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from tests.web.conftest import DESK, LAYER, PHONE, Visit
from tests.web.painting import SLOW_MS, Painter

from ganatomy.draw.palette import OBJECTIVES
from ganatomy.runs.packaged import packaged_run

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "axe/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
BARRIERS = f"""async () => (await axe.run(document, {{ runOnly: {RULES} }}))
  .violations.map((one) => `${{one.id}}: ${{one.nodes.map((node) => node.html).join(" | ")}}`)"""
WIDTH = "() => document.documentElement.scrollWidth"


def barriers(page) -> list[str]:
    page.evaluate(f"() => {{ {AXE} }}")
    return page.evaluate(BARRIERS)


def test_a_stroke_changes_the_picture_and_what_it_did_is_told(painter: Painter) -> None:
    painter.choose(2)
    before = painter.picture()
    concept = painter.concept(0)
    painter.mode("Remove")
    painter.stroke((0.2, 0.2), (0.8, 0.8))
    assert np.abs(painter.picture() - before).max() > 8
    np.testing.assert_array_equal(painter.picture("before"), before)
    told = painter.page.locator("paint-told")
    expect(told).to_contain_text(f"remove {concept}")
    expect(told).to_contain_text("within the strokes")
    expect(told).to_contain_text("The picture changed by")
    rows = painter.page.locator(".bars tbody tr")
    assert rows.count() > 1
    assert {*rows.locator("td:last-child").all_text_contents()} != {"±0"}
    expect(painter.page.locator(".steps button")).to_have_count(2)
    (stroke,) = painter.edit()["strokes"]
    assert (stroke["mode"], stroke["concept"], stroke["value"]) == ("remove", concept, "zero")


def test_what_was_done_is_undone_and_done_again(painter: Painter) -> None:
    painter.shows("sample 0", 0)
    pictures = [painter.picture()]
    painter.stroke((0.3, 0.3), (0.7, 0.3), 1)
    pictures.append(painter.picture())
    painter.mode("Remove")
    painter.stroke((0.3, 0.7), (0.7, 0.7), 2)
    pictures.append(painter.picture())
    for press, left in ((lambda: painter.button("Undo"), 1), (lambda: painter.page.keyboard.press("Control+z"), 0)):
        press()
        painter.shows(strokes=left)
        np.testing.assert_array_equal(painter.picture(), pictures[left])
    expect(painter.page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()
    painter.page.keyboard.press("Control+Shift+z")
    painter.shows(strokes=1)
    painter.button("Step 2")
    painter.shows(strokes=2)
    np.testing.assert_array_equal(painter.picture(), pictures[2])
    painter.button("Clear")
    painter.shows(strokes=0)
    np.testing.assert_array_equal(painter.picture(), pictures[0])


def test_strokes_are_switched_weakened_and_deleted(painter: Painter) -> None:
    unedited = painter.picture()
    painter.mode("Remove")
    painter.stroke((0.2, 0.5), (0.8, 0.5))
    edited = painter.picture()
    row = painter.page.locator(".strokes li")
    row.get_by_role("checkbox").uncheck()
    painter.shows(strokes=1)
    expect(painter.page.locator(".steps button")).to_have_count(3)
    np.testing.assert_array_equal(painter.picture(), unedited)
    row.get_by_role("checkbox").check()
    expect(painter.page.locator(".steps button")).to_have_count(4)
    row.get_by_role("slider").fill("0.5")
    expect(painter.page.locator(".steps button")).to_have_count(5)
    assert painter.edit()["strokes"][0]["strength"] == 0.5
    assert np.abs(painter.picture() - unedited).sum() < np.abs(edited - unedited).sum()
    row.get_by_role("button").click()
    painter.shows(strokes=0)
    np.testing.assert_array_equal(painter.picture(), unedited)


def test_before_is_seen_by_a_slider_and_by_holding_a_key(painter: Painter) -> None:
    page = painter.page
    surface = page.locator("#surface")
    page.get_by_label("How much of the picture before is shown").fill("40")
    expect(page.locator("#surface.comparing .divide")).to_be_visible()
    page.get_by_label("How much of the picture before is shown").fill("0")
    surface.focus()
    page.keyboard.down("b")
    assert page.locator("#surface.peeking .before").evaluate("(one) => getComputedStyle(one).clipPath") == "none"
    page.keyboard.up("b")
    expect(page.locator("#surface.peeking")).to_have_count(0)


def test_a_link_restores_the_edit(painter: Painter) -> None:
    painter.choose(3)
    painter.mode("Remove")
    painter.stroke((0.2, 0.4), (0.6, 0.6))
    picture, edit = painter.picture(), painter.edit()
    expect(painter.page.locator(".steps button")).to_have_count(2)
    assert "#edit=" in painter.page.url
    painter.page.reload()
    painter.is_ready()
    painter.shows("sample 3", 1)
    np.testing.assert_array_equal(painter.picture(), picture)
    assert painter.edit() == edit
    painter.page.evaluate("() => { location.hash = '#edit=AAAA'; }")
    expect(painter.page.locator("#status")).to_contain_text("The link holds no edit that can be restored here.")


def test_an_edit_is_saved_as_json_and_opened_again(painter: Painter, tmp_path: Path) -> None:
    painter.choose(1)
    painter.mode("Remove")
    painter.stroke((0.4, 0.2), (0.4, 0.8))
    picture = painter.picture()
    png = np.array(Image.open(io.BytesIO(painter.saved("PNG"))).convert("RGB"))
    np.testing.assert_array_equal(png, picture)
    (tmp_path / "edit.json").write_bytes(painter.saved("JSON"))
    painter.choose(4)
    painter.page.get_by_label("Edit as JSON").set_input_files(tmp_path / "edit.json")
    painter.shows("sample 1", 1)
    np.testing.assert_array_equal(painter.picture(), picture)
    (tmp_path / "bad.json").write_text("{}")
    painter.page.get_by_label("Edit as JSON").set_input_files(tmp_path / "bad.json")
    expect(painter.page.locator("#status")).to_have_text("This is no edit of schema 1.")
    (tmp_path / "bad.json").write_text("{")
    painter.page.get_by_label("Edit as JSON").set_input_files(tmp_path / "bad.json")
    expect(painter.page.locator("#status")).to_have_text("This file is no JSON.")


def test_the_same_edit_is_painted_on_others(painter: Painter) -> None:
    painter.mode("Remove")
    painter.stroke((0.2, 0.4), (0.8, 0.6))
    painter.page.get_by_role("button", name="Paint it on").click()
    expect(painter.page.locator("paint-many output")).to_have_text("after the edit", timeout=SLOW_MS)
    tiles = painter.page.locator(".many button")
    tiles.nth(5).click()
    painter.shows("sample 5", 1)
    assert np.abs(painter.canvas(".many canvas", 5) - painter.picture()).max() <= 1


def test_single_units_are_searched_looked_at_and_painted_with(painter: Painter) -> None:
    page = painter.page
    concept = painter.concept(0)
    page.get_by_role("button", name="None in the brush").click()
    page.locator("#surface").click()
    expect(page.locator("#status")).to_contain_text("The brush has no units")
    page.get_by_label("Search").fill("12")
    expect(page.locator(".units li")).to_have_count(1)
    page.locator(".units li input").check()
    painter.mode("Remove")
    painter.stroke((0.1, 0.5), (0.9, 0.5))
    assert painter.edit()["strokes"][0]["units"] == [12]
    page.get_by_role("button", name="Look at unit 12").click()
    dialog = page.locator("dialog.unit-dialog")
    expect(dialog).to_contain_text("Unit 12", timeout=SLOW_MS)
    expect(dialog.locator(".histogram rect").first).to_be_visible()
    dialog.get_by_role("button", name="Take it out of the brush").click()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".units li input")).not_to_be_checked()
    page.get_by_label("Search").fill(concept)
    page.get_by_label("only units that count").check()
    found = page.locator(".units label span")
    assert all(concept in one for one in found.all_text_contents())
    page.get_by_label("Search").fill("nothing of this name")
    expect(page.locator("paint-units output")).to_have_text("No unit fits.")
    page.get_by_label("only units that count").uncheck()
    page.get_by_label("Search").fill("")


def test_it_is_painted_by_keys_alone(painter: Painter) -> None:
    surface = painter.page.locator("#surface")
    surface.focus()
    for key in ("r", "]", "ArrowLeft", "ArrowUp", "Space"):
        painter.page.keyboard.press(key)
    painter.shows(strokes=1)
    painter.page.keyboard.down("Shift")
    for _ in range(3):
        painter.page.keyboard.press("ArrowRight")
    painter.page.keyboard.up("Shift")
    painter.shows(strokes=2)
    strokes = painter.edit()["strokes"]
    assert [stroke["mode"] for stroke in strokes] == ["remove", "remove"]


def test_a_seed_gives_a_sample(painter: Painter) -> None:
    painter.page.get_by_label("Seed").fill("17")
    painter.page.get_by_role("button", name="Draw it").click()
    painter.shows("seed 17")
    painter.button("Any")
    expect(painter.page.locator("paint-surface")).not_to_have_attribute("data-sample", "seed 17", timeout=SLOW_MS)


def test_both_engines_give_the_same_pictures(visit: Visit, served: str, onefile: Path) -> None:
    pictures, areas = [], []
    for address in (served, onefile.as_uri()):
        painter = Painter(visit(address))
        painter.choose(6)
        rows = [painter.picture()]
        painter.stroke((0.3, 0.5), (0.6, 0.7), 1)
        painter.mode("Remove")
        painter.concept(0)
        painter.stroke((0.5, 0.2), (0.8, 0.3), 2)
        rows.append(painter.picture())
        areas.append(painter.page.locator(".bars td:nth-child(3)").all_text_contents())
        painter.page.get_by_label("Seed").fill("17")
        painter.page.get_by_role("button", name="Draw it").click()
        painter.shows("seed 17")
        rows.append(painter.picture())
        pictures.append(np.stack(rows))
    assert np.abs(pictures[0] - pictures[1]).max() <= 2
    served_areas, own_areas = (np.array([float(one.split()[0]) for one in told]) for told in areas)
    np.testing.assert_allclose(served_areas, own_areas, atol=0.5)


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_are_no_barriers_and_nothing_overflows(visit: Visit, address: str, viewport, scheme: str) -> None:
    painter = Painter(visit(address, viewport, color_scheme=scheme))
    painter.mode("Remove")
    painter.stroke((0.3, 0.5), (0.6, 0.7))
    assert painter.page.evaluate(WIDTH) == viewport["width"]
    assert barriers(painter.page) == []
    painter.page.locator(".look").first.click()
    expect(painter.page.locator("dialog.unit-dialog .histogram")).to_be_visible(timeout=SLOW_MS)
    assert barriers(painter.page) == []


def test_a_finger_paints(visit: Visit, address: str) -> None:
    painter = Painter(visit(address, PHONE, has_touch=True))
    painter.page.locator("#surface").tap()
    painter.shows(strokes=1)


def test_an_edit_is_saved_as_a_test(visit: Visit, served: str, packaged: Path) -> None:
    painter = Painter(visit(served))
    painter.mode("Remove")
    painter.stroke((0.3, 0.5), (0.6, 0.7))
    painter.button("Save as test")
    painter.page.get_by_label("Name").fill("gone-by-hand")
    assert barriers(painter.page) == []
    painter.button("Save")
    expect(painter.page.locator("#status")).to_contain_text("edits/gone-by-hand.json: saved", timeout=SLOW_MS)
    kept = json.loads((packaged / "edits/gone-by-hand.json").read_text())
    assert kept["schema"] == 1


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_of_a_population(visit: Visit, served: str, viewport) -> None:
    page = visit(served, viewport)
    last = str(packaged_run().metrics()[-1]["generation"])
    Painter(page).page.get_by_role("link", name="Evolution").click()
    expect(page.locator("html")).to_have_attribute("data-ready", last, timeout=SLOW_MS)
    expect(page.locator(".child")).not_to_have_count(0)
    expect(page.locator(".courses svg")).to_have_count(3)
    expect(page.locator(".tree circle.survived").first).to_be_visible()
    assert page.evaluate(WIDTH) == viewport["width"]
    assert barriers(page) == []


def test_the_page_of_a_unit(visit: Visit, served: str) -> None:
    page = visit(served)
    Painter(page)
    page.goto(f"{served.split('?')[0]}unit/12?layer={LAYER}")
    expect(page.locator("html")).to_have_attribute("data-ready", "yes", timeout=SLOW_MS)
    expect(page.locator("article.unit")).to_contain_text("Unit 12")
    assert page.locator(".unit-picture").evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0
    assert barriers(page) == []


def test_objectives_have_the_colours_of_the_reports() -> None:
    from ganatomy.web.assets import ASSETS

    text = ASSETS["main-evolution.js"].text()
    told = text[text.index("const HUED = [") : text.index("];")]
    assert tuple(told.split('"')[1::2]) == OBJECTIVES
