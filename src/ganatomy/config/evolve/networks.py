"""What networks there are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from ganatomy.config.bounds import Amount, MultipleOf, require_bounds
from ganatomy.config.unused import refuse_unused
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class NetworkSettings:
    """The generator and the discriminator; points in the plane have perceptrons of their own."""

    generator: Literal["light", "released", "constant", "resnet", "progan"] = "light"
    """`light` for two cores, the shapes E-GAN's authors `released`, `constant` filters without normalisation, a
    `resnet`, or a `progan`, which grows as --start-size tells; points in the plane have a perceptron of their own."""
    width: Amount = 1.0
    """Factor of the width of every layer of DCGAN and `progan` networks; 0.5 makes the released 128 filters 64, and 8
    a `progan` that of the paper."""
    generator_norm: Literal["preset", "batch", "none"] = "preset"
    """Normalisation of a DCGAN generator, where it shall not be its preset's."""
    upsampling: Literal["preset", "transposed", "nearest"] = "preset"
    """Transposed convolutions, or nearest upsampling and a 3x3 convolution; `preset` keeps the preset's."""
    latent_layers: Literal["preset", "first", "every"] = "preset"
    """Layers of a DCGAN generator that see the latent vector: the `first` alone, or `every` one, by a scale and a shift
    of each unit; `preset` keeps the preset's, which is `first`, or what a generator that grows has."""
    grow_from: Path | None = None
    """Start from the averaged survivor of this run, of half the image size, with one stage added."""
    discriminator: Literal["projected", "light", "released", "weak", "resnet", "progan"] = "projected"
    """`projected`: fixed pretrained features and trained heads; else trained whole: a DCGAN of that preset, a `weak`
    one of two convolutions, a `resnet`, or a `progan`, which grows with its generator."""
    discriminator_norm: Literal["preset", "batch", "none", "spectral"] = "preset"
    """Normalisation of a DCGAN discriminator, where it shall not be its preset's."""
    feature_size: Annotated[int, MultipleOf(32, 64)] = 96
    """Pixels a side at which the projected discriminator sees images; a multiple of 32."""

    def __post_init__(self) -> None:
        require_bounds(self)
        if self.grow_from is not None:
            self._check_growth()
        if self.discriminator != "projected":
            refuse_unused(self, ("feature_size",), f"discriminator is {self.discriminator}")

    def _check_growth(self) -> None:
        for name in ("generator_norm", "upsampling"):
            if getattr(self, name) != "preset":
                raise ConfigError(
                    f"{name} is {getattr(self, name)!r}, but a generator that grows keeps its own; leave it out"
                )
        if self.generator in ("resnet", "progan"):
            raise ConfigError(
                f"generator is {self.generator!r}, but only a DCGAN grows from another run, and it stays one; leave it "
                "out"
            )

    @property
    def has_widths(self) -> bool:
        """Whether a network of images is made as wide as it is asked to be: a DCGAN, or a `progan`."""
        grows_one = self.generator != "resnet" and self.grow_from is None
        return grows_one or self.discriminator not in ("projected", "resnet")
