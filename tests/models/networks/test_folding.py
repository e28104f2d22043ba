import pytest
import torch
from torch import nn

from ganatomy.errors import CheckpointError
from ganatomy.models.networks.folding import Folded, load_folded


class Toy(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(1, 2, 1)
        self.classes = nn.Linear(2, 1, bias=False)


LAYERS = [Folded("convolution", "conv1", "bn1")]
KEPT = {"fc.weight": "classes.weight"}


def published() -> dict[str, torch.Tensor]:
    return {
        "conv1.weight": torch.tensor([3.0, 5.0]).view(2, 1, 1, 1),
        "bn1.weight": torch.tensor([2.0, 6.0]),
        "bn1.bias": torch.tensor([1.0, 10.0]),
        "bn1.running_mean": torch.tensor([4.0, 7.0]),
        "bn1.running_var": torch.tensor([3.0, 8.0]),
        "bn1.num_batches_tracked": torch.tensor(9),
        "fc.weight": torch.tensor([[0.5, 0.25]]),
        "fc.bias": torch.tensor([11.0]),
    }


def test_the_norm_becomes_part_of_the_convolution() -> None:
    toy = Toy()
    load_folded(toy, published(), LAYERS, 1.0, KEPT, {"fc.bias"})
    # gain = (2 / sqrt(3 + 1), 6 / sqrt(8 + 1)) = (1, 2); weight = (3, 5) * gain; bias = (1, 10) - (4, 7) * gain
    assert toy.convolution.weight.flatten().tolist() == [3, 10]
    assert toy.convolution.bias.tolist() == [-3, -4]
    assert toy.classes.weight.tolist() == [[0.5, 0.25]]
    assert not toy.training
    assert not any(parameter.requires_grad for parameter in toy.parameters())


@pytest.mark.parametrize(
    ("name", "tensor", "message"),
    [
        ("bn1.bias", None, r"bn1\.bias is missing"),
        ("fc.weight", torch.zeros(3, 2), r"fc\.weight has shape \(3, 2\) instead of \(1, 2\)"),
        ("conv2.weight", torch.zeros(1), r"conv2\.weight is not part of it"),
    ],
)
def test_other_weights_are_refused(name: str, tensor: torch.Tensor | None, message: str) -> None:
    tensors = published()
    if tensor is None:
        del tensors[name]
    else:
        tensors[name] = tensor
    with pytest.raises(CheckpointError, match=rf"not the published weights of Toy: {message}; pass the original file"):
        load_folded(Toy(), tensors, LAYERS, 1.0, KEPT, {"fc.bias"})


def test_of_many_faults_the_first_is_named() -> None:
    with pytest.raises(CheckpointError, match=r"Toy: fc\.weight is missing and 5 more; pass"):
        load_folded(Toy(), {}, LAYERS, 1.0, KEPT)
