"""`ganatomy edit`: units ablated, and what vanishes."""

from typing import Any

from torch import nn

from ganatomy.config.edit import EditConfig
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.intervene.ablation import rectangle
from ganatomy.intervene.choice import agreement_of, best_units, read_dissection
from ganatomy.intervene.effects import Ablation, EffectProtocol, measure_ablation
from ganatomy.intervene.files import effect_json, write_ablation
from ganatomy.progress import Progress
from ganatomy.runs.directory import Run, open_run
from ganatomy.runs.weights import load_image_generator
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.protocol import Segmenter

LEAST_PRINTED_AREA = 0.005
"""Concepts of a smaller part of all pixels are left out of what is printed, not of effects.json."""


def run(config: EditConfig, progress: Progress) -> dict[str, object]:
    """Ablate the units, write effects and pictures into the run, and return the largest concepts' change.

    Raises:
        GanatomyError: the run, its dissection, the layer, a unit or the concept is not what was asked for.
    """
    directory = open_run(config.run)
    generator = load_image_generator(directory, config.weights, config.device)
    segmenter = _segmenter(config, directory, generator)
    units, agreement = _units(config, directory, generator)
    if config.ablate is not None:
        known_concept(config.ablate, segmenter.concepts)
    region = config.rectangle and rectangle(config.rectangle, generator.image_size)
    ablation = Ablation(config.layer, units, config.value, region, config.strength)
    protocol = EffectProtocol(config.num_images, config.random_sets, config.seed, config.batch_size)
    measured = measure_ablation(generator, segmenter, ablation, protocol, progress)
    folder, _ = write_ablation(
        directory, generator, segmenter, ablation, measured, protocol, config.ablate, config.region
    )
    noteworthy = [e for e in measured.effects if e.area_before >= LEAST_PRINTED_AREA or e.concept == config.ablate]
    return {
        "edit": str(folder),
        "layer": config.layer,
        "concept": config.ablate,
        "units": list(units),
        **agreement,
        "num_images": config.num_images,
        "effects": [
            effect_json(effect)
            for effect in sorted(noteworthy, key=lambda e: (e.concept != config.ablate, -e.area_before))
        ],
    }


def _units(config: EditConfig, directory: Run, generator: nn.Module) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Return the units, and how well they agree with the concept where a dissection chose them."""
    if config.units or config.ablate is None:
        return config.units, {}
    table = read_dissection(directory, generator, config.layer)
    units = best_units(table, config.ablate, config.top)
    return units, agreement_of(table, config.ablate, units)


def _segmenter(config: EditConfig, directory: Run, generator: nn.Module) -> Segmenter:
    """Return the segmenter asked for, or that of the layer's dissection."""
    choice = config.segmenter_choice or SegmenterChoice.from_record(
        read_dissection(directory, generator, config.layer)["segmenter_settings"]
    )
    return load_segmenter(
        choice.name, choice.weights, choice.input_size, config.device, choice.concepts, choice.options
    )
