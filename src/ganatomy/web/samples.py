"""The samples that are painted on, unedited: what lies below the painted layer runs once for each.

The first samples are kept with the layer, and of others the latest.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence

import torch
from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.intervene.baseline import Baseline, observe_at
from ganatomy.intervene.inverted import InvertedPhotos, observe_inverted
from ganatomy.invert.files import read_inversion
from ganatomy.models.protocol import sample_latents
from ganatomy.runs.records.paintings import PaintingRecord
from ganatomy.web.layer import PaintedLayer, with_class
from ganatomy.web.opening import OpenedRun

SEEDS = 2**32
"""Seeds of latents are less than this."""
AT_ONCE = 8
"""Samples that run at a time."""
KEPT_BYTES = 2**27
"""What is kept of samples beyond those of the layer, 128 MiB; the latest one whatever it takes."""


class Samples:
    """The samples of a run, unedited.

    Args:
        opened: the run.
    """

    def __init__(self, opened: OpenedRun) -> None:
        self._opened = opened
        self._kept: OrderedDict[Hashable, Baseline] = OrderedDict()

    def of(self, painted: PaintedLayer, painting: PaintingRecord) -> Baseline:
        """Return the sample that a painting is of.

        Args:
            painted: the layer that is painted in.
            painting: the painting.

        Raises:
            ConfigError: there is no such sample, photo or class.
            IncompatibleRun: the photo was inverted with other weights.
            LayerError: what was found for the photo goes around the layer.
        """
        row = painting.sample
        if row.photo is not None:
            return self._photo(painted, row.photo)
        if row.id is not None:
            return self.numbered(painted, [row.id], painting.of_class)
        assert row.seed is not None  # or it would be no painting
        if not 0 <= row.seed < SEEDS:
            raise ConfigError(f"seed is {row.seed}; give 0 to {SEEDS - 1}")
        rng = torch.Generator().manual_seed(row.seed)
        z = sample_latents(painted.generator, 1, rng).to(painted.observed.z)
        of_class = painted.of_class if painting.of_class is None else painting.of_class
        z = with_class(painted.generator, z, of_class)
        return self._known((painted.layer, "seed", row.seed, of_class), lambda: unedited(painted, z))

    def numbered(self, painted: PaintedLayer, ids: Sequence[int], of_class: int | None = None) -> Baseline:
        """Return samples by their numbers.

        Args:
            painted: the layer that is painted in.
            ids: their numbers, one or more.
            of_class: of all of them; None keeps each one's own.

        Raises:
            ConfigError: there is no such sample or class.
        """
        for number in ids:
            require_id(number, painted)
        chosen = painted.of_class if of_class is None else of_class
        if chosen == painted.of_class and max(ids) < len(painted.observed):
            return painted.observed.take(torch.tensor(ids, device=painted.observed.z.device))
        z = with_class(painted.generator, painted.latents.take(torch.tensor(ids)), chosen)
        return self._known((painted.layer, "ids", tuple(ids), chosen), lambda: unedited(painted, z))

    def _photo(self, painted: PaintedLayer, name: str) -> Baseline:
        opened = self._opened
        if name not in opened.photos:
            there = ", ".join(opened.photos) or f"none; `ganatomy invert {opened.run.path} PHOTO` brings one"
            raise ConfigError(f"no inverted photo {name!r}; the run has {there}")

        def found() -> Baseline:
            photo = InvertedPhotos.kept([read_inversion(opened.run, name, painted.generator)])
            return observe_inverted(painted.generator, painted.segmenter, painted.layer, photo)

        return self._known((painted.layer, "photo", name), found)

    def _known(self, key: Hashable, made: Callable[[], Baseline]) -> Baseline:
        """Return samples as they are kept, or anew."""
        if key not in self._kept:
            self._kept[key] = made()
            while len(self._kept) > 1 and sum(map(_bytes_of, self._kept.values())) > KEPT_BYTES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def unedited(painted: PaintedLayer, z: Tensor) -> Baseline:
    """Return samples unedited.

    Args:
        painted: the layer.
        z: their latents (n, z_dim).
    """
    return observe_at(painted.halves, painted.segmenter, z, AT_ONCE)


def require_id(number: int, painted: PaintedLayer) -> None:
    """Return if there is a sample of this number.

    Raises:
        ConfigError: there is none.
    """
    if not 0 <= number < painted.latents.size:
        raise ConfigError(f"no sample {number}; give 0 to {painted.latents.size - 1}")


def _bytes_of(samples: Baseline) -> int:
    tensors = [samples.featuremaps, samples.images, samples.labels, *(samples.kept.crossing or ()), samples.z]
    return sum(tensor.nbytes for tensor in tensors)
