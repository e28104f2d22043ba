"""What a run that is grown says of its data."""

from pathlib import Path

import numpy as np

from ganatomy.config.evolve import EvolveConfig
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.evolve.origin import manifest_of


def images(n: int = 3) -> ImageSet:
    return ImageSet(np.zeros((n, 32, 32, 3), np.uint8), (), np.full(n, -1))


def test_photographs_are_known_by_place_number_and_pixels() -> None:
    config = EvolveConfig.of(data="photos", image_size=32, classes=("sea",), discriminator="light")
    manifest = manifest_of(config, images())
    assert manifest.image_size == 32
    assert manifest.origin.kind == "grown"
    assert manifest.origin.discriminator == "light"
    assert manifest.data is not None
    assert (manifest.data.data, manifest.data.classes, manifest.data.num_images) == ("photos", ("sea",), 3)
    assert manifest.data.absolute == str(Path("photos").resolve())
    assert manifest.data.digest == images().digest != images(2).digest


def test_scenes_lie_nowhere_and_have_a_seed() -> None:
    manifest = manifest_of(EvolveConfig.of(image_size=32, seed=5), images())
    assert manifest.data is not None
    assert (manifest.data.absolute, manifest.data.seed) == (None, 5)


def test_points_have_no_image_size() -> None:
    manifest = manifest_of(EvolveConfig.of(data="8gaussians"), Mixture("8gaussians"))
    assert manifest.makes_points
    assert manifest.image_size is None
    assert manifest.data is not None
    assert (manifest.data.num_images, manifest.data.digest) == (None, None)
