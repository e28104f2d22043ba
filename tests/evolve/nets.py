"""Small networks and settings for the tests of evolution."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from ganatomy.evolve.environment import Environment
from ganatomy.evolve.generation import GenerationSettings, Streams
from ganatomy.evolve.objectives import OBJECTIVES
from ganatomy.evolve.population import AdamSettings, Individual
from ganatomy.models.networks.dcgan import Discriminator, Generator, GeneratorShape
from ganatomy.seeds import stream

SIZE = 16
THREE = ("heuristic", "minimax", "least_squares")
"""The paper's objectives."""


def generator(seed: int = 0, batch_norm: bool = True) -> Generator:
    torch.manual_seed(seed)
    return Generator(GeneratorShape(SIZE, (8, 6), z_dim=5, batch_norm=batch_norm))


def environment(seed: int = 1, batch_norm: bool = True, **parts: Any) -> Environment:
    torch.manual_seed(seed)
    discriminator = Discriminator(SIZE, (4, 8), batch_norm=batch_norm).eval()
    return Environment(discriminator, AdamSettings().optimizer(discriminator), **parts)


class PatchDiscriminator(nn.Module):
    """Nine logits an image."""

    couples_samples = False

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Conv2d(3, 1, 4, stride=5)

    def features(self, images: Tensor) -> list[Tensor]:
        return [images]

    def judge(self, features: list[Tensor]) -> Tensor:
        return self.body(features[0]).flatten(1)


def patch_environment(**parts: Any) -> Environment:
    torch.manual_seed(2)
    discriminator = PatchDiscriminator()
    return Environment(discriminator, AdamSettings().optimizer(discriminator), **parts)


ENVIRONMENTS: dict[str, Callable[..., Environment]] = {
    "batch norm couples samples": environment,
    "no layer couples samples": lambda **parts: environment(batch_norm=False, **parts),
    "many logits an image": patch_environment,
}


def population(n: int = 1, learning_rate: float = 1e-3, batch_norm: bool = True) -> list[Individual]:
    nets = [generator(seed, batch_norm) for seed in range(n)]
    return [Individual(net, AdamSettings(learning_rate).optimizer(net)) for net in nets]


class Constant(nn.Module):
    """Latents (n, 1) to points (n, 2), all of them the same: its weights."""

    z_dim = 1

    def __init__(self, *point: float) -> None:
        super().__init__()
        self.point = nn.Parameter(torch.tensor(point))

    def forward(self, z: Tensor) -> Tensor:
        return self.point.expand(len(z), -1)


def constants(*points: tuple[float, float], learning_rate: float = 0.5) -> list[Individual]:
    """Return individuals that each make one point; SGD moves it by the learning rate times the gradient."""
    nets = [Constant(*point) for point in points]
    return [Individual(net, torch.optim.SGD(net.parameters(), learning_rate)) for net in nets]  # type: ignore[arg-type]


class Plane(nn.Module):
    """Judges points (n, 2) by their first coordinate, times a weight that learns."""

    couples_samples = False

    def __init__(self, w: float = 1.0) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.tensor(w))

    def features(self, points: Tensor) -> list[Tensor]:
        return [points]

    def judge(self, features: list[Tensor]) -> Tensor:
        return self.w * features[0][:, :1]


def plane(w: float = 1.0) -> Environment:
    discriminator = Plane(w)
    return Environment(discriminator, AdamSettings().optimizer(discriminator))


def objectives(*names: str) -> Any:
    return tuple(OBJECTIVES[name] for name in names or THREE)


def settings(**changes: object) -> GenerationSettings:
    base: dict[str, object] = {
        "objectives": objectives(),
        "gamma": 0.5,
        "survivors": 1,
        "batch_size": 6,
        "evaluation_size": 6,
        "discriminator_steps": 1,
        "augment": False,
    }
    return GenerationSettings(**(base | changes))  # type: ignore[arg-type]


def streams(seed: int = 0) -> Streams:
    return Streams(*(stream(seed, name) for name in ("latent", "evaluation", "augmentation", "shuffle", "mutation")))


def real_images(seed: int = 3) -> Callable[[int], Tensor]:
    rng = stream(seed, "real")
    return lambda n: torch.rand((n, 3, SIZE, SIZE), generator=rng) * 2 - 1


def real_points(seed: int = 3) -> Callable[[int], Tensor]:
    rng = stream(seed, "real")
    return lambda n: torch.randn((n, 2), generator=rng)


def averages(images: Tensor) -> Tensor:
    """An extractor: the mean of each quarter of each channel, (n, 12)."""
    return nn.functional.adaptive_avg_pool2d(images, 2).flatten(1)
