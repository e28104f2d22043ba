"""Areas of concepts in the real images of a run: drawn by seed, segmented once, kept in the run."""

import hashlib

import numpy as np
import torch
from numpy.typing import NDArray

from ganatomy.data.images import to_float
from ganatomy.errors import DataError
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run
from ganatomy.runs.files import write_arrays
from ganatomy.runs.layout import DISSECT
from ganatomy.runs.manifest import open_manifest
from ganatomy.runs.training_data import WithoutLines, training_images
from ganatomy.seeds import stream
from ganatomy.segment.areas import Floats, concept_areas
from ganatomy.segment.protocol import Segmenter


def draw_images(
    run: Run, num_images: int, seed: int, progress: Progress = SILENT, data: str | None = None
) -> NDArray[np.uint8]:
    """Return real images (n, s, s, 3) as a run saw them, drawn without replacement, in a random order.

    Args:
        run: the run, whose manifest says which images.
        num_images: how many; where there are fewer, all of them are returned.
        seed: of the draw.
        progress: shows every image that has to be read or rendered.
        data: other images than the run's own, as for `training_images`.

    Raises:
        DataError: it is not known which images, there are none to read, or fewer than one is asked for.
    """
    if num_images < 1:
        raise DataError(f"{num_images} real images are asked for; give 1 or more")
    images = training_images(run, open_manifest(run), num_images, WithoutLines(progress), data)
    order = torch.randperm(len(images), generator=stream(seed, "areas/real")).numpy()[:num_images]
    return np.asarray(images.images[order])


def real_areas(
    run: Run,
    segmenter: Segmenter,
    num_images: int,
    seed: int,
    batch_size: int = 32,
    progress: Progress = SILENT,
    device: torch.device | str = "cpu",
    data: str | None = None,
) -> Floats:
    """Return the areas (n, k) of concepts in the images that a run was trained on.

    They are kept as `dissect/real-areas-KEY.npz`, where the key depends on the images' pixels and on the segmenter:
    the same ones are segmented once.

    Args:
        run: the run, whose manifest says which images.
        segmenter: tells the concepts of each pixel.
        num_images: how many; where there are fewer, all of them are used.
        seed: of the draw.
        batch_size: images segmented at a time; areas do not depend on it.
        progress: told of every image.
        device: where the segmenter is.
        data: other images than the run's own, as for `training_images`.

    Raises:
        DataError: it is not known which images, there are none to read, or fewer than one is asked for.
    """
    images = draw_images(run, num_images, seed, progress, data)
    path = run.path / DISSECT / f"real-areas-{_key(images, segmenter)}.npz"
    if path.exists():
        with np.load(path, allow_pickle=False) as arrays:
            return np.asarray(arrays["areas"])
    areas = areas_of_images(segmenter, images, batch_size, progress, device)
    write_arrays(path, areas=areas, concepts=np.array(segmenter.concepts))
    return areas


def areas_of_images(
    segmenter: Segmenter,
    images: NDArray[np.uint8],
    batch_size: int = 32,
    progress: Progress = SILENT,
    device: torch.device | str = "cpu",
) -> Floats:
    """Return the areas (n, k) of concepts in images as they are kept on disk.

    Args:
        segmenter: tells the concepts of each pixel.
        images: (n, s, s, 3) uint8, one or more.
        batch_size: images segmented at a time; areas do not depend on it.
        progress: told of every image.
        device: where the segmenter is.
    """
    areas = []
    with progress.task("segmenting real images", len(images), unit="img") as task:
        for first in range(0, len(images), batch_size):
            batch = images[first : first + batch_size]
            areas.append(concept_areas(segmenter, to_float(batch).to(device)))
            task.advance(len(batch))
    return np.concatenate(areas)


def _key(images: NDArray[np.uint8], segmenter: Segmenter) -> str:
    """Return 16 hexadecimal digits that change with any pixel and with the segmenter."""
    digest = hashlib.sha256(f"{segmenter.fingerprint} {images.shape}".encode())
    digest.update(images.tobytes())
    return digest.hexdigest()[:16]
