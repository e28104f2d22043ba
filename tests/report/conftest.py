"""A browser for the report's tests, and runs that are made once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.conftest import CHROMIUM_FLAGS
from tests.report.fixture_run import make_run


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield a headless Chromium; without one the tests fail, so that nobody takes a page as tested that was not."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail(
            "no chromium; install it with `apt-get install chromium` or your system's package manager, or leave its "
            'tests out with -m "not browser"',
            pytrace=False,
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def full_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run with all parts; tests do not change it."""
    return make_run(tmp_path_factory.mktemp("runs") / "0001-photos", generations=300, units=24, size=16)
