"""Artifact units of a generator found, proven and baked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from torch import nn

from ganatomy.config.repair import RepairConfig
from ganatomy.data.sources import open_images
from ganatomy.errors import ConfigError
from ganatomy.face.dissection import as_segmenter
from ganatomy.face.generators import of_run
from ganatomy.face.shown import as_html, as_text
from ganatomy.intervene.repair.choosing import Rules
from ganatomy.intervene.repair.files import Source
from ganatomy.intervene.repair.pictures import before_and_after, comparison
from ganatomy.intervene.repair.repairing import Repair, default_layer, find_repair
from ganatomy.intervene.repair.session import protocol_of, repair_run
from ganatomy.intervene.repair.tables import answer, figure_name, held_out_rows, method_rows
from ganatomy.metrics.extractor import Extractor
from ganatomy.metrics.extractors import load_extractor
from ganatomy.metrics.session import GIVEN, SCENES_SEED
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.given import as_generator
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.runs.directory import open_run
from ganatomy.runs.manifest import TrainingData
from ganatomy.runs.weights import load_image_generator
from ganatomy.segment.protocol import Segmenter
from ganatomy.tables import Row


@dataclass(frozen=True, repr=False)
class Repaired:
    """What a repair found; shows itself as tables of methods and of held-out distances, in a notebook with pictures."""

    found: Repair
    """Everything: scores of all units, sets, what they do on held-out images."""
    source: GeneratorNetwork
    """The generator as it was."""
    fingerprint: str
    """Of the generator as it was repaired."""
    of: Source
    """Which weights, and which real images."""
    folder: Path | None = None
    """Where it was written, of a run."""

    @property
    def accepted(self) -> bool:
        """Whether the generator is proven better without the units."""
        return self.found.refusal is None

    @property
    def units(self) -> tuple[int, ...]:
        """The units that are off in `generator`; none where nothing was accepted."""
        return self.found.units

    @property
    def generator(self) -> nn.Module:
        """The repaired generator, whose weights hold the edit; where nothing was accepted, that which was given."""
        return self.source if self.found.baked is None else self.found.baked.generator

    def picture(self) -> Image.Image | None:
        """Return held-out samples before, after, and with what changed outlined; None where nothing was chosen."""
        found = self.found
        if found.held_out is None or found.chosen is None:
            return None
        rules = Rules(found.protocol.metric, found.protocol.budget, found.values)
        tiles = before_and_after(found.held_out, rules.change(found.layer, found.chosen.units))
        return comparison(*tiles, count=len(found.chosen.units))

    def __repr__(self) -> str:
        return as_text(self._title(), self._rows())

    def _repr_html_(self) -> str:
        return as_html(self._title(), self._rows(), picture=self.picture())

    def _title(self) -> str:
        return f"{self.found.layer}: {answer(self.found)}"

    def _rows(self) -> list[Row]:
        held_out = held_out_rows(self.found)
        name = figure_name(self.found)
        return [{name: row["off"], **{k: v for k, v in row.items() if k != "off"}} for row in held_out] or method_rows(
            self.found
        )


def repair(
    generator: nn.Module | Path | str,
    layer: str | None = None,
    data: Path | str | None = None,
    *,
    units: Sequence[int] = (),
    value: float | Literal["zero", "low-quantile", "mean"] = 0.0,
    metric: Literal["kd", "fd"] = "kd",
    budget: float = 0.1,
    extractor: Extractor | str = "efficientnet",
    segmenter: Segmenter | str | None = None,
    candidates: int = 6,
    top_images: int = 30,
    num_images: int = 500,
    num_real: int = 1000,
    random_sets: int = 5,
    seed: int = 0,
    batch_size: int = 32,
    progress: Progress | bool | None = None,
) -> Repaired:
    """Find units that paint artifacts, prove on held-out images that it is better without them, and bake that.

    Args:
        generator: a run directory, into which all is written; or a generator in memory, with `data` and `segmenter`.
        layer: whose units are looked at; None takes the last one of 8x8 cells, as in the paper.
        data: folder or zip of real images, or `scenes`; None takes those that the run was trained on.
        units: marked by hand; all of them are tried, instead of those that methods find.
        value: what units are set to: `low-quantile` is the unit's own 1 % quantile, `mean` its mean.
        metric: the distance from real images: `kd` is unbiased however few samples there are.
        budget: by which part of itself the area of a concept may move.
        extractor: what images are looked at through, by name or in memory; by name alone for a run.
        segmenter: tells the concepts of each pixel, by name or in memory; None takes that of the run's dissection.
        candidates: units that each method may nominate.
        top_images: samples that activate a unit most, by which it is judged.
        num_images: samples to choose by; as many others accept or refuse.
        num_real: real images, or all where there are fewer, in two halves.
        random_sets: draws of as many random units to compare with.
        seed: of the latents, the random samples and units, and the resampling.
        batch_size: samples at a time; figures do not depend on it.
        progress: as for `dissect`.

    Raises:
        ConfigError: a generator in memory without data or segmenter, too few images, or a value out of range.
        LayerError: there is no such layer, it has no cells, or its edits cannot be written into weights.
        GanatomyError: the run, its data or the extractor is not what was asked for.
    """
    is_run = not isinstance(generator, nn.Module)
    if is_run and not (isinstance(extractor, str) and isinstance(segmenter, str | None)):
        raise ConfigError("a run is repaired by names; give extractor and segmenter as text, or ganatomy.load(run)")
    config = RepairConfig(
        Path(str(generator)) if is_run else Path(type(generator).__name__),
        layer,
        units=tuple(units),
        value=str(value),
        metric=metric,
        candidates=candidates,
        top_images=top_images,
        num_images=num_images,
        num_real=num_real,
        budget=budget,
        random_sets=random_sets,
        extractor=extractor if isinstance(extractor, str) else "efficientnet",
        data=None if data is None else str(data),
        segmenter=segmenter if isinstance(segmenter, str) else None,
        seed=seed,
        batch_size=batch_size,
    )
    told = shown_progress(progress)
    if isinstance(generator, nn.Module):
        return _in_memory(as_generator(generator, told), config, extractor, segmenter, told)
    repaired = repair_run(config, told)
    run = open_run(config.run)
    source = of_run(load_image_generator(run, config.weights), run)
    return Repaired(repaired.repair, source, fingerprint(source), repaired.source, repaired.folder)


def _in_memory(
    generator: GeneratorNetwork,
    config: RepairConfig,
    extractor: Extractor | str,
    segmenter: Segmenter | str | None,
    progress: Progress,
) -> Repaired:
    if config.data is None:
        raise ConfigError("a generator in memory does not say what it was trained on; give data='photos.zip'")
    if segmenter is None:
        raise ConfigError("a generator in memory has no dissection; give segmenter='scenes' or another")
    asked = TrainingData(config.data, image_size=generator.image_size, num_scenes=config.num_real)
    images = open_images(asked, SCENES_SEED, progress)
    looked = load_extractor(extractor, None) if isinstance(extractor, str) else extractor
    layer = config.layer or default_layer(generator)
    found = find_repair(
        generator, as_segmenter(segmenter), looked, images, layer, protocol_of(config), config.units, progress=progress
    )
    num_real = min(config.num_real, len(images))
    return Repaired(
        found, generator, fingerprint(generator), Source(GIVEN, Path(config.data).name, num_real, config.value)
    )
