"""A run whose layer is dissected already, for what goes on from there."""

from pathlib import Path
from types import ModuleType

import pytest
from tests.cli.tiny import write_run

from ganatomy.config.dissect import DissectConfig
from ganatomy.dissect import session
from ganatomy.progress import SILENT
from ganatomy.segment.planted import PlantedSegmenter


def dissected_run(
    out: Path, monkeypatch: pytest.MonkeyPatch, *sessions: ModuleType, layers: tuple[str, ...] = ("layer2",)
) -> Path:
    """Write a run of a tiny untrained generator and dissect layers of it, looked at by colour.

    Args:
        out: where to.
        monkeypatch: of the test.
        sessions: modules in which whatever segmenter is asked for is the planted one from now on.
        layers: that are dissected.
    """
    for module in (session, *sessions):
        monkeypatch.setattr(module, "load_choice", lambda *_: PlantedSegmenter())
    path = write_run(out).path
    session.dissect_run(DissectConfig((path,), layers, segmenter="scenes", num_images=20, grid=16), SILENT)
    return path
