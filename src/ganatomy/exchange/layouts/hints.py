"""What the user says about a generator that its file does not tell."""

from dataclasses import dataclass
from typing import Literal

from ganatomy.errors import ConfigError

RECTIFIERS = ("relu", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh", "none")
SLOPES = (0.2, 0.1, 0.01)
"""Of leaky rectifiers, those that are tried where none is named."""


@dataclass(frozen=True)
class Rectifier:
    """A function of single values between the maps of a generator."""

    kind: str
    slope: float = 0.0
    """Of `leaky_relu`, for negative inputs."""

    @classmethod
    def named(cls, text: str) -> "Rectifier":
        """Return the rectifier of a name, with a slope behind a colon.

        Raises:
            ConfigError: there is none of that name, or its slope is no number.

        >>> Rectifier.named("leaky_relu:0.2")
        Rectifier(kind='leaky_relu', slope=0.2)
        """
        kind, _, slope = text.partition(":")
        said = f"rectifier is {text!r}; choose one of {', '.join(RECTIFIERS)}, with a slope as in leaky_relu:0.2"
        if kind not in RECTIFIERS or bool(slope) != (kind == "leaky_relu"):
            raise ConfigError(said)
        try:
            return cls(kind, float(slope) if slope else 0.0)
        except ValueError:
            raise ConfigError(said) from None

    def __str__(self) -> str:
        return f"{self.kind}:{self.slope:g}" if self.kind == "leaky_relu" else self.kind


@dataclass(frozen=True)
class Hints:
    """What the user says about a generator; None where the file is to tell, or else the published architecture."""

    rectifier: Rectifier | None = None
    ends: Literal["tanh", "sigmoid", "none"] | None = None
    """What bounds its images."""
    latent: Literal["normal", "uniform"] | None = None
    image_size: int | None = None
    """Pixels a side."""


NO_HINTS = Hints()
