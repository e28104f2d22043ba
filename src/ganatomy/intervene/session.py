"""An edit as a whole: units of a run ablated, what vanishes measured, and written into the run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from ganatomy.config.edit import EditConfig
from ganatomy.config.jsonable import unstructured
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.directions import open_generator
from ganatomy.intervene.choice import agreement_of, best_units, read_dissection
from ganatomy.intervene.effects import Ablation, AblationEffects, EffectProtocol, measure_ablation
from ganatomy.intervene.files import write_ablation
from ganatomy.intervene.regions import rectangle
from ganatomy.progress import Progress
from ganatomy.runs.directory import Run, open_run
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.load import load_choice
from ganatomy.segment.protocol import Segmenter


@dataclass(frozen=True)
class MeasuredAblation:
    """An ablation, what it changed, and where that was written."""

    ablation: Ablation
    agreement: dict[str, Any]
    """How well the units agree with the concept, see `agreement_of`; empty where no dissection chose them."""
    effects: AblationEffects
    folder: Path


def ablate_units(config: EditConfig, progress: Progress) -> MeasuredAblation:
    """Ablate units of a run, write effects and pictures into it, and return them.

    Args:
        config: all settings.
        progress: told of every image segmented.

    Raises:
        GanatomyError: the run, its dissection, the layer, a unit or the concept is not what was asked for.
    """
    run = open_run(config.run)
    generator = open_generator(run, [config.layer], config.weights, config.device, progress)
    segmenter = _segmenter(config, run, generator)
    units, agreement = _units(config, run, generator)
    if config.ablate is not None:
        known_concept(config.ablate, segmenter.concepts)
    region = config.rectangle and rectangle(config.rectangle, generator.image_size)
    ablation = Ablation(config.layer, units, config.value, region, config.strength)
    protocol = EffectProtocol(config.num_images, config.random_sets, config.seed, config.batch_size)
    measured = measure_ablation(generator, segmenter, ablation, protocol, progress)
    folder, _ = write_ablation(run, generator, segmenter, ablation, measured, protocol, config.ablate, config.region)
    return MeasuredAblation(ablation, agreement, measured, folder)


def _units(config: EditConfig, run: Run, generator: nn.Module) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Return the units, and how well they agree with the concept where a dissection chose them."""
    if config.units or config.ablate is None:
        return config.units, {}
    table = read_dissection(run, generator, config.layer)
    units = best_units(table, config.ablate, config.top)
    return units, agreement_of(table, config.ablate, units)


def _segmenter(config: EditConfig, run: Run, generator: nn.Module) -> Segmenter:
    """Return the segmenter asked for, or that of the layer's dissection."""
    choice = config.segmenter_choice or SegmenterChoice.from_record(
        unstructured(read_dissection(run, generator, config.layer).segmenter_settings),
        str(run.path / "dissect" / config.layer / "units.json"),
    )
    return load_choice(choice, config.device)
