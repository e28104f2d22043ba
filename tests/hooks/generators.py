"""Generators that are no chains, as others write them."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Down(nn.Sequential):
    """Begins, like pix2pix, with an activation in place, which changes what its caller keeps too."""

    def __init__(self, width: int, wider: int) -> None:
        super().__init__(nn.LeakyReLU(0.2, inplace=True), nn.Conv2d(width, wider, 3, 2, 1), nn.BatchNorm2d(wider))


class Up(nn.Sequential):
    """Twice the size."""

    def __init__(self, wider: int, width: int) -> None:
        super().__init__(nn.ReLU(inplace=True), nn.ConvTranspose2d(wider, width, 4, 2, 1), nn.BatchNorm2d(width))


class Skips(nn.Module):
    """(n, 8) -> (n, 3, 16, 16), a map that is made small and large again, with ways around that."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.stem = nn.Linear(8, width * 256)
        self.enter = nn.Conv2d(width, width, 3, 1, 1)
        self.down1, self.down2 = Down(width, 2 * width), Down(2 * width, 4 * width)
        self.middle = nn.Sequential(nn.Conv2d(4 * width, 4 * width, 3, 1, 1), nn.Sequential(nn.Softplus()))
        self.up2, self.up1 = Up(4 * width, 2 * width), Up(4 * width, width)
        self.output = nn.Conv2d(width, 3, 1)

    def forward(self, z: Tensor) -> Tensor:
        one = self.enter(torch.relu_(self.stem(z)).view(len(z), -1, 16, 16))
        two = self.down1(one)
        up = self.up2(self.middle(self.down2(two)))
        return torch.tanh(self.output(self.up1(torch.cat([up, two], 1)) + one))


class Styled(nn.Module):
    """A convolution whose kernels are those of each sample's style, and noise that stays."""

    def __init__(self, width: int, size: int) -> None:
        super().__init__()
        self.affine = nn.Linear(8, width)
        self.weight = nn.Parameter(torch.randn(width, width, 3, 3) / width)
        self.register_buffer("noise", torch.randn(size, size))

    def forward(self, x: Tensor, w: Tensor, gain: float = 1.0) -> Tensor:
        n, width, *size = x.shape
        kernels = self.weight * self.affine(w)[:, None, :, None, None]
        grouped = F.conv2d(x.reshape(1, -1, *size), kernels.flatten(0, 1), padding=1, groups=n)
        return F.leaky_relu(grouped.view(n, width, *size) + self.noise, 0.2) * gain


class Block(nn.Module):
    """Twice the size, two styled convolutions, and the image so far with its part of it."""

    def __init__(self, width: int, size: int) -> None:
        super().__init__()
        self.conv0, self.conv1 = Styled(width, size), Styled(width, size)
        self.torgb = nn.Conv2d(width, 3, 1)

    def forward(self, x: Tensor, image: Tensor | None, ws: Tensor, force: bool = False) -> tuple[Tensor, Tensor]:
        styles = iter(ws.unbind(1))
        x = F.interpolate(x, scale_factor=2.0)
        x = self.conv1(self.conv0(x, next(styles)), w=next(styles), gain=0.5)
        shown = self.torgb(x)
        return x, shown if image is None else shown + F.interpolate(image, scale_factor=2.0)


class Constant(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.start = nn.Parameter(torch.randn(width, 4, 4))

    def forward(self) -> Tensor:
        return self.start


class Mapping(nn.Module):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.layers = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 8))

    def forward(self, z: Tensor, truncation: float = 1.0) -> Tensor:
        return (self.layers(F.normalize(z)) * truncation)[:, None].expand(-1, self.number, -1)


class Synthesis(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.constant = Constant(width)
        for size in (8, 16, 32):
            self.add_module(f"b{size}", Block(width, size))

    def forward(self, ws: Tensor, **options: bool) -> Tensor:
        x, image = self.constant().expand(len(ws), -1, -1, -1), None
        for number, size in enumerate((8, 16, 32)):
            x, image = getattr(self, f"b{size}")(x, image, ws[:, 2 * number : 2 * number + 2], **options)
        return image


class Style(nn.Module):
    """(n, 8) -> (n, 3, 32, 32): a mapping network's styles in every layer, a constant start, and images added up."""

    def __init__(self, width: int = 6) -> None:
        super().__init__()
        self.mapping, self.synthesis = Mapping(6), Synthesis(width)

    def forward(self, z: Tensor, truncation: float = 0.7) -> Tensor:
        return self.synthesis(self.mapping(z, truncation=truncation), force=True)
