"""Generators as other people define them, with weights of chance and BatchNorms that have seen their inputs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from ganatomy.config.importing import ImportConfig
from ganatomy.exchange.session import Imported, import_generator


def example(z: int = 20, width: int = 6, channels: int = 3, act: nn.Module | None = None, bias: bool = False):
    """Return the DCGAN of PyTorch's example, narrow, for 32 px."""

    def block(inputs: int, outputs: int, stride: int, padding: int) -> list[nn.Module]:
        conv = nn.ConvTranspose2d(inputs, outputs, 4, stride, padding, bias=bias)
        return [conv, nn.BatchNorm2d(outputs), act or nn.ReLU(True)]

    return nn.Sequential(
        *block(z, 4 * width, 1, 0),
        *block(4 * width, 2 * width, 2, 1),
        *block(2 * width, width, 2, 1),
        nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=bias),
        nn.Tanh(),
    )


class Upsampled(nn.Module):
    """A linear map, then upsampling and convolutions; BatchNorm adds .8 to a variance."""

    def __init__(self, z: int = 20) -> None:
        super().__init__()
        self.l1 = nn.Sequential(nn.Linear(z, 12 * 64))
        self.conv_blocks = nn.Sequential(
            nn.BatchNorm2d(12),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(12, 12, 3, padding=1),
            nn.BatchNorm2d(12, 0.8),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(12, 8, 3, padding=1),
            nn.BatchNorm2d(8, 0.8),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(8, 3, 3, padding=1),
            nn.Tanh(),
        )

    def forward(self, z: Tensor) -> Tensor:
        return self.conv_blocks(self.l1(z).view(len(z), 12, 8, 8))


class Functional(nn.Module):
    """Layers by attributes, rectified in the forward pass."""

    def __init__(self, z: int = 20) -> None:
        super().__init__()
        self.convTr1 = nn.ConvTranspose2d(z, 16, 4, 1, 0, bias=False)
        self.batchNorm1 = nn.BatchNorm2d(16)
        self.convTr2 = nn.ConvTranspose2d(16, 8, 4, 2, 1, bias=False)
        self.batchNorm2 = nn.BatchNorm2d(8)
        self.convTr3 = nn.ConvTranspose2d(8, 3, 4, 2, 1, bias=False)

    def forward(self, z: Tensor) -> Tensor:
        x = torch.relu(self.batchNorm1(self.convTr1(z)))
        return torch.tanh(self.convTr3(torch.relu(self.batchNorm2(self.convTr2(x)))))


class Blocks(nn.Module):
    """Blocks whose names sort otherwise than they run, with a linear map normalised before it becomes cells."""

    def __init__(self, z: int = 20) -> None:
        super().__init__()
        self.project = nn.ModuleDict({"fc": nn.Linear(z, 160), "bn": nn.BatchNorm1d(160)})
        self.up1 = nn.ModuleDict({"conv": nn.ConvTranspose2d(10, 7, 4, 2, 1), "bn": nn.BatchNorm2d(7)})
        self.to_rgb = nn.ConvTranspose2d(7, 3, 4, 2, 1)

    def forward(self, z: Tensor) -> Tensor:
        x = torch.relu(self.project["bn"](self.project["fc"](z))).view(len(z), 10, 4, 4)
        return torch.tanh(self.to_rgb(torch.relu(self.up1["bn"](self.up1["conv"](x)))))


def drawn(n: int, z: int, law: str = "normal", seed: int = 0) -> Tensor:
    """Return latents (n, z)."""
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(n, z, generator=rng) if law == "normal" else torch.rand(n, z, generator=rng) * 2 - 1


def settled(network: nn.Module, z: int, law: str = "normal", spatial: bool = True, seed: int = 0) -> nn.Module:
    """Return a network in evaluation mode, with weights drawn anew and statistics of BatchNorm as after a training."""
    torch.manual_seed(seed)
    for part in network.modules():
        if isinstance(part, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0, (2 / part.weight[0].numel()) ** 0.5)
        if isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d):
            part.momentum = None
            if part.affine:
                nn.init.uniform_(part.weight, 0.5, 1.5)
                nn.init.normal_(part.bias, 0, 0.3)
    network.train()
    with torch.no_grad():
        for step in range(8):
            latents = drawn(128, z, law, seed=100 + step)
            network(latents[:, :, None, None] if spatial else latents)
    return network.eval()


def named(weights: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return weights with something before each name."""
    return {f"{prefix}{name}": value for name, value in weights.items()}


def written(path: Path, weights: Mapping[str, object]) -> Path:
    """Write weights as the suffix says, and return the file."""
    if path.suffix == ".safetensors":
        save_file({name: value.contiguous() for name, value in weights.items()}, path)
    else:
        torch.save(weights, path)
    return path


def imported(file: Path, **settings: Any) -> Imported:
    """Return the run that is made of a file, beside it."""
    return import_generator(ImportConfig(str(file), out=file.parent / "runs", **settings))
