"""A run that is made once, and no browser test that goes by unseen."""

import shutil
from pathlib import Path

import pytest
from tests.report.fixture_run import make_run


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail without a browser rather than skip, so that nobody takes a page as tested that was not."""
    if "browser" in item.keywords and not (shutil.which("chromium") or shutil.which("chromium-browser")):
        pytest.fail(
            "no chromium; install it with `apt-get install chromium` or your system's package manager, or leave its "
            'tests out with -m "not browser"',
            pytrace=False,
        )


@pytest.fixture(scope="session")
def full_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run with all parts; tests do not change it."""
    return make_run(tmp_path_factory.mktemp("runs") / "0001-photos", generations=300, units=24, size=16)
