"""Weights are read or refused in one line that says what is wrong."""

import hashlib
import json

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment.checkpoint import load_weights, read_checkpoint, read_concepts


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "net.safetensors"
    save_file(
        {"weight": torch.ones(2, 3).half(), "bias": torch.zeros(2)}, path, {"labels": json.dumps(["sky", "sea, ocean"])}
    )
    return path


def test_widens_to_float32_and_hashes_the_file(path):
    checkpoint = read_checkpoint(path)
    assert checkpoint.tensors["weight"].dtype == torch.float32
    assert checkpoint.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read_concepts(checkpoint, "labels") == ("sky", "sea")


def test_copies_and_freezes(path):
    network = nn.Linear(3, 2)
    load_weights(network, read_checkpoint(path).tensors, path)
    assert torch.equal(network.weight, torch.ones(2, 3))
    assert not network.training
    assert not network.weight.requires_grad


def test_a_missing_file_says_what_to_pass(tmp_path):
    with pytest.raises(ConfigError, match=r"no weights at .*nowhere; pass the path of a safetensors file"):
        read_checkpoint(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x10\0\0\0\0\0\0\0{not json at all"])
def test_refuses_what_is_not_safetensors(tmp_path, content):
    path = tmp_path / "bad.safetensors"
    path.write_bytes(content)
    with pytest.raises(
        CheckpointError, match=r"bad.safetensors is not a safetensors file \(.*\); pass the original"
    ) as info:
        read_checkpoint(path)
    assert "\n" not in str(info.value)


def test_refuses_a_truncated_file(path):
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(CheckpointError, match="is not a safetensors file"):
        read_checkpoint(path)


@pytest.mark.parametrize(
    "metadata", [None, {"other": "x"}, {"labels": "not json"}, {"labels": "3"}, {"labels": "[1, 2]"}]
)
def test_refuses_metadata_without_names(tmp_path, metadata):
    path = tmp_path / "nameless.safetensors"
    save_file({"weight": torch.ones(1)}, path, metadata)
    with pytest.raises(CheckpointError, match=r"holds no concept names; its metadata needs a JSON list under 'labels'"):
        read_concepts(read_checkpoint(path), "labels")


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"weight": torch.ones(2, 3)}, "does not fit Linear: bias is missing; pass"),
        ({}, "weight is missing and 1 more; pass"),
        ({"weight": torch.ones(2, 3), "bias": torch.ones(2), "scale": torch.ones(1)}, "scale is not part of it; pass"),
        ({"weight": torch.ones(3, 2), "bias": torch.ones(2)}, r"weight has shape \(3, 2\) instead of \(2, 3\); pass"),
    ],
)
def test_names_the_first_weight_that_does_not_fit(path, tensors, message):
    with pytest.raises(CheckpointError, match=message):
        load_weights(nn.Linear(3, 2), tensors, path)
