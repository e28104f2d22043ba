"""Networks whose layers are opened up."""

import torch
from torch import Tensor, nn


class Net(nn.Module):
    """x -> layer1 (2x) -> in-place ReLU -> layer2 (identity); `spare` never runs, `pair` returns a tuple."""

    def __init__(self) -> None:
        super().__init__()
        self.layer1 = nn.Linear(1, 1, bias=False)
        self.layer1.weight.data.fill_(2.0)
        self.layer2 = nn.Identity()
        self.spare = nn.Identity()
        self.pair = nn.LSTM(1, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer2(torch.relu_(self.layer1(x)))


class Paired(Net):
    def forward(self, x: Tensor) -> Tensor:
        return self.pair(x)[0]


def hooks_left(net: nn.Module) -> int:
    return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in net.modules())


class PlusOne(nn.Module):
    """x + 1; counts its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return x + 1


class Counted(nn.Sequential):
    """x + number."""

    def __init__(self, number: int) -> None:
        super().__init__(*(PlusOne() for _ in range(number)))


class Skipping(nn.Module):
    """10 x + (x + 1) + 1, the first around both layers."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.last = PlusOne(), PlusOne()

    def forward(self, x: Tensor) -> Tensor:
        return 10 * x + self.last(self.inner(x))


class Sum(nn.Module):
    def forward(self, one: Tensor, ten: Tensor, hundred: Tensor) -> Tensor:
        return one + ten + hundred


class Constant(nn.Module):
    def forward(self) -> Tensor:
        return torch.zeros(1)


class Summing(nn.Module):
    """x -> x + 10 x + 100 x, by a layer of three inputs and one of one."""

    def __init__(self) -> None:
        super().__init__()
        self.add, self.head, self.constant = Sum(), nn.Identity(), Constant()

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.add(x, 10 * x, hundred=100 * x)) + self.constant()
