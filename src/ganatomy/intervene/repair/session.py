"""A run repaired: artifact units found, proven on held-out images, and written into new weights of the run."""

import json
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from ganatomy.config.repair import RepairConfig
from ganatomy.data.image_set import ImageSet
from ganatomy.data.sources import open_images
from ganatomy.evolve.judge import has_discriminator, load_discriminator
from ganatomy.hooks import find_layer
from ganatomy.intervene.choice import dissected_segmenter
from ganatomy.intervene.repair.files import Source, write_repair
from ganatomy.intervene.repair.repairing import Repair, RepairProtocol, default_layer, find_repair
from ganatomy.metrics.extractors import load_extractor
from ganatomy.metrics.names import flattery
from ganatomy.metrics.session import SCENES_SEED, real_data
from ganatomy.models.classes import class_of
from ganatomy.models.fingerprint import fingerprint
from ganatomy.progress import Progress
from ganatomy.runs.directory import Run, open_run_to_write
from ganatomy.runs.files import write_tensors
from ganatomy.runs.layout import DISSECT, UNITS
from ganatomy.runs.manifest import Manifest, open_manifest
from ganatomy.runs.weights import load_image_generator, save_repaired
from ganatomy.segment.inferred import inferred_choice
from ganatomy.segment.load import load_choice
from ganatomy.segment.protocol import Segmenter


@dataclass(frozen=True)
class RepairedRun:
    """What was found in a run, and where it was written."""

    repair: Repair
    source: Source
    """Which weights, and which real images."""
    folder: Path
    weights: Path | None
    """The weights `repaired`; None where nothing is accepted."""
    exported: Path | None
    """The same, where a file was asked for."""
    warnings: tuple[str, ...]
    """What the figures may not say."""
    of_class: str | None
    """The class that all samples were of."""


def repair_run(config: RepairConfig, progress: Progress) -> RepairedRun:
    """Repair a run: write what was found into it, and where a repair is accepted, its weights.

    Args:
        config: all settings.
        progress: told of every image and every warning.

    Raises:
        GanatomyError: the run, its data, the layer, a unit, the extractor or the segmenter is not what was asked for.
    """
    run = open_run_to_write(config.run)
    manifest = open_manifest(run)
    generator = load_image_generator(run, config.weights, config.device, config.of_class)
    layer = config.layer or default_layer(generator)
    find_layer(generator, layer)
    segmenter = _segmenter(config, run, manifest, generator, layer)
    extractor = load_extractor(config.extractor, config.extractor_weights, config.device)
    images, name = _real_images(config, run, manifest, progress)
    judge = load_discriminator(run, config.device) if has_discriminator(run) else None
    found = find_repair(
        generator, segmenter, extractor, images, layer, protocol_of(config), config.units, judge, progress
    )
    warnings = (*_warnings(manifest, config, judge), *_of_one_class(generator, found))
    for text in warnings:
        progress.line(text)
    source = Source(config.weights, name, min(config.num_real, len(images)), config.value)
    folder = write_repair(run, generator, found, source, warnings)
    written = _write_weights(run, config, generator, found)
    return RepairedRun(found, source, folder, *written, warnings, class_of(generator))


def protocol_of(config: RepairConfig) -> RepairProtocol:
    """Return what a repair depends on, of all settings."""
    return RepairProtocol(
        metric=config.metric,
        value=config.constant,
        candidates=config.candidates,
        top_images=config.top_images,
        num_images=config.num_images,
        num_real=config.num_real,
        budget=config.budget,
        random_sets=config.random_sets,
        seed=config.seed,
        batch_size=config.batch_size,
    )


def _real_images(config: RepairConfig, run: Run, manifest: Manifest, progress: Progress) -> tuple[ImageSet, str]:
    """Return the real images and what to call them."""
    asked = real_data(run, manifest, config.data, config.split, config.num_real, progress)
    return open_images(asked, SCENES_SEED, progress), Path(asked.data).name


def _segmenter(config: RepairConfig, run: Run, manifest: Manifest, generator: nn.Module, layer: str) -> Segmenter:
    """Return the segmenter asked for, or that of the layer's dissection, or of scenes where the run is on those."""
    if config.segmenter_choice is not None:
        return load_choice(config.segmenter_choice, config.device)
    if (run.path / DISSECT / layer / UNITS).exists():
        return load_choice(dissected_segmenter(run, generator, [layer]), config.device)
    return load_choice(inferred_choice(manifest, str(run.path)), config.device)


def _warnings(manifest: Manifest, config: RepairConfig, judge: nn.Module | None) -> tuple[str, ...]:
    """Return what to tell of a repair beside its figures."""
    discriminator = manifest.origin.discriminator
    flattered = flattery(discriminator, config.extractor) if discriminator else []
    unheard = [] if judge is not None else ["the run has kept no discriminator, so that none was asked about its units"]
    return (*flattered, *unheard)


def _of_one_class(generator: nn.Module, found: Repair) -> tuple[str, ...]:
    """Return what to tell of weights that were proven on one class: they make all of them."""
    name = class_of(generator)
    if name is None or found.baked is None:
        return ()
    return (f"the repair was found and proven on class '{name}' alone, and its weights make every class",)


def _write_weights(
    run: Run, config: RepairConfig, generator: nn.Module, found: Repair
) -> tuple[Path | None, Path | None]:
    """Write the repaired weights, if there are any, into the run and to the file that was asked for."""
    if found.baked is None:
        return None, None
    said = {
        "repaired": json.dumps(
            {
                "weights": config.weights,
                "generator": fingerprint(generator),
                "layer": found.layer,
                "units": list(found.units),
                "constants": [float(found.values[unit]) for unit in found.units],
            }
        )
    }
    written = save_repaired(run, found.baked.generator, said)
    if config.export is not None:
        write_tensors(config.export, found.baked.generator.state_dict(), said)
    return written, config.export
