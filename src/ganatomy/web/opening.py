"""A run opened to be painted in: its generator, its segmenter, the layers that can be chosen, and what it lacks."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import nn

from ganatomy.config.paint import PaintConfig
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.directions import open_generator
from ganatomy.errors import CheckpointError, ConfigError, IncompatibleRun, LayerError, MissingExtra
from ganatomy.hooks import featuremaps_of, find_layer, usual_layers
from ganatomy.intervene.choice import dissected_segmenter, read_dissection
from ganatomy.invert.files import inverted_photos
from ganatomy.models.fingerprint import made_by
from ganatomy.models.protocol import GeneratorNetwork, device_of, named_layers, sample_latents
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run, open_run
from ganatomy.runs.layout import ACE, DISSECT, INVERSIONS, UNITS
from ganatomy.runs.manifest import open_manifest
from ganatomy.runs.records.causes import CauseRecord
from ganatomy.runs.records.reading import read_record
from ganatomy.runs.records.units import UnitTable
from ganatomy.seeds import stream
from ganatomy.segment.inferred import inferred_choice
from ganatomy.segment.load import load_choice
from ganatomy.segment.nothing import NoConcepts
from ganatomy.segment.protocol import Segmenter
from ganatomy.web.layer import PaintedLayer, open_painted

Missing = (CheckpointError, ConfigError, MissingExtra)
"""What keeps a segmenter from being loaded, without which there is painting all the same."""


@dataclass(frozen=True, eq=False)
class OpenedRun:
    """A run to be painted in."""

    run: Run
    weights: str
    generator: GeneratorNetwork
    segmenter: Segmenter
    layer: str
    """The one to begin with."""
    layers: tuple[str, ...]
    """Those that can be chosen."""
    tables: dict[str, UnitTable]
    """Of the layers that were dissected with these weights."""
    photos: tuple[str, ...] = ()
    """Folders of inverted photos, without `invert/`."""
    notes: tuple[str, ...] = ()
    """What is missing, and how it is had."""
    value_images: int = 200
    samples_seed: int | None = None
    """Of the samples that have numbers; None takes those of the dissection."""
    progress: Progress = field(default=SILENT)

    def notes_of(self, layer: str) -> tuple[str, ...]:
        """Return what is missing of a layer, and of the run."""
        if layer in self.tables:
            return self.notes
        command = f"ganatomy dissect {self.run.path} --layers {layer}"
        return (
            f"Layer {layer} has not been dissected, so that there are only single units; run: {command}",
            *self.notes,
        )


def open_to_paint(config: PaintConfig, progress: Progress = SILENT) -> OpenedRun:
    """Return a run opened to be painted in.

    Args:
        config: all settings; port and browser are passed over.
        progress: told of every image that is segmented.

    Raises:
        CheckpointError: the weights are missing or do not fit.
        ConfigError: the segmenter that was asked for cannot be had.
        DataError: a record of the run is not what it should be.
        IncompatibleRun: there is no run, or it makes points in the plane.
        LayerError: there is no such layer, or the generator has none to paint in.
    """
    run = open_run(config.run)
    asked = [] if config.layer is None else [config.layer]
    generator = open_generator(run, asked, config.weights, config.device, progress).requires_grad_(False)
    tables = _tables(run, generator)
    layers = _layers(generator, tables, config.layer)
    layer = config.layer or _first(tables, layers)
    segmenter, missing = _segmenter(run, generator, config.segmenter_choice, [*tables], layer, config.device)
    return OpenedRun(
        run=run,
        weights=config.weights,
        generator=generator,
        segmenter=segmenter,
        layer=layer,
        layers=layers,
        tables=tables,
        photos=tuple(name.removeprefix(f"{INVERSIONS}/") for name in inverted_photos(run)),
        notes=missing,
        value_images=config.value_images,
        progress=progress,
    )


def open_layer(opened: OpenedRun, layer: str) -> PaintedLayer:
    """Return a layer of an opened run, ready to be painted in.

    Raises:
        LayerError: there is nothing to paint in it.
    """
    return open_painted(
        opened.generator,
        opened.segmenter,
        layer,
        opened.tables.get(layer),
        _causes(opened.run, opened.generator, layer),
        opened.value_images,
        progress=opened.progress,
        seed=opened.samples_seed,
    )


def _tables(run: Run, generator: nn.Module) -> dict[str, UnitTable]:
    """Return the unit tables of the layers that were dissected with these weights."""
    found = {}
    for path in sorted(run.path.glob(f"{DISSECT}/*/{UNITS}")):
        try:
            find_layer(generator, path.parent.name)
            found[path.parent.name] = read_dissection(run, generator, path.parent.name)
        except (LayerError, IncompatibleRun):  # directions that were not asked for, or other weights
            continue
    return found


def _layers(generator: GeneratorNetwork, tables: dict[str, UnitTable], asked: str | None) -> tuple[str, ...]:
    """Return the layers that can be chosen: dissected ones, usual ones, and the one that was asked for; as they run.

    Raises:
        LayerError: there is none.
    """
    z = sample_latents(generator, 1, stream(0, "layer")).to(device_of(generator))
    sizes = {name: size for name, size in featuremaps_of(generator, z).items() if size[0] > 3}
    usual = usual_layers(sizes, named_layers(generator))
    wanted = {*usual, *(name for name in tables if min(tables[name].grid) > 1), *([asked] if asked else ())}
    ordered = tuple(name for name in sizes if name in wanted)
    others = tuple(sorted(wanted.difference(ordered)))  # such as directions, which no module gives
    if not wanted:
        raise LayerError(f"{type(generator).__name__} has no layer of featuremaps; give --layer")
    return ordered + others


def _first(tables: dict[str, UnitTable], layers: Sequence[str]) -> str:
    """Return the dissected layer whose units show most concepts, the finer one of equals; without any the last one."""

    def shown(layer: str) -> tuple[int, int]:
        table = tables[layer]
        return len({row.concept for row in table.units if row.interpretable}), table.grid[0]

    return max((layer for layer in layers if layer in tables), key=shown, default=layers[-1])


def _segmenter(
    run: Run, generator: nn.Module, asked: SegmenterChoice | None, dissected: list[str], layer: str, device: str
) -> tuple[Segmenter, tuple[str, ...]]:
    """Return the segmenter, and what to say where there is none."""
    if asked is not None:
        return load_choice(asked, device), ()
    try:
        if dissected:
            by = layer if layer in dissected else dissected[0]
            return load_choice(dissected_segmenter(run, generator, [by]), device), ()
        return load_choice(inferred_choice(open_manifest(run), str(run.path)), device), ()
    except Missing as error:
        return NoConcepts(), (f"Areas of concepts are not told: {error}",)


def _causes(run: Run, generator: nn.Module, layer: str) -> dict[str, CauseRecord]:
    """Return what was found to cause concepts in a layer, with these weights."""
    records = [read_record(CauseRecord, path) for path in sorted((run.path / ACE / layer).glob("*.json"))]
    return {record.concept: record for record in records if made_by(generator, record.generator)}
