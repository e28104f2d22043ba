"""What stands in `invert/`: the encoder's figures, inverted photos, and the errors of other images beside them."""

from dataclasses import dataclass
from typing import ClassVar

from ganatomy.runs.schemas import ENCODER, INVERSION, REFERENCE


@dataclass(frozen=True)
class EncoderRecord:
    """`encoder.json`: of which generator the encoder is, and how good on fresh samples."""

    SCHEMA: ClassVar[int] = ENCODER
    AGAIN: ClassVar[str] = "remove the file, and the encoder is trained again"

    generator: str
    """Fingerprint of the generator whose samples it was trained on."""
    steps: int
    batch_size: int
    seed: int
    seconds: float
    explained: float
    """Part of the variance of the latents' entries that it tells."""
    rmse: float
    """Of samples rendered again from the latents that it gives, colours in [0, 1]."""
    random_rmse: float
    """The same of latents of other samples."""

    def fits(self, generator: str, steps: int, seed: int) -> bool:
        """Return whether the encoder is the one that these settings train."""
        return (self.generator, self.steps, self.seed) == (generator, steps, seed)


@dataclass(frozen=True)
class InversionSettings:
    """What the figures of an inversion depend on, beside the picture and the generator."""

    layer: str
    distance: float
    """How far a cell of the layer may be from what the latents give, in standard deviations of its unit."""
    steps: int
    feature_steps: int
    restarts: int
    pull: float
    perceptual: str | None
    """The network in whose features looks are compared, with its fingerprint; None where they were left out."""
    perceptual_weight: float
    encoder_steps: int
    class_name: str | None
    seed: int


@dataclass(frozen=True)
class StageRow:
    """How close one stage comes to a picture."""

    stage: str
    """`encoder`, `latent` or `features`."""
    rmse: float
    """Of colours in [0, 1]."""
    perceptual: float | None
    """None where looks were left out."""
    seconds: float


@dataclass(frozen=True)
class ReferenceRow:
    """One image that was inverted to compare with."""

    latent_rmse: float
    latent_perceptual: float | None
    features_rmse: float
    features_perceptual: float | None
    outside_before: float
    outside_after: float


@dataclass(frozen=True)
class ReferenceRecord:
    """`references/DIGEST.json`: images inverted with the same settings, to hold a photo's errors against."""

    SCHEMA: ClassVar[int] = REFERENCE
    AGAIN: ClassVar[str] = "remove the file, and those images are inverted again"

    generator: str
    """Fingerprint of the generator."""
    settings: InversionSettings
    data: str | None
    """Name of the real images; None where none are known."""
    held_out: str
    """What the real images are, such as `held-out images, of the split test`."""
    real: tuple[ReferenceRow, ...]
    samples: tuple[ReferenceRow, ...]
    """The generator's own."""


@dataclass(frozen=True)
class StandingRow:
    """Where a photo's error stands among those of other images."""

    stage: str
    """`latent` or `features`."""
    error: str
    """`rmse` or `perceptual`."""
    value: float
    real_median: float | None
    """None where no real images are known."""
    samples_median: float
    percentile: float | None
    """Part of the held-out images whose error is lower."""


@dataclass(frozen=True)
class InversionRecord:
    """`inversion.json`: one photo inverted."""

    SCHEMA: ClassVar[int] = INVERSION
    AGAIN: ClassVar[str] = "invert the photo again"

    photo: str
    """Name of its file."""
    weights: str
    """Which weights of the run."""
    generator: str
    """Fingerprint of the generator."""
    settings: InversionSettings
    class_name: str | None
    """Of what class the generator was asked for the picture; None of a generator without classes."""
    stages: tuple[StageRow, ...]
    outside_before: float
    """Part of the layer's cells beyond the 0.5 % and 99.5 % quantiles of their unit, of the latents' featuremaps."""
    outside_after: float
    """The same of the featuremaps that were found."""
    length: float
    """sqrt(|z|^2 / d) of the latents: about 1 of a normal law, about 0.58 of a uniform one."""
    standing: tuple[StandingRow, ...]
    """Empty where nothing was inverted to compare with."""
    num_real: int
    num_samples: int
    held_out: str
    """What the real images are; empty for none."""
    verdict: str
    """In a sentence, whether the picture is like the training data."""
    compare: str
    """Photo, and what comes of each stage, as labelled rows."""
    pictures: tuple[str, ...]
    """Files of the photo and of each stage."""

    def stage(self, name: str) -> StageRow:
        """Return the row of a stage."""
        return next(row for row in self.stages if row.stage == name)
