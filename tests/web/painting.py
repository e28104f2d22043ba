"""Hands of a person in the paint app: what tests do with the page."""

import base64
import io
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import expect

SLOW_MS = 60_000
"""What a loaded machine may take to open the page."""
READ = "([selector, place]) => document.querySelectorAll(selector)[place].toDataURL()"


class Painter:
    """A page of the app that is open and ready."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.is_ready()

    def is_ready(self) -> None:
        """Wait until the page is opened, all thumbnails drawn."""
        expect(self.page.locator("html")).to_have_attribute("data-ready", "yes", timeout=SLOW_MS)

    def picture(self, kind: str = "after") -> NDArray[np.int64]:
        """Return the picture (s, s, 3) as it is shown."""
        return self.canvas(f"paint-surface canvas.{kind}")

    def canvas(self, selector: str, place: int = 0) -> NDArray[np.int64]:
        """Return what stands on a canvas (s, s, 3)."""
        told = self.page.evaluate(READ, [selector, place])
        image = Image.open(io.BytesIO(base64.b64decode(told.partition(",")[2])))
        return np.array(image.convert("RGB")).astype(np.int64)

    def choose(self, sample: int) -> None:
        self.page.get_by_role("button", name=f"Sample {sample}", exact=True).click()
        self.shows(f"sample {sample}")

    def concept(self, number: int) -> str:
        """Choose a concept by its place in the list, and return its name."""
        row = self.page.locator("label.concept").nth(number)
        row.locator("input").check()
        return str(row.locator(".name").text_content())

    def mode(self, name: str) -> None:
        self.page.get_by_role("radio", name=name).check()

    def stroke(self, start: tuple[float, float], end: tuple[float, float], strokes: int = 1) -> None:
        """Paint from one place to another, in parts of the picture, until the picture shows so many strokes."""
        surface = self.page.locator("#surface")
        surface.scroll_into_view_if_needed()
        box = surface.bounding_box()
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        self.page.mouse.move(*places[1], steps=4)
        self.page.mouse.up()
        self.page.mouse.move(5, 5)
        self.shows(strokes=strokes)

    def shows(self, sample: str | None = None, strokes: int | None = None) -> None:
        """Wait until the picture is that of a sample, with so many strokes, and what it shows has been told."""
        surface = self.page.locator("paint-surface")
        if sample is not None:
            expect(surface).to_have_attribute("data-sample", sample, timeout=SLOW_MS)
        if strokes is not None:
            expect(surface).to_have_attribute("data-strokes", str(strokes), timeout=SLOW_MS)
            expect(self.page.locator("paint-areas")).to_have_attribute("data-strokes", str(strokes), timeout=SLOW_MS)
            for part in (surface, self.page.locator("paint-areas")):
                expect(part).to_have_attribute("aria-busy", "false", timeout=SLOW_MS)

    def button(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def saved(self, name: str) -> bytes:
        """Press a button that saves a file, and return what is in it."""
        with self.page.expect_download() as waiting:
            self.button(name)
        with open(waiting.value.path(), "rb") as file:
            return file.read()

    def edit(self) -> dict[str, Any]:
        """Return the edit as its JSON file has it."""
        edit: dict[str, Any] = json.loads(self.saved("JSON"))
        return edit
