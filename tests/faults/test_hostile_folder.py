"""A folder of the transformers library from a stranger, named by a record: nothing in it is run."""

import json
import pickle
import sys
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
import torch
from safetensors.torch import load_file
from tests.segment.tiny_models import write_model

from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment.load import load_segmenter


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(write_model(tmp_path / "model", "segformer"))


class Touch:
    """Writes a file where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (str(self.mark), "w")


def test_its_code_is_not_imported(folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "touched"
    (folder / "hostile_code.py").write_text(f"open({str(mark)!r}, 'w').close()\nclass Config: ...\nclass Model: ...\n")
    config = json.loads((folder / "config.json").read_text())
    auto_map = {"AutoConfig": "hostile_code.Config", "AutoModelForSemanticSegmentation": "hostile_code.Model"}
    (folder / "config.json").write_text(json.dumps({**config, "model_type": "hostile", "auto_map": auto_map}))
    choice = SegmenterChoice.from_record(SegmenterChoice(f"hf:{folder}").recorded(), "units.json")
    with pytest.raises(CheckpointError, match="cannot read model"):
        load_segmenter(choice.name)
    assert not mark.exists()
    assert "hostile_code" not in sys.modules


def test_its_pickles_are_read_as_weights_alone(folder: Path, tmp_path: Path) -> None:
    mark, weights = tmp_path / "touched", folder / "model.safetensors"
    tensors: dict[str, Any] = load_file(weights)
    weights.unlink()
    torch.save({**tensors, "hostile": Touch(mark)}, folder / "pytorch_model.bin", pickle_module=pickle)
    with pytest.raises((CheckpointError, ConfigError)):
        load_segmenter(f"hf:{folder}")
    assert not mark.exists()
