"""One number for how far the areas of concepts in generated images are from those in real ones.

Source: Bau et al., "Seeing What a GAN Cannot Generate" (ICCV 2019, arXiv 1910.11626), section 3.1, the Frechet
segmentation distance, and the authors' code, github.com/davidbau/ganseeing, seeing/fsd.py. As in that code: the
Gaussians have full, not diagonal, unbiased covariances; an image is the vector of the areas of all object concepts and,
as one more entry, of what has no name; areas are in percent, so that the distance is in squares of percent points.
Differs: the root of the covariances is that of `metrics.frechet`, and a distance of finite samples, which is biased
upwards, stands beside that of two halves of the real images, measured on as many.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ganatomy.errors import DataError
from ganatomy.metrics.frechet import frechet_distance, frechet_terms
from ganatomy.segment.areas import Floats
from ganatomy.segment.protocol import OTHER
from ganatomy.stats.moments import Moments
from ganatomy.stats.resampling import resampled_means

OBJECT = "object"
"""The category of the concepts that are compared, where the segmenter has it."""

HALVINGS = 20
PERCENT = 100.0


@dataclass(frozen=True)
class Distance:
    """A distance of generated images to real ones, beside that of real images to other real ones."""

    value: float
    """The mean over the halvings of the distance of generated images to one half of the real ones."""
    error: float
    """Standard deviation of a distance to the real images over the draw of both; nothing near chance, where a
    distance has no slope."""
    chance: float
    """The mean over the halvings of the distance of one half of the real images to the other."""
    chance_low: float
    chance_high: float
    """The least and the greatest of those."""

    @property
    def is_beyond_chance(self) -> bool:
        """Return whether the generated images are further off than any half of the real ones from the other."""
        return self.value > self.chance_high


@dataclass(frozen=True)
class AreaDistances:
    """Both distances, all on sets of `num_images` images."""

    fsd: Distance
    """The Frechet segmentation distance, in squares of percent points."""
    area: Distance
    """Half the summed difference of the mean areas, in [0, 1]: the part of all pixels that shows something else."""
    num_images: int


def measure_distances(
    generated: Floats, real: Floats, categories: Sequence[str], rng: np.random.Generator
) -> AreaDistances:
    """Return the distances between generated and real images, and between halves of the real ones.

    Both distances grow with fewer images. So the real images are halved, 20 times, and generated ones are held against
    a half as the other half is, with as many images everywhere.

    Args:
        generated: (n, k) areas of generated images.
        real: (m, k) areas of real images; of m = 2 n, all are used.
        categories: of the k concepts, see `object_areas`.
        rng: the stream that halves and resamples are drawn from.

    Raises:
        DataError: there are fewer than two generated or four real images.
    """
    count = min(len(generated), len(real) // 2)
    if count < 2:
        raise DataError(
            f"there are {len(generated)} generated and {len(real)} real images; "
            "a distance beside its chance needs 2 and 4 or more"
        )
    drawn, true = _without_empty(object_areas(generated, categories), object_areas(real, categories))
    found: dict[str, list[float]] = {"fsd": [], "fsd chance": [], "area": [], "area chance": []}
    for _ in range(HALVINGS):
        half, other = np.split(true[rng.permutation(len(true))[: 2 * count]], 2)
        sample = drawn[rng.permutation(len(drawn))[:count]]
        for name, distance in (("fsd", segmentation_distance), ("area", area_distance)):
            found[name].append(distance(sample, half))
            found[f"{name} chance"].append(distance(other, half))
    return AreaDistances(
        fsd=_summed_up(found["fsd"], segmentation_distance_error(drawn, true), found["fsd chance"]),
        area=_summed_up(found["area"], area_distance_error(drawn, true, rng), found["area chance"]),
        num_images=count,
    )


def object_areas(areas: Floats, categories: Sequence[str]) -> Floats:
    """Return the areas (n, f) of objects and, as the last column, of what no object is named for.

    Parts and materials cover the pixels of objects a second time. Of a segmenter without the category `object`, all
    areas are returned as they are.

    Args:
        areas: (n, k).
        categories: of the k concepts.
    """
    if OBJECT not in categories:
        return areas
    objects = areas[:, [category in (OBJECT, OTHER) for category in categories]]
    return np.column_stack([objects, 1 - objects.sum(1)])


def segmentation_distance(generated: Floats, real: Floats) -> float:
    """Return |m_g - m_r|^2 + tr(C_g) + tr(C_r) - 2 tr((C_g C_r)^(1/2)) of areas in percent.

    Args:
        generated: (n, f) areas in [0, 1].
        real: (m, f) areas of the same concepts.

    Raises:
        DataError: the numbers of concepts differ, or there are fewer than two images of a kind.
    """
    return frechet_distance(_moments(real), _moments(generated))


def segmentation_distance_error(generated: Floats, real: Floats) -> float:
    """Return the standard deviation of the distance over the draw of both, to first order.

    Args:
        generated: (n, f) areas in [0, 1].
        real: (m, f) areas of the same concepts.

    Raises:
        DataError: the numbers of concepts differ, or there are fewer than two images of a kind.
    """
    pairs = ((_moments(real), generated), (_moments(generated), real))
    variances = [
        frechet_terms(moments, torch.from_numpy(PERCENT * areas)).var() / len(areas) for moments, areas in pairs
    ]
    return math.sqrt(float(sum(variances)))


def area_distance(generated: Floats, real: Floats) -> float:
    """Return half the sum of the absolute differences of mean areas: in [0, 1], where the areas add up to 1.

    Args:
        generated: (n, f) areas.
        real: (m, f) areas of the same concepts.
    """
    return float(np.abs(generated.mean(0) - real.mean(0)).sum() / 2)


def area_distance_error(generated: Floats, real: Floats, rng: np.random.Generator) -> float:
    """Return the standard deviation of the distance over resamples of both.

    Percentiles would mislead: noise only ever adds to a distance, so that resamples lie above it.

    Args:
        generated: (n, f) areas.
        real: (m, f) areas of the same concepts.
        rng: the stream that the resamples are drawn from.
    """
    (drawn,), (true,) = resampled_means([generated], rng), resampled_means([real], rng)
    return float(np.std(np.abs(drawn - true).sum(1) / 2))


def _without_empty(generated: Floats, real: Floats) -> tuple[Floats, Floats]:
    """Return the columns of concepts that occur: the others move no distance, and cost time."""
    kept = (generated != 0).any(0) | (real != 0).any(0)
    return generated[:, kept], real[:, kept]


def _moments(areas: Floats) -> Moments:
    return Moments.of(torch.from_numpy(PERCENT * areas))


def _summed_up(values: Sequence[float], error: float, chance: Sequence[float]) -> Distance:
    return Distance(float(np.mean(values)), error, float(np.mean(chance)), min(chance), max(chance))
