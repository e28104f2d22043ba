"""The packaged generator with a layer dissected, painted in by either engine in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 760}
LAYER = "layer3"
ENGINES = ("server", "page")
Visit = Callable[..., Any]


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the packaged run, a layer of it dissected on a few samples."""
    from ganatomy.cli.main import main
    from ganatomy.runs.packaged import unpack_run

    run = unpack_run(tmp_path_factory.mktemp("paint")).path
    assert main(["dissect", str(run), "--layers", LAYER, "--num-images", "64", "--json"]) == 0
    return run


@pytest.fixture(scope="session")
def onefile(packaged: Path) -> Path:
    """Return the one file of the packaged generator."""
    from ganatomy.face.exporting import export

    return export(packaged, "web", progress=False).folder / "paint.html"


@pytest.fixture(scope="session")
def served(packaged: Path) -> Iterator[str]:
    """Yield the link to a server of the packaged generator."""
    from ganatomy.config.paint import PaintConfig
    from ganatomy.web.opening import open_to_paint
    from ganatomy.web.serving import serve

    with serve(open_to_paint(PaintConfig(packaged, layer=LAYER))) as ready, ready.running():
        yield ready.link


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest) -> str:
    """Return where the app is, by either engine."""
    if request.param == "server":
        return str(request.getfixturevalue("served"))
    return str(request.getfixturevalue("onefile").as_uri())


@pytest.fixture(scope="session")
def open_pages(browser: Any) -> Iterator[dict[str, tuple[Any, list[str]]]]:
    """Yield the pages that tests share, by address, each with what went wrong in it."""
    pages: dict[str, tuple[Any, list[str]]] = {}
    yield pages
    for page, _ in pages.values():
        page.context.close()


@pytest.fixture
def painter(browser: Any, address: str, open_pages: dict[str, tuple[Any, list[str]]]) -> Iterator[Any]:
    """Yield the app by either engine, on a desk: the unedited first sample, and a brush that draws."""
    from tests.web.painting import Painter

    if address not in open_pages:
        page = browser.new_context(viewport=DESK, offline=address.startswith("file:")).new_page()
        open_pages[address] = page, watched(page)
        page.goto(address)
    page, wrong = open_pages[address]
    page.evaluate("() => { location.hash = ''; }")
    painter = Painter(page)
    painter.shows("sample 0", 0)
    painter.mode("Draw")
    for number in (1, 0):
        painter.concept(number)
    yield painter
    assert wrong == []


def watched(page: Any) -> list[str]:
    """Return a list that grows by each error, and by each address elsewhere that is asked for."""
    wrong: list[str] = []

    def is_own(url: str) -> bool:
        return url.startswith(("data:", "blob:", "file:", "http://127.0.0.1:"))

    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: None if is_own(request.url) else wrong.append(request.url))
    return wrong


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    """Yield a function that opens a page; nothing may be fetched from elsewhere, and no error told."""
    contexts: list[Any] = []
    wrong: list[list[str]] = []

    def open_page(address: str, viewport: dict[str, int] = DESK, **settings: Any) -> Any:
        context = browser.new_context(viewport=viewport, offline=address.startswith("file:"), **settings)
        contexts.append(context)
        page = context.new_page()
        wrong.append(watched(page))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not any(wrong)
