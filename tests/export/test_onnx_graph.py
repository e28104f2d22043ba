"""Graphs of ONNX compute what torch computes."""

import sys

import pytest
import torch
from torch import Tensor, nn

from ganatomy.errors import ConfigError, MissingExtra
from ganatomy.export.onnx_graph import Running, Traced, fold, graph_of, require_onnx, with_blend
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.networks.upsampling import UpsampledConv


class Doubled(nn.Module):
    """2 r, whatever else it is given."""

    def forward(self, r: Tensor, _z: Tensor) -> Tensor:
        return r * 2


def test_a_blend_before_a_graph_broadcasts_in_every_dimension_but_that_of_the_units() -> None:
    """2 ((1 - alpha) r + alpha k), by hand."""
    r = torch.arange(16.0).view(2, 2, 2, 2)
    model = graph_of(Traced(Doubled()), {"features": r, "z": torch.zeros(2, 1)}, "images", "it")
    run = Running(with_blend(model, "features", (2, 2, 2)))
    assert run.inputs == ("features", "alpha", "k")  # z is of no use
    none, half = torch.zeros(1, 2, 1, 1), torch.tensor([0.0, 0.5]).view(1, 2, 1, 1)
    assert torch.equal(run(features=r, alpha=none, k=none, z=none), 2 * r)
    by_hand = torch.stack([2 * r[:, 0], r[:, 1] + 3], 1)
    assert torch.equal(run(features=r, alpha=half, k=torch.full((1, 2, 1, 1), 3.0)), by_hand)
    cell = torch.zeros(1, 2, 2, 2)
    cell[0, 1, 0, 1] = 1
    by_hand = 2 * r
    by_hand[:, 1, 0, 1] = torch.tensor([10.0, -10.0])
    value = torch.tensor([5.0, -5.0]).view(2, 1, 1, 1).expand(2, 2, 1, 1)
    assert torch.equal(run(features=r, alpha=cell, k=value.contiguous()), by_hand)
    one = run(features=r[:1], alpha=torch.ones(1, 2, 1, 1), k=none)
    assert torch.equal(one, torch.zeros(1, 2, 2, 2))


def test_what_cannot_be_traced_is_told_in_one_line() -> None:
    class Chosen(nn.Module):
        def forward(self, z: Tensor) -> Tensor:
            return z * 2 if z.sum() > 0 else z

    with pytest.raises(
        ConfigError, match=r"^it cannot be written as ONNX \(.*\); give --format safetensors or module$"
    ):
        graph_of(Traced(Chosen()), {"z": torch.ones(2, 3)}, "images", "it")


def test_kernels_that_are_made_in_each_pass_are_made_once() -> None:
    generator = Generator(GeneratorShape(16, (6, 4), z_dim=5)).eval()
    z = torch.randn(3, 5)
    images = generator(z)
    folded = fold(generator)
    assert not any(isinstance(part, UpsampledConv) for part in folded.modules())
    torch.testing.assert_close(folded(z), images, atol=1e-6, rtol=0)


@pytest.mark.parametrize("missing", ["onnx", "onnxruntime", "onnxscript"])
def test_a_missing_package_is_an_extra(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(
        MissingExtra, match=rf"ONNX needs {missing}, which is not installed; `pip install 'ganatomy\[onnx"
    ):
        require_onnx()
