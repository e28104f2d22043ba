"""What all tests share: which of them run, where the development data is, a browser."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
if "PYTEST_XDIST_WORKER" in os.environ:  # before anything imports torch: each process has its own core
    os.environ["OMP_NUM_THREADS"] = "1"

LONG = ("examples/test_notebook.py", "test_docs.py", "evolve/test_kill.py", "cli/test_compare_command.py")
"""Files of the slowest tests: they come first, so that no process waits for another one in the end."""
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run the tests marked slow")


def pytest_configure() -> None:
    # A run in the background of a script was started to ignore Ctrl-C, which tests send.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionstart(session: pytest.Session) -> None:
    if session.config.getoption("numprocesses", None):  # given, so this is the process that starts the others
        subprocess.run([sys.executable, "-m", "tests.compiled"], cwd=ROOT, check=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.path.as_posix().endswith(tuple(f"tests/{name}" for name in LONG)))
    if not config.getoption("--slow"):
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="slow; run with --slow"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip without a GPU; fail without a browser, so that nobody takes a page as tested that was not."""
    if "gpu" in item.keywords:
        import torch

        if not torch.cuda.is_available():
            pytest.skip("needs a CUDA device")
    if "browser" in item.keywords and not (shutil.which("chromium") or shutil.which("chromium-browser")):
        pytest.fail(
            "no chromium; install it with `apt-get install chromium` or your system's package manager, or leave its "
            'tests out with -m "not browser"',
            pytrace=False,
        )


@pytest.fixture(autouse=True)
def _the_same_threads() -> Iterator[None]:
    """Let a command that sets torch's threads set them for its own test only."""
    torch = sys.modules.get("torch")
    threads = torch.get_num_threads() if torch else None
    yield
    if torch and torch.get_num_threads() != threads:
        torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of the development data, GANATOMY_SHARED or ../shared."""
    path = Path(os.environ.get("GANATOMY_SHARED", ROOT.parent / "shared"))
    if not path.is_dir():
        pytest.skip(f"no development data at {path}; set GANATOMY_SHARED")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Yield a headless Chromium, for tests marked browser."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("needs chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()
