"""How a generator that grows in its training does so."""

from dataclasses import dataclass
from typing import Annotated

from ganatomy.config.bounds import Amount, OneOf, require_bounds


@dataclass(frozen=True)
class GrowingSettings:
    """The schedule of Progressive GAN: one resolution after another, each faded in over the one before."""

    start_size: Annotated[int, OneOf((4, 8, 16, 32, 64, 128, 256, 512))] = 4
    """Pixels a side at which a `progan` starts; each resolution after that has twice as many, up to the image size.
    With that size itself nothing grows."""
    fade_kimg: Amount = 20.0
    """Thousand real images over which a resolution fades in; Progressive GAN has 600."""
    stable_kimg: Amount = 20.0
    """Thousand real images for which a resolution is trained as it is before the next one comes; Progressive GAN has
    600."""

    def __post_init__(self) -> None:
        require_bounds(self)
