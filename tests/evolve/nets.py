"""Small networks and settings for the tests of evolution."""

import torch
from torch import Tensor, nn

from ganatomy.evolve.environment import Environment
from ganatomy.evolve.generation import GenerationSettings, Streams
from ganatomy.evolve.objectives import OBJECTIVES
from ganatomy.evolve.population import AdamSettings, Individual
from ganatomy.models.dcgan import Discriminator, Generator, GeneratorShape
from ganatomy.seeds import stream

SIZE = 16


def generator(seed: int = 0, batch_norm: bool = True) -> Generator:
    torch.manual_seed(seed)
    return Generator(GeneratorShape(SIZE, (8, 6), z_dim=5, batch_norm=batch_norm))


def environment(seed: int = 1, batch_norm: bool = True) -> Environment:
    torch.manual_seed(seed)
    discriminator = Discriminator(SIZE, (4, 8), batch_norm=batch_norm).eval()
    return Environment(discriminator, AdamSettings().optimizer(discriminator))


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


def patch_environment() -> Environment:
    torch.manual_seed(2)
    discriminator = PatchDiscriminator()
    return Environment(discriminator, AdamSettings().optimizer(discriminator))


def population(n: int = 1) -> list[Individual]:
    nets = [generator(seed) for seed in range(n)]
    return [Individual(net, AdamSettings(learning_rate=1e-3).optimizer(net)) for net in nets]


def settings(**changes: object) -> GenerationSettings:
    base: dict[str, object] = {
        "objectives": tuple(OBJECTIVES.values()),
        "gamma": 0.5,
        "survivors": 1,
        "batch_size": 6,
        "evaluation_size": 6,
        "discriminator_steps": 1,
        "augment": False,
    }
    return GenerationSettings(**(base | changes))  # type: ignore[arg-type]


def streams(seed: int = 0) -> Streams:
    return Streams(*(stream(seed, name) for name in ("latent", "evaluation", "augmentation", "shuffle")))


def real_images(seed: int = 3):
    rng = stream(seed, "real")
    return lambda n: torch.rand((n, 3, SIZE, SIZE), generator=rng) * 2 - 1
