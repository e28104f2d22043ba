"""Photos inverted: latents, then the features of one layer, with errors and with what is unusual about them."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from ganatomy.invert.closeness import Closeness, Errors, Target
from ganatomy.invert.encoder import Encoder
from ganatomy.invert.features import FoundFeatures, LayerHalves, find_features
from ganatomy.invert.latents import EXPLORED, LatentProtocol, find_latents, starts_of
from ganatomy.invert.law import entries_of, length
from ganatomy.invert.ranges import Ranges
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.progress import SILENT, Progress

ENCODER, LATENT, FEATURES = "encoder", "latent", "features"
STAGES = (ENCODER, LATENT, FEATURES)
"""From which images come: the encoder's latents, optimised ones, and featuremaps near those."""


@dataclass(frozen=True)
class InversionProtocol:
    """How photos are inverted."""

    latents: LatentProtocol = field(default_factory=LatentProtocol)
    distance: float = 1.0
    """How far a cell of the layer may be from what the latents give, in standard deviations of its unit."""
    feature_steps: int = 60
    seed: int = 0
    """Of the latents that are drawn to start from."""
    batch_size: int = 16
    """Photos at a time; what comes out does not depend on it but for rounding."""

    @property
    def updates(self) -> int:
        """Passes of one photo through the generator, or a part of it."""
        explored = self.latents.steps // EXPLORED if self.latents.restarts > 1 else 0
        return self.latents.steps + explored * (self.latents.restarts - 1) + self.feature_steps


@dataclass(frozen=True, eq=False)
class Inversion:
    """Photos, and what was found for them."""

    photos: Tensor
    """(n, 3, s, s) in [-1, 1]."""
    images: dict[str, Tensor]
    """(n, 3, s, s) of every stage."""
    errors: dict[str, Errors]
    """Of every stage."""
    found: FoundFeatures
    outside: dict[str, Tensor]
    """(n,) part of the cells beyond what is usual of their unit, at the stages `latent` and `features`."""
    length: Tensor
    """(n,) of the latents, see `ganatomy.invert.law.length`."""
    seconds: dict[str, Tensor]
    """(n,) of each photo at every stage: its share of those of its batch."""

    def __len__(self) -> int:
        return len(self.photos)

    @property
    def z(self) -> Tensor:
        """(n, z_dim) latents, or with the class (n, z_dim + 1)."""
        return self.found.z

    def take(self, places: Tensor) -> "Inversion":
        """Return what was found for some of the photos, by their places (m,)."""
        return _each([self], lambda parts: parts[0][places])

    @staticmethod
    def cat(parts: Sequence["Inversion"]) -> "Inversion":
        """Return what was found for the photos of all parts, one or more."""
        return _each(parts, lambda tensors: torch.cat(list(tensors)))


@dataclass(frozen=True, eq=False)
class Inverter:
    """All that photos are inverted with."""

    generator: GeneratorNetwork
    """In evaluation mode."""
    encoder: Encoder
    closeness: Closeness
    halves: LayerHalves
    """The generator at the layer whose features are found."""
    ranges: Ranges
    """Of the units of that layer."""
    protocol: InversionProtocol

    def of_any_class(self) -> "Inverter":
        """Return the same, but that classes are tried where one is given."""
        latents = replace(self.protocol.latents, class_number=None)
        return replace(self, protocol=replace(self.protocol, latents=latents))

    def invert(self, photos: Tensor, progress: Progress = SILENT, said: str = "inverting") -> Inversion:
        """Return what is found for photos.

        Args:
            photos: (n, 3, s, s) in [-1, 1], of the generator's size.
            progress: told of every update.
            said: what is done, for the progress.
        """
        with progress.task(said, len(photos) * self.protocol.updates, unit="update") as task:
            parts = [self._batch(batch, task.advance) for batch in torch.split(photos, self.protocol.batch_size)]
        return Inversion.cat(parts)

    def _batch(self, photos: Tensor, advance: Callable[[int], None]) -> Inversion:
        generator, protocol, seconds = self.generator, self.protocol, dict[str, Tensor]()
        with _frozen(generator):
            target = self.closeness.target(photos)
            with _timed(seconds, ENCODER, len(photos)):
                starts = starts_of(generator, self.encoder, photos, protocol.latents, protocol.seed)
            with _timed(seconds, LATENT, len(photos)):
                z = find_latents(generator, self.closeness, target, starts, protocol.latents, advance)
            with _timed(seconds, FEATURES, len(photos)):
                found = find_features(
                    self.halves, self.closeness, target, z, self.ranges, protocol.distance, protocol.feature_steps,
                    protocol.latents.pull, advance,
                )  # fmt: skip
        return self._told(target, starts[:, 0], z, found, seconds)

    @torch.no_grad()
    def _told(
        self, target: Target, start: Tensor, z: Tensor, found: FoundFeatures, seconds: dict[str, Tensor]
    ) -> Inversion:
        images = {ENCODER: self.generator(start), LATENT: self.generator(z), FEATURES: found.images}
        return Inversion(
            photos=target.photos,
            images=images,
            errors={stage: self.closeness.errors(shown, target) for stage, shown in images.items()},
            found=found,
            outside={
                LATENT: self.ranges.outside(found.before),
                FEATURES: self.ranges.outside(found.featuremaps),
            },
            length=length(entries_of(self.generator, found.z)),
            seconds=seconds,
        )


Gather = Callable[[Sequence[Tensor]], Tensor]


def _each(parts: Sequence[Inversion], gather: Gather) -> Inversion:
    """Return an inversion whose every tensor is gathered from those of the parts."""

    def each(values: Sequence[Any]) -> Any:
        first = values[0]
        if isinstance(first, Tensor):
            return gather(values)
        if isinstance(first, dict):
            return {key: each([value[key] for value in values]) for key in first}
        if is_dataclass(first) and not isinstance(first, type):
            names = [one.name for one in fields(first)]
            return type(first)(*(each([getattr(value, name) for value in values]) for name in names))
        return first

    gathered: Inversion = each(parts)
    return gathered


@contextmanager
def _timed(seconds: dict[str, Tensor], stage: str, n: int) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[stage] = torch.full((n,), (time.perf_counter() - began) / n, dtype=torch.float64)


@contextmanager
def _frozen(generator: nn.Module) -> Iterator[None]:
    """Have no gradients taken of weights meanwhile, which would take time and memory."""
    trained = [parameter for parameter in generator.parameters() if parameter.requires_grad]
    try:
        for parameter in trained:
            parameter.requires_grad_(False)
        yield
    finally:
        for parameter in trained:
            parameter.requires_grad_(True)
