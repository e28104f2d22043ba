"""An edit as a whole: units of a run changed, what appears and vanishes measured, and written into the run."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from torch import nn

from ganatomy.config.edit import EditConfig
from ganatomy.config.steps import StepSettings
from ganatomy.directions import open_generator
from ganatomy.errors import IncompatibleRun
from ganatomy.intervene.choice import agreement_of, dissected_segmenter, ranked_units, read_dissection
from ganatomy.intervene.effects import EditEffects, EffectProtocol, measure_edit
from ganatomy.intervene.files import write_edit
from ganatomy.intervene.inverted import InvertedPhotos, observing
from ganatomy.intervene.pictures import to_show
from ganatomy.intervene.planning import ChosenStep, prepare
from ganatomy.intervene.steps import PreparedEdit
from ganatomy.invert.files import inverted_layer, read_inversion
from ganatomy.progress import Progress
from ganatomy.runs.directory import Run, open_run_to_write
from ganatomy.segment.load import load_choice


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
    run = open_run_to_write(config.run)
    layers = [step.layer for step in config.steps]
    of_photos = [inverted_layer(run, name) for name in config.on]
    every = [*layers, *of_photos]
    generator = open_generator(run, every, config.weights, config.device, progress, config.of_class)
    choice = config.segmenter_choice or dissected_segmenter(run, generator, tuple(dict.fromkeys(layers)))
    segmenter = load_choice(choice, config.device)
    chosen = [_chosen(config, step, run, generator) for step in config.steps]
    protocol = EffectProtocol(
        config.num_images, config.random_sets, config.seed, config.batch_size, config.value_images
    )
    photos = [read_inversion(run, name, generator) for name in config.on]
    inverted = InvertedPhotos.kept(photos) if photos else None
    on = observing(generator, segmenter, inverted)
    protocol = replace(protocol, num_images=len(photos)) if photos else protocol
    prepared = prepare(generator, segmenter, chosen, protocol, config.region, config.strength, progress, on)
    effects = measure_edit(prepared, protocol, progress)
    shown = to_show(prepared, effects, None if inverted is None else inverted.photos)
    folder, content = write_edit(run, generator, prepared, effects, shown, protocol, [photo.name for photo in photos])
    return MeasuredEdit(prepared, effects, folder, content)


def _chosen(config: EditConfig, step: StepSettings, run: Run, generator: nn.Module) -> ChosenStep:
    """Return the units of a step, and how well they agree with its concept where a dissection tells."""
    if step.concept is None:
        return ChosenStep(step, step.units)
    if not step.units:
        table = read_dissection(run, generator, step.layer)
        units = ranked_units(run, generator, table, step.concept, config.top, config.ranking)
        return ChosenStep(step, units, agreement_of(table, step.concept, units), config.ranking)
    with suppress(IncompatibleRun):
        table = read_dissection(run, generator, step.layer)
        if max(step.units) < len(table.units):  # or else the layer is asked, which says so
            return ChosenStep(step, step.units, agreement_of(table, step.concept, step.units))
    return ChosenStep(step, step.units)
