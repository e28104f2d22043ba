"""What a generator grows on."""

from dataclasses import dataclass
from typing import Annotated

from ganatomy.config.bounds import Count, OneOf, require_bounds
from ganatomy.config.scenes import SCENE_DATA, SCENES, require_scene_preset
from ganatomy.config.unused import refuse_unused

POINT_DATA = ("8gaussians", "25gaussians", "swissroll")
IMAGE_SIZES = (32, 64, 128, 256, 512)
"""Pixels a side of the images that generators are made for."""


@dataclass(frozen=True)
class DataSettings:
    """The real images, or points, and how networks are shown them."""

    data: str = SCENES
    """Folder or zip of images, with or without class folders, or CIFAR-10; `scenes`, `scenes:houses` and
    `scenes:streets` render the embedded data; `8gaussians`, `25gaussians` and `swissroll` are points in the plane."""
    image_size: Annotated[int, OneOf(IMAGE_SIZES)] = 64
    """Pixels a side: 32, 64, 128, 256 or 512; the larger ones are for accelerators."""
    classes: tuple[str, ...] = ()
    """Class folders to take; none given takes all."""
    split: str = "train"
    """Split folder to take where the data have them; `all` takes every one."""
    strict: bool = False
    """Stop at the first file that cannot be read, instead of listing it."""
    flip: bool = True
    """Mirror real images at random."""
    augment: bool = True
    """Augment images differentiably before the discriminator sees them."""
    num_scenes: Count = 20_000
    """How many scenes to render, with data `scenes` or a preset of theirs."""

    def __post_init__(self) -> None:
        require_bounds(self)
        require_scene_preset(self.data)
        if self.is_points:
            why = f"{self.data} are points in the plane"
            # 32 px is what presets for points have of images all the same
            refuse_unused(self, ("image_size", "classes", "split", "strict", "num_scenes"), why, {"image_size": 32})
        elif self.is_scenes:
            refuse_unused(self, ("classes", "split", "strict"), "scenes have neither classes nor splits nor files")
        else:
            refuse_unused(self, ("num_scenes",), f"{self.data} is read, not rendered")

    @property
    def is_points(self) -> bool:
        """Whether the data are points in the plane rather than images."""
        return self.data in POINT_DATA

    @property
    def is_scenes(self) -> bool:
        """Whether the data are rendered scenes."""
        return self.data in SCENE_DATA

    @property
    def has_files(self) -> bool:
        """Whether the data are a folder or a zip."""
        return not self.is_points and not self.is_scenes
