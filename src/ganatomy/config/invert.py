"""Settings of `ganatomy invert`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional

from ganatomy.config.bounds import AtLeast, Count, Weight, WholeNumber, require_bounds
from ganatomy.config.classes import ClassChoice
from ganatomy.config.scenes import require_scene_preset
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class InvertConfig:
    """Find the latents and the features of a layer by which a generator shows a photo, and how close that comes.

    Beside the errors stand those of held-out training images and of the generator's own samples, inverted alike.
    """

    run: Positional[Path]
    """Run directory whose generator is to show the photos; what is found is written into it."""
    photos: Positional[tuple[Path, ...]]
    """Image files; of each the central square is taken, as of the images of `--data`."""
    layer: str | None = None
    """The layer whose features are found; none given takes the first one of 8x8 cells or more. Edits can be made of it
    and of later ones."""
    distance: Annotated[float, AtLeast(0)] = 1.0
    """How far a cell of the layer may be from what the latents give, in standard deviations of its unit; 0 keeps to
    the latents."""
    of_class: ClassChoice = None
    """Class that the generator is asked for, by name or number; none given tries the likeliest ones."""
    steps: Count = 150
    """Updates of the latents."""
    feature_steps: WholeNumber = 60
    """Updates of the features."""
    restarts: Count = 3
    """Latents to start from: those of the encoder, and others drawn at random. After a quarter of the updates the best
    goes on alone."""
    pull: Weight = 0.01
    """Weight of what keeps latents plausible: how far their length is from that of the generator's own, squared."""
    perceptual: Literal["efficientnet", "none"] = "efficientnet"
    """Network by whose features it is told how alike images look, beside their pixels; `none` goes by pixels alone."""
    perceptual_weight: Weight = 1.0
    """Weight of that against the pixels."""
    encoder_steps: Count = 300
    """Updates of the encoder, which is trained once and kept in the run; an interrupted training goes on."""
    held_out: WholeNumber = 24
    """Held-out training images, and as many samples, that are inverted once to compare with; 0 leaves them out."""
    weights: str = "ema"
    """The average over the survivors `ema`, the last survivor `latest`, the average that scored `best` in training, one
    kept on the way, such as `generation-500`, or those `repaired` by `ganatomy repair`."""
    batch_size: Count = 16
    """Photos inverted at a time; the figures do not depend on it but for rounding."""
    seed: WholeNumber = 0
    """Seed of the encoder, of latents that are drawn, and of the images to compare with."""
    device: str = "cpu"
    """Where to compute: `cpu`, `cuda`, `cuda:N`, or `auto` for a GPU where there is one."""
    data: str | None = None
    """Folder or zip to take held-out images from in place of the run's own data, `scenes`, `scenes:houses` or
    `scenes:streets`."""

    def __post_init__(self) -> None:
        require_bounds(self)
        require_scene_preset(self.data)
        if not self.photos:
            raise ConfigError("photos are none; give one or more image files")
