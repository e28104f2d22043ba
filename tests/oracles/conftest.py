"""Libraries that are compared with: torch-fidelity and prdc, neither of them needed to develop.

torch-fidelity imports torchvision, which has no build for this torch; a stand-in takes its place in a process of its
own, never in the one that runs the tests.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).parent / "published.py"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """Return what the other library, by its name, makes of the features in `features.py`."""
    answers: dict[str, dict[str, Any]] = {}

    def ask(library: str) -> dict[str, Any]:
        if library not in answers:
            done = subprocess.run([sys.executable, PROGRAM, library], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            answers[library] = json.loads(done.stdout.splitlines()[-1])
        if (reason := answers[library].get("missing")) is not None:
            pytest.skip(f"needs {library} ({reason}): pip install --no-deps torch-fidelity prdc tqdm")
        return answers[library]

    return ask
