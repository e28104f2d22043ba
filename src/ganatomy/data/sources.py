"""The real data that settings ask for: rendered scenes, a folder or zip, or points in the plane."""

from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ganatomy.config.evolve import DataSettings
from ganatomy.config.scenes import SCENE_DATA, SCENES, require_scene_preset
from ganatomy.data import cache
from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import load_images
from ganatomy.data.mixtures import MIXTURES
from ganatomy.data.packaged_scenes import packaged_scenes
from ganatomy.data.points import Mixture
from ganatomy.data.told import skipped_lines
from ganatomy.errors import DataError
from ganatomy.progress import SILENT, Progress

if TYPE_CHECKING:
    from ganatomy.data.scenes import SceneTable

_RENDERED_AT_ONCE = 256
_PIXELS_AT_ONCE = 256 * 128 * 128


class RealData(Protocol):
    """Which images are meant: settings of a training, or what a manifest knows of them."""

    @property
    def data(self) -> str:
        """Folder or zip, or `scenes` or a preset of theirs."""

    @property
    def image_size(self) -> int:
        """Pixels a side."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Class folders; empty for all."""

    @property
    def split(self) -> str:
        """Split folder."""

    @property
    def strict(self) -> bool:
        """Whether a file that cannot be read is an error."""

    @property
    def num_scenes(self) -> int:
        """How many scenes."""


def open_data(settings: DataSettings, seed: int, progress: Progress = SILENT) -> ImageSet | Mixture:
    """Return the mixture that the settings name, or else their images, as `open_images`.

    Raises:
        DataError: there is nothing to read, or, with `strict`, a file cannot be read.
    """
    return Mixture(settings.data) if settings.data in MIXTURES else open_images(settings, seed, progress)


def open_images(settings: RealData, seed: int, progress: Progress = SILENT) -> ImageSet:
    """Return the images that the settings name, of their size, from the cache where they are in it.

    Args:
        settings: which images.
        seed: of scenes, where those are asked for.
        progress: is told of every image, of how many of which folder were taken, and of files that were not.

    Raises:
        ConfigError: there is no such preset of scenes.
        DataError: there is nothing to read, or, with `strict`, a file cannot be read.
    """
    require_scene_preset(settings.data)
    if settings.data in SCENE_DATA:
        return load_scenes(settings.num_scenes, settings.image_size, seed, progress, preset=settings.data)
    images = load_images(
        Path(settings.data),
        settings.image_size,
        classes=settings.classes,
        split=settings.split,
        strict=settings.strict,
        progress=progress,
    )
    for line in (*images.notes, *skipped_lines(images.skipped)):
        progress.line(line)
    return images


def load_scenes(
    num_images: int, image_size: int, seed: int, progress: Progress = SILENT, cache_dir: Path | None = None,
    preset: str = SCENES,
) -> ImageSet:  # fmt: skip
    """Return rendered scenes, kept on disk and memory-mapped, so that a second call is instant; or packaged ones.

    Args:
        num_images: how many.
        image_size: pixels a side.
        seed: seed of the scenes; image i depends on it, on i and on the preset alone.
        progress: is told of every image rendered.
        cache_dir: where they are kept; None means `cache.default_cache_dir()`.
        preset: which of `ganatomy.data.scenes.PRESETS`.

    Raises:
        DataError: the cache cannot be written.
    """
    packaged = packaged_scenes(num_images, image_size, seed) if preset == SCENES else None
    if packaged is not None:
        return ImageSet(packaged, (), np.full(num_images, -1))
    from ganatomy.data.scenes import PRESETS, renderer_version

    table = PRESETS[preset]
    parts = ["scenes", renderer_version(), astuple(table), num_images, image_size, seed]
    entry = (cache_dir or cache.default_cache_dir()) / "images" / cache.fingerprint(parts)
    images = cache.read_entry(entry)
    if images is None:
        cache.write_entry(entry, image_size, (), _rendered(num_images, image_size, seed, table, progress), [])
        images = cache.read_entry(entry)
    if images is None:
        raise DataError(f"the cache {entry} was cleared while it was written; start again")
    return images


def _rendered(
    num_images: int, image_size: int, seed: int, table: "SceneTable", progress: Progress
) -> Iterator[tuple[NDArray[np.uint8], int]]:
    from ganatomy.data.scenes import render

    with progress.task("rendering scenes", num_images, unit="img") as task:
        at_once = max(1, min(_RENDERED_AT_ONCE, _PIXELS_AT_ONCE // image_size**2))
        for start in range(0, num_images, at_once):
            count = min(at_once, num_images - start)
            for image in render(seed, count, image_size, table, first=start)[0]:
                yield image, -1
            task.advance(count)
