"""A tree of tensors and plain values comes back as it was saved, or not at all."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import Tensor

from ganatomy.errors import CheckpointError
from ganatomy.runs import schemas
from ganatomy.runs.state import load_state, save_state

TENSORS = st.builds(
    lambda shape, dtype, seed: torch.randint(0, 2, shape, generator=torch.Generator().manual_seed(seed)).to(dtype),
    st.lists(st.integers(0, 3), max_size=3),
    st.sampled_from(
        [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool]
    ),
    st.integers(0, 99),
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
NAMES = st.text(st.characters(codec="ascii", exclude_characters="/<>"))
TREES = st.recursive(
    PLAIN | TENSORS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def assert_same(ours: Any, theirs: Any) -> None:
    assert type(ours) is type(theirs)
    if isinstance(ours, Tensor):
        assert ours.dtype == theirs.dtype
        assert torch.equal(ours, theirs)
    elif isinstance(ours, dict):
        assert ours.keys() == theirs.keys()
        for key in ours:
            assert_same(ours[key], theirs[key])
    elif isinstance(ours, list):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs, strict=True):
            assert_same(a, b)
    else:
        assert ours == theirs


@settings(deadline=None)  # files, on a disk that may be busy
@given(tree=st.dictionaries(NAMES, TREES, max_size=3))
def test_any_tree_comes_back(tmp_path_factory: pytest.TempPathFactory, tree: dict[str, Any]) -> None:
    path = tmp_path_factory.getbasetemp() / "latest.safetensors"
    save_state(path, tree)
    assert_same(load_state(path), tree)


def test_tuples_become_lists_and_keys_become_text(tmp_path: Path) -> None:
    path = tmp_path / "latest.safetensors"
    save_state(path, {"a": (1, (2.5, torch.ones(1))), 3: math.inf})  # type: ignore[dict-item]
    assert_same(load_state(path), {"a": [1, [2.5, torch.ones(1)]], "3": math.inf})


def test_tensors_come_back_without_gradient_and_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "latest.safetensors"
    weights = torch.ones(2, requires_grad=True)
    save_state(path, {"weights": weights})
    kept = load_state(path)["weights"]
    assert not kept.requires_grad
    kept += 1
    assert weights.tolist() == [1.0, 1.0]
    assert load_state(path)["weights"].tolist() == [1.0, 1.0]


def test_a_missing_snapshot_is_told(tmp_path: Path) -> None:
    path = tmp_path / "latest.safetensors"
    with pytest.raises(CheckpointError) as caught:
        load_state(path)
    assert str(caught.value) == f"no snapshot at {path}; the run has not saved one yet, so start it anew"


def test_a_snapshot_cut_short_anywhere_is_told(tmp_path: Path) -> None:
    path = tmp_path / "latest.safetensors"
    save_state(path, {"weights": torch.arange(100)})
    whole = path.read_bytes()
    for length in (0, 4, 100, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(CheckpointError, match=r"is not a snapshot \(.+\); restore it from a copy of the run"):
            load_state(path)


@pytest.mark.parametrize("metadata", [None, {"other": "x"}, {"state": "{"}])
def test_tensors_that_are_no_snapshot_are_told(tmp_path: Path, metadata: dict[str, str] | None) -> None:
    path = tmp_path / "ema.safetensors"
    save_file({"weight": torch.ones(1)}, path, metadata)
    with pytest.raises(CheckpointError, match=r"ema.safetensors is not a snapshot \(.+\); restore it from a copy of"):
        load_state(path)


def test_a_snapshot_of_another_release_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "latest.safetensors"
    with monkeypatch.context() as later:
        later.setattr(schemas, "TREE", 2)
        save_state(path, {})
    with pytest.raises(CheckpointError) as caught:
        load_state(path)
    assert str(caught.value) == (
        f"{path} has schema 2, this version reads schema 1; start the run anew, or open it with the "
        "version that wrote it"
    )
