"""Each network sees images as it was trained to, and takes its own weights only."""

import hashlib
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tests.models.published import random_checkpoint
from tests.reference import ade20k as reference
from torch import Tensor, nn

from ganatomy.data.images import to_float
from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.metrics.extractors import load_extractor
from ganatomy.metrics.extractors.published import load_ade20k, read_weights
from ganatomy.models.networks import cifar_resnet, efficientnet, inception
from ganatomy.segment.checkpoint import read_checkpoint
from ganatomy.segment.networks.ade20k import build_deeplab, resize

CPU = torch.device("cpu")
LINEAR = {"linear.weight": "classes.weight", "linear.bias": "classes.bias"}


def pixels(size: int, n: int = 2) -> Tensor:
    """Return uint8 (n, size, size, 3) pixels."""
    rng = torch.Generator().manual_seed(size)
    return torch.randint(0, 256, (n, size, size, 3), dtype=torch.uint8, generator=rng)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def inception_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    network = inception.Inception()
    weights = random_checkpoint(network, inception.published_layers(network), {"fc.weight": "classes.weight"})
    path = tmp_path_factory.mktemp("inception") / "weights.pth"
    torch.save(weights | {"fc.bias": torch.ones(1008)}, path)
    return path


@pytest.fixture(scope="module")
def resnet56_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("resnet56") / "weights.safetensors"
    save_file(random_checkpoint(cifar_resnet.CifarResNet(), cifar_resnet.published_layers(), LINEAR), path)
    return path


@pytest.fixture(scope="module")
def ade20k_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = torch.Generator().manual_seed(0)
    weights = {name: torch.randn(shape, generator=rng) / 9 for name, shape in reference.shapes(2).items()}
    path = tmp_path_factory.mktemp("ade20k") / "weights.safetensors"
    save_file(weights, path, {"labels": json.dumps(["other", "sky"])})
    return path


def test_inception_takes_the_public_file(inception_file: Path) -> None:
    extractor = load_extractor("inception", inception_file)
    features, logits = extractor.extract(to_float(pixels(20, n=1)))
    assert features.shape == (1, extractor.num_features) == (1, 2048)
    assert logits.shape == (1, extractor.num_classes) == (1, 1008)
    assert features.std() > 0.1
    assert extractor.resize == "TF1 bilinear to 299"
    assert extractor.fingerprint == sha256(inception_file)[:16]


def test_inception_sees_the_pixels_of_the_file_rounded_and_clipped(
    resnet56_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Recorder(nn.Module):
        def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
            seen.append(images)
            return torch.zeros(len(images), 2048), torch.zeros(len(images), 1008)

    seen: list[Tensor] = []
    monkeypatch.setattr(inception, "load_inception", lambda tensors: Recorder())
    extractor = load_extractor("inception", resnet56_file)
    every = torch.arange(256, dtype=torch.uint8).view(1, 16, 16, 1).expand(1, 16, 16, 3)
    extractor.extract(to_float(every))
    assert torch.equal(seen[0], every.permute(0, 3, 1, 2).float())
    extractor.extract(torch.tensor([-1.2, 0.001, 1.5]).view(1, 3, 1, 1))
    assert seen[1].flatten().tolist() == [0, 128, 255]


@pytest.mark.parametrize("size", [32, 48])
def test_resnet56_sees_32_pixels(resnet56_file: Path, size: int) -> None:
    extractor = load_extractor("resnet56", resnet56_file)
    images = to_float(pixels(size))
    features, logits = extractor.extract(images)
    network = cifar_resnet.load_cifar_resnet(read_weights(resnet56_file)[0])
    small = nn.functional.interpolate(images, (32, 32), mode="bilinear", antialias=True)
    torch.testing.assert_close((features, logits), network(small), rtol=1e-4, atol=1e-4)
    assert (extractor.num_features, extractor.num_classes) == (64, 10)
    assert extractor.resize == "antialiased bilinear to 32"
    assert extractor.fingerprint == sha256(resnet56_file)[:16]


def test_resizing_to_fewer_pixels_smooths_stripes_away(resnet56_file: Path) -> None:
    extractor = load_extractor("resnet56", resnet56_file)
    stripes = torch.tensor([1.0, -1.0]).repeat(64).expand(1, 3, 128, 128)
    grey = torch.zeros(1, 3, 32, 32)
    inside = extractor.extract(stripes)[0] - extractor.extract(grey)[0]
    assert inside.abs().max() < 0.05 * extractor.extract(grey)[0].abs().max()


def test_efficientnet_sees_224_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    network = efficientnet.EfficientNetLite0Classifier().eval().requires_grad_(False)
    monkeypatch.setattr(efficientnet, "load_efficientnet_lite0_classifier", lambda: network)
    extractor = load_extractor("efficientnet", None)
    images = to_float(pixels(64))
    features, logits = extractor.extract(images)
    large = nn.functional.interpolate(images, (224, 224), mode="bilinear")
    torch.testing.assert_close((features, logits), network(large), rtol=1e-4, atol=1e-5)
    assert (extractor.num_features, extractor.num_classes) == (1280, 1000)
    assert extractor.resize == "antialiased bilinear to 224"
    assert extractor.fingerprint == "579344248a93e230"


@pytest.mark.parametrize(("size", "seen"), [(32, 129), (80, 257)])
def test_ade20k_sees_what_the_segmenter_sees(ade20k_file: Path, size: int, seen: int) -> None:
    extractor = load_ade20k(ade20k_file, CPU)
    images = to_float(pixels(size, n=1))
    features, logits = extractor.extract(images)
    network = build_deeplab(read_checkpoint(ade20k_file))
    torch.testing.assert_close(features, network.pooled(resize(images, (seen, seen))), rtol=1e-4, atol=1e-5)
    assert features.shape == (1, extractor.num_features)
    assert logits is extractor.num_classes is None
    assert extractor.resize.startswith("bilinear, corners aligned, longer side to 129")
    assert extractor.fingerprint == sha256(ade20k_file)[:16]


def test_a_score_does_not_depend_on_the_batch_size(resnet56_file: Path) -> None:
    extractor = load_extractor("resnet56", resnet56_file)
    images = to_float(pixels(32, n=9))
    whole, _ = extractor.extract(images)
    one_by_one = torch.cat([extractor.extract(image[None])[0] for image in images])
    torch.testing.assert_close(one_by_one, whole, rtol=1e-4, atol=1e-5)


def test_weights_of_another_network_are_refused_by_the_name_of_the_file(resnet56_file: Path) -> None:
    with pytest.raises(
        CheckpointError, match=r"weights\.safetensors: these are not the published weights of Inception"
    ):
        load_extractor("inception", resnet56_file)


def test_pickled_and_safe_tensors_read_the_same(tmp_path: Path) -> None:
    tensors = {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor(3, dtype=torch.float16)}
    torch.save(tensors, tmp_path / "w.pth")
    save_file(tensors, tmp_path / "w.safetensors")
    for path in (tmp_path / "w.pth", tmp_path / "w.safetensors"):
        read, digest = read_weights(path)
        assert {name: tensor.tolist() for name, tensor in read.items()} == {"a": [1, 2], "b": 3}
        assert all(tensor.dtype == torch.float32 for tensor in read.values())
        assert digest == sha256(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no weights at .*absent\.pth; pass the path of a \.pth or safetensors file"):
        read_weights(tmp_path / "absent.pth")


class Harmful:
    """What no file of weights may hold."""

    def __reduce__(self):
        return print, ("ran",)


@pytest.mark.parametrize("content", [b"", b"not weights", b"PK\x03\x04 half an archive", b"\x80\x02ab", b"\x80\x02."])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.pth"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"cannot read .*w\.pth as weights \(.*\); fetch it again") as caught:
        read_weights(path)
    assert "\n" not in str(caught.value)


def test_code_in_a_file_does_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save({"a": Harmful()}, tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match=r"cannot read .*w\.pth as weights \(UnpicklingError"):
        read_weights(tmp_path / "w.pth")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("content", [[torch.zeros(1)], {"epoch": 3}])
def test_what_are_not_tensors_by_name_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match=r"w\.pth does not hold a dictionary of tensors; pass the original file"):
        read_weights(tmp_path / "w.pth")
