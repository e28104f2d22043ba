"""An edit as a whole: units of a run changed, what appears and vanishes measured, and written into the run."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from ganatomy.config.edit import EditConfig
from ganatomy.config.jsonable import unstructured
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.config.steps import StepSettings
from ganatomy.directions import open_generator
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.intervene.choice import agreement_of, best_units, read_dissection
from ganatomy.intervene.effects import EditEffects, EffectProtocol, measure_edit
from ganatomy.intervene.files import write_edit
from ganatomy.intervene.pictures import to_show
from ganatomy.intervene.planning import ChosenStep, prepare
from ganatomy.intervene.steps import PreparedEdit
from ganatomy.progress import Progress
from ganatomy.runs.directory import Run, open_run
from ganatomy.segment.load import load_choice
from ganatomy.segment.protocol import Segmenter


@dataclass(frozen=True)
class MeasuredEdit:
    """An edit, what it changed, and where that was written."""

    prepared: PreparedEdit
    effects: EditEffects
    folder: Path
    content: dict[str, Any]
    """What effects.json holds."""


def edit_units(config: EditConfig, progress: Progress) -> MeasuredEdit:
    """Edit units of a run, write effects and pictures into it, and return them.

    Args:
        config: all settings.
        progress: told of every image segmented.

    Raises:
        GanatomyError: the run, its dissection, the layer, a unit, the region or the concept is not what was asked for.
    """
    run = open_run(config.run)
    layers = [step.layer for step in config.steps]
    generator = open_generator(run, layers, config.weights, config.device, progress)
    segmenter = _segmenter(config, run, generator)
    chosen = [_chosen(config, step, run, generator) for step in config.steps]
    protocol = EffectProtocol(
        config.num_images, config.random_sets, config.seed, config.batch_size, config.value_images
    )
    prepared = prepare(generator, segmenter, chosen, protocol, config.region, config.strength, progress)
    effects = measure_edit(prepared, protocol, progress)
    folder, content = write_edit(run, generator, prepared, effects, to_show(prepared, effects), protocol)
    return MeasuredEdit(prepared, effects, folder, content)


def _chosen(config: EditConfig, step: StepSettings, run: Run, generator: nn.Module) -> ChosenStep:
    """Return the units of a step, and how well they agree with its concept where a dissection tells."""
    if step.concept is None:
        return ChosenStep(step, step.units)
    if not step.units:
        table = read_dissection(run, generator, step.layer)
        units = best_units(table, step.concept, config.top)
        return ChosenStep(step, units, agreement_of(table, step.concept, units))
    with suppress(IncompatibleRun):
        table = read_dissection(run, generator, step.layer)
        if max(step.units) < len(table.units):  # or else the layer is asked, which says so
            return ChosenStep(step, step.units, agreement_of(table, step.concept, step.units))
    return ChosenStep(step, step.units)


def _segmenter(config: EditConfig, run: Run, generator: nn.Module) -> Segmenter:
    """Return the segmenter asked for, or that of the layers' dissection."""
    if config.segmenter_choice is not None:
        return load_choice(config.segmenter_choice, config.device)
    layers = tuple(dict.fromkeys(step.layer for step in config.steps))
    tables = [read_dissection(run, generator, layer) for layer in layers]
    if len({table.fingerprint for table in tables}) > 1:
        raise ConfigError(
            f"layers {', '.join(layers)} of {run.path} were dissected with different segmenters; say with --segmenter "
            "which one is to measure the edit"
        )
    settings = unstructured(tables[0].segmenter_settings)
    source = str(run.path / "dissect" / layers[0] / "units.json")
    return load_choice(SegmenterChoice.from_record(settings, source), config.device)
