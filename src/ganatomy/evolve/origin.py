"""The manifest of a run that was grown: what `ganatomy evolve` knows of its data."""

from dataclasses import replace

from ganatomy.config.evolve import EvolveConfig
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.runs.manifest import Manifest, Origin, training_data


def manifest_of(config: EvolveConfig, data: ImageSet | Mixture) -> Manifest:
    """Return the manifest of a run that grows on real images or on points.

    Args:
        config: all settings of the training.
        data: what it grows on.
    """
    asked = config.data
    known = training_data(asked, config.seed, data if isinstance(data, ImageSet) else None)
    origin = Origin("grown", "by ganatomy evolve", config.networks.discriminator)
    if asked.is_points:
        return Manifest(origin, "points", None, known)
    return Manifest(origin, "images", asked.image_size, known)


def at_size(manifest: Manifest, image_size: int) -> Manifest:
    """Return the manifest of a generator that has grown to so many pixels a side, and is held against such images."""
    data = manifest.data
    if data is not None and data.image_size != image_size:
        full = data.digest_size or data.image_size
        data = replace(data, image_size=image_size, digest_size=None if image_size == full else full)
    return replace(manifest, image_size=image_size, data=data)
