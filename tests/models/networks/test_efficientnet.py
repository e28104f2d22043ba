from pathlib import Path

import pytest
import torch
from torch import nn

from ganatomy.errors import CheckpointError, MissingExtra
from ganatomy.models.networks import efficientnet
from ganatomy.models.networks.efficientnet import (
    EfficientNetLite0,
    EfficientNetLite0Classifier,
    SameConv,
    load_efficientnet_lite0,
    load_efficientnet_lite0_classifier,
    published_layers,
)


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


def test_the_classifier_ends_in_the_mean_of_1280_maps() -> None:
    model = EfficientNetLite0Classifier().eval()
    x = torch.randn(1, 3, 32, 32)
    features, logits = model(x)
    expected = model.head(model.body(x)[-1]).clamp(0, 6)[0, :, 0, 0]
    torch.testing.assert_close(features[0], expected)
    assert features.shape == (1, 1280)
    torch.testing.assert_close(logits, features @ model.classes.weight.T + model.classes.bias)


def test_published_names_are_numbered_as_the_blocks_are() -> None:
    names = [layer.convolution for layer in published_layers(EfficientNetLite0Classifier())]
    assert names[:4] == ["_conv_stem", "_blocks.0._depthwise_conv", "_blocks.0._project_conv", "_blocks.1._expand_conv"]
    assert names[-2:] == ["_blocks.15._project_conv", "_conv_head"]
    assert len(names) == 1 + 2 + 15 * 3 + 1


def test_published_weights_are_converted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path))
    model = load_efficientnet_lite0()
    (cached,) = tmp_path.iterdir()
    assert cached.suffix == ".safetensors"
    assert not any(p.requires_grad for p in model.parameters())
    monkeypatch.setattr(efficientnet, "_published_file", lambda: pytest.fail("read twice"))
    again = load_efficientnet_lite0_classifier()
    assert torch.equal(again.body.stem.weight, model.stem.weight)
    assert not any(p.requires_grad for p in again.parameters())
    assert not again.training


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
