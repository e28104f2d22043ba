from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ganatomy.errors import CheckpointError, MissingExtra
from ganatomy.models import efficientnet
from ganatomy.models.efficientnet import EfficientNetLite0, SameConv, fold_batch_norm, load_efficientnet_lite0


@pytest.mark.parametrize("size", [64, 96])
def test_features_at_strides_4_to_32(size: int) -> None:
    features = EfficientNetLite0()(torch.randn(1, 3, size, size))
    assert [tuple(f.shape) for f in features] == [
        (1, channels, size // stride, size // stride)
        for channels, stride in zip((24, 40, 112, 320), (4, 8, 16, 32), strict=True)
    ]


def test_same_padding_is_heavier_to_the_right() -> None:
    conv = SameConv(1, 1, 3, 2, bias=False)
    nn.init.ones_(conv.weight)
    x = torch.arange(16.0).view(1, 1, 4, 4)
    assert conv(x)[0, 0].tolist() == [[45, 39], [66, 50]]


def published(model: EfficientNetLite0) -> dict[str, torch.Tensor]:
    """A checkpoint by the published names, with random BatchNorm statistics."""
    torch.manual_seed(0)
    tensors: dict[str, torch.Tensor] = {}
    for layer in efficientnet._published_layers(model):
        weight = model.get_submodule(layer.ours).weight
        tensors[f"{layer.convolution}.weight"] = torch.randn_like(weight)
        for name in ("weight", "running_var"):
            tensors[f"{layer.norm}.{name}"] = torch.rand(len(weight)) + 0.5
        for name in ("bias", "running_mean"):
            tensors[f"{layer.norm}.{name}"] = torch.randn(len(weight))
    return tensors


def test_folding_equals_convolution_then_batch_norm() -> None:
    model = EfficientNetLite0()
    tensors = published(model)
    folded = fold_batch_norm(tensors, model)
    norm = nn.BatchNorm2d(32, eps=1e-3).eval()
    norm.load_state_dict(
        {k: tensors[f"_bn0.{k}"] for k in ("weight", "bias", "running_mean", "running_var")}, strict=False
    )
    x = torch.randn(2, 3, 9, 9)
    expected = norm(F.conv2d(x, tensors["_conv_stem.weight"]))
    torch.testing.assert_close(F.conv2d(x, folded["stem.weight"], folded["stem.bias"]), expected, rtol=1e-4, atol=1e-4)
    model.load_state_dict(folded)


def test_a_checkpoint_with_a_missing_tensor_is_refused() -> None:
    with pytest.raises(CheckpointError, match=r"EfficientNet-Lite0 checkpoint has no tensor '_bn0\.weight'"):
        fold_batch_norm({}, EfficientNetLite0())


def test_published_weights_are_converted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path))
    model = load_efficientnet_lite0()
    (cached,) = tmp_path.iterdir()
    assert cached.suffix == ".safetensors"
    assert not any(p.requires_grad for p in model.parameters())
    monkeypatch.setattr(efficientnet, "_published_file", lambda: pytest.fail("read twice"))
    again = load_efficientnet_lite0()
    assert torch.equal(again.stem.weight, model.stem.weight)


def test_other_weights_under_the_published_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path / "cache"))
    other = tmp_path / "other.pth"
    other.write_bytes(b"not weights")
    monkeypatch.setattr(efficientnet, "_published_file", lambda: other)
    with pytest.raises(CheckpointError, match=r"other\.pth has SHA-256 .*, expected 579344248a93e230"):
        load_efficientnet_lite0()


def test_without_the_extra_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path))
    monkeypatch.setattr(efficientnet.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'ganatomy\[projected\]'"):
        load_efficientnet_lite0()
