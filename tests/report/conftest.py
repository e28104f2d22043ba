"""A run that is made once."""

from pathlib import Path

import pytest
from tests.report.fixture_run import make_run


@pytest.fixture(scope="session")
def full_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run with all parts; tests do not change it."""
    return make_run(tmp_path_factory.mktemp("runs") / "0001-photos", generations=300, units=24, size=16)
