"""What the paint app does, without a browser: pictures of edits, and what is seen in them.

One thread uses a session at a time. What lies below the painted layer runs once a sample, the part above for each
stroke.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganatomy.config.paint import PaintConfig
from ganatomy.data.images import to_uint8
from ganatomy.errors import ConfigError
from ganatomy.intervene.baseline import Baseline
from ganatomy.runs.records.paintings import PaintingRecord, SampleRow, painting_from
from ganatomy.segment.areas import areas_of
from ganatomy.stats.resampling import Floats
from ganatomy.web.about import NAMED, Place, about_json, about_of, named_concepts
from ganatomy.web.layer import OBSERVED, PaintedLayer
from ganatomy.web.opening import OpenedRun, open_layer, open_to_paint
from ganatomy.web.partners import Partners, partners_of
from ganatomy.web.samples import AT_ONCE, Samples, require_id
from ganatomy.web.strokes import Strokes
from ganatomy.web.units import (
    Steps,
    UnitPage,
    random_samples,
    top_samples,
    unit_page,
    unit_pictures,
    without_random_units,
)

Pixels = NDArray[np.uint8]
"""(s, s, 3) uint8."""

MOST_PIXELS = 16_000_000
"""Pixels of all pictures that are asked for at a time."""


@dataclass(frozen=True)
class Segmented:
    """What is seen in an edited picture, beside the unedited one."""

    labels: bytes
    """A byte a pixel, row by row: the place in `about.segmenter.concepts`, 255 for none."""
    areas: tuple[float, ...]
    """Part of the picture that each of these concepts covers."""
    before: tuple[float, ...]
    """The same unedited."""


class Session:
    """A run being painted in.

    Args:
        opened: the run.
    """

    def __init__(self, opened: OpenedRun) -> None:
        self.opened = opened
        self._layers: dict[str, tuple[PaintedLayer, Strokes]] = {}
        self._beside: dict[str, tuple[Partners, dict[int, Floats]]] = {}
        self._samples = Samples(opened)

    @classmethod
    def of(cls, run: Path, layer: str | None = None, value_images: int = OBSERVED) -> "Session":
        """Return a session of a run.

        Args:
            run: the run directory.
            layer: the layer to begin with, see `ganatomy.config.paint.PaintConfig`.
            value_images: samples on which values of units are found.

        Raises:
            GanatomyError: as for `ganatomy.web.opening.open_to_paint`.
        """
        return cls(open_to_paint(PaintConfig(run, layer, value_images=value_images)))

    def layer(self, name: str) -> PaintedLayer:
        """Return a layer of the run, opened when it is first asked for.

        Raises:
            ConfigError: it is none of those that can be chosen.
        """
        return self._layer(name)[0]

    def about(self, layer: str | None = None) -> dict[str, Any]:
        """Return what a page has to know of a layer, as JSON; of the one that the session started with by default.

        Raises:
            ConfigError: it is none of those that can be chosen.
        """
        opened = self.opened
        place = Place(
            title=opened.run.path.resolve().name,
            run=str(opened.run.path),
            layers=opened.layers,
            photos=opened.photos,
            notes=opened.notes_of(layer or opened.layer),
        )
        return about_json(about_of(self.layer(layer or opened.layer), place))

    @torch.no_grad()
    def image(self, painting: PaintingRecord) -> Pixels:
        """Return an edited picture.

        Raises:
            ConfigError, DataError: the painting names a sample, layer, class or stroke that there is not.
            IncompatibleRun: its photo was inverted with other weights.
        """
        picture: Pixels = _pixels(self._edited(painting)[1])[0]
        return picture

    @torch.no_grad()
    def segment(self, painting: PaintingRecord) -> Segmented:
        """Return what is seen in an edited picture.

        Raises:
            ConfigError, DataError, IncompatibleRun: as for `image`.
        """
        painted = self.layer(painting.layer)
        before, images = self._edited(painting)
        labels = painted.segmenter.segment(images)
        areas = areas_of(labels, len(painted.segmenter.concepts))[0]
        places = [painted.segmenter.concepts.index(name) for name in named_concepts(painted)]
        return Segmented(
            _label_bytes(labels[0, 0], places, len(areas)),
            tuple(float(areas[place]) for place in places),
            tuple(float(before.areas[0][place]) for place in places),
        )

    def many(self, painting: PaintingRecord, ids: Sequence[int], before: bool = False) -> Iterator[Pixels]:
        """Yield the same strokes over other samples, some (n, s, s, 3) uint8 at a time in the order of their numbers.

        Args:
            painting: whose strokes and class are taken.
            ids: numbers of samples, one or more.
            before: whether strokes are left out.

        Raises:
            ConfigError, DataError: as for `image`; or there are too many pixels.
        """
        self._require_pixels(len(ids))
        painted, strokes = self._layer(painting.layer)
        for first in range(0, len(ids), AT_ONCE):
            with torch.no_grad():
                samples = self._samples.numbered(painted, ids[first : first + AT_ONCE], painting.of_class)
                yield samples.images.cpu().numpy() if before else _pixels(_painted_over(samples, strokes, painting))

    def thumbnails(self, first: int, count: int) -> Iterator[Pixels]:
        """Yield samples unedited, some (n, s, s, 3) uint8 at a time, as many as there are of `count`.

        Raises:
            ConfigError: there is no sample `first`, or there are too many pixels.
        """
        painted = self.layer(self.opened.layer)
        require_id(first, painted)
        ids = range(first, min(first + count, painted.latents.size))
        return self.many(PaintingRecord(SampleRow(id=first), painted.layer), ids, before=True)

    def unit(self, number: int, layer: str) -> Steps[UnitPage]:
        """Return what is known of a unit, found in short steps.

        Raises:
            ConfigError: there is no such layer to paint in, or no such unit.
        """
        painted = self.layer(layer)
        _require_unit(number, painted)
        if layer not in self._beside:
            others = tuple(name for name in self.opened.layers if name != layer)
            partners = yield from partners_of(painted, others)
            random = yield from without_random_units(painted)
            self._beside[layer] = (partners, random)
        return (yield from unit_page(painted, number, *self._beside[layer]))

    @torch.no_grad()
    def unit_pictures(self, number: int, layer: str) -> Pixels:
        """Return the samples on which a unit is most active above random ones, (2 s, n s, 3) uint8.

        Raises:
            ConfigError: there is no such layer to paint in, or no such unit.
        """
        painted = self.layer(layer)
        _require_unit(number, painted)
        rows = [[sample.sample for sample in top_samples(painted, number)], list(random_samples(painted, number))]
        return unit_pictures(painted, number, [self._samples.numbered(painted, ids) for ids in rows])

    def _require_pixels(self, num_images: int) -> None:
        """Return if so many pictures are not too many at a time.

        Raises:
            ConfigError: they have more than 16 megapixels.
        """
        size = int(self.opened.generator.image_size)
        if num_images * size**2 > MOST_PIXELS:
            raise ConfigError(
                f"{num_images} pictures of {size} px are asked for; give at most {max(1, MOST_PIXELS // size**2)}"
            )

    def _layer(self, name: str) -> tuple[PaintedLayer, Strokes]:
        if name not in self._layers:
            if name not in self.opened.layers:
                raise ConfigError(f"no layer '{name}' to paint in; choose from {', '.join(self.opened.layers)}")
            painted = open_layer(self.opened, name)
            self._layers[name] = (painted, Strokes(painted))
        return self._layers[name]

    def _edited(self, painting: PaintingRecord) -> tuple[Baseline, Tensor]:
        """Return a painting's sample unedited, and the edited image (1, 3, s, s) in [-1, 1]."""
        sample = self.sample(painting)
        return sample, _painted_over(sample, self._layer(painting.layer)[1], painting)

    @torch.no_grad()
    def sample(self, painting: PaintingRecord) -> Baseline:
        """Return the sample that a painting is of, unedited.

        Raises:
            ConfigError, IncompatibleRun: as for `image`.
        """
        return self._samples.of(self.layer(painting.layer), painting)


def read_edit(content: object) -> PaintingRecord:
    """Return the edit that a page sends, as a session takes it.

    Args:
        content: its JSON, such as `{"schema": 1, "sample": {"id": 3}, "layer": "layer3", "strokes": []}`.

    Raises:
        DataError: it is none.
    """
    return painting_from(content, "the edit")


def _painted_over(samples: Baseline, strokes: Strokes, painting: PaintingRecord) -> Tensor:
    """Return the edited images (n, 3, s, s) in [-1, 1] of samples."""
    blend = strokes.blend(painting.strokes)
    edits = {} if blend is None else {painting.layer: blend}
    return samples.halves.edited(samples.featuremaps, samples.kept, edits)


def _label_bytes(labels: Tensor, places: Sequence[int], num_concepts: int) -> bytes:
    """Return labels (s, s) int64 as the places of their concepts in a list, a byte each."""
    to_byte = np.full(num_concepts + 1, NAMED, dtype=np.uint8)  # the last one is that of `NOTHING`
    to_byte[places] = np.arange(len(places), dtype=np.uint8)
    return bytes(to_byte[labels.cpu().numpy()].tobytes())


def _require_unit(number: int, painted: PaintedLayer) -> None:
    if not 0 <= number < painted.units:
        raise ConfigError(f"layer '{painted.layer}' has no unit {number}; its units are 0 to {painted.units - 1}")


def _pixels(images: Tensor) -> Pixels:
    pixels: Pixels = to_uint8(images).cpu().numpy()
    return pixels
