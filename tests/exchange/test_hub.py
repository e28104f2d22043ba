"""Models of the Hugging Face hub."""

import sys
import types
from pathlib import Path

import pytest

from ganatomy.errors import CheckpointError, MissingExtra
from ganatomy.exchange.hub import fetched


def test_paths_and_folders_are_as_they_are(tmp_path: Path) -> None:
    assert fetched("a/b.pth") == Path("a/b.pth")
    assert fetched(f"hf:{tmp_path}") == tmp_path


def test_a_model_is_fetched_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = types.ModuleType("huggingface_hub")
    hub.snapshot_download = lambda name, allow_patterns: str(tmp_path / name)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    assert fetched("hf:owner/name") == tmp_path / "owner/name"

    def fails(name: str, allow_patterns: list[str]) -> str:
        raise ConnectionError("no route\nto host")

    hub.snapshot_download = fails  # type: ignore[attr-defined]
    with pytest.raises(
        CheckpointError, match=r"'hf:owner/name' is no folder here, and cannot be fetched \(no route to"
    ):
        fetched("hf:owner/name")
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingExtra, match=r"need its library: pip install 'ganatomy\[transformers\]'"):
        fetched("hf:owner/name")
