"""Photos inverted into the generator of a run, and written there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn

from ganatomy.config.invert import InvertConfig
from ganatomy.directions import open_generator
from ganatomy.errors import ConfigError, DataError, MissingExtra
from ganatomy.hooks import run_up_to
from ganatomy.invert.closeness import Closeness
from ganatomy.invert.encoder import Encoder
from ganatomy.invert.features import LayerHalves
from ganatomy.invert.files import Made, record_of, write_inversion
from ganatomy.invert.inverting import Inversion, InversionProtocol, Inverter
from ganatomy.invert.keeping import run_encoder
from ganatomy.invert.latents import LatentProtocol
from ganatomy.invert.law import drawn
from ganatomy.invert.photos import photo_tensor
from ganatomy.invert.ranges import Ranges, measure_ranges
from ganatomy.invert.reference import HeldOut, held_out_images, reference
from ganatomy.metrics.perceptual import Perceptual, load_perceptual
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.protocol import GeneratorNetwork, named_layers
from ganatomy.progress import Progress
from ganatomy.runs.directory import Run, open_run_to_write
from ganatomy.runs.manifest import Manifest, open_manifest
from ganatomy.runs.records.inversions import EncoderRecord, InversionRecord, InversionSettings, ReferenceRecord
from ganatomy.runs.training_data import given_data

CELLS = 8
"""Cells a side from which a layer has enough of them to be edited object by object."""


@dataclass(frozen=True)
class InvertedPhotos:
    """What was found for the photos of one call, and where it was written."""

    inversion: Inversion
    records: tuple[InversionRecord, ...]
    """One for each photo."""
    folders: tuple[Path, ...]
    encoder: EncoderRecord
    is_encoder_new: bool
    reference: ReferenceRecord | None


def invert_photos(config: InvertConfig, progress: Progress) -> InvertedPhotos:
    """Invert photos into a run's generator, write what was found into the run, and return it.

    Args:
        config: all settings.
        progress: told of every step.

    Raises:
        GanatomyError: the run, the layer, the class or a photo is not what was asked for, or the extra is missing.
    """
    run = open_run_to_write(config.run)
    manifest = open_manifest(run)
    generator = open_generator(run, [config.layer] if config.layer else [], config.weights, config.device, progress)
    photos = torch.cat([photo_tensor(path, generator.image_size)[1] for path in config.photos]).to(config.device)
    opened = open_up(config, generator)
    held_out = _held_out(config, run, manifest, generator.image_size, progress) if config.held_out else None
    encoder, figures, is_new = run_encoder(run, generator, config.encoder_steps, config.seed, progress)
    inverter, settings = opened.inverter(encoder), opened.settings
    others = _others(config, run, held_out, inverter, settings, progress)
    inversion = inverter.invert(photos, progress)
    made = Made(config.weights, fingerprint(generator), settings, others, generator.class_names)
    records, folders = [], []
    for place, path in enumerate(config.photos):
        record = record_of(inversion, place, path.name, made)
        records.append(record)
        folders.append(write_inversion(run, inversion.take(torch.tensor([place], device=photos.device)), record))
    return InvertedPhotos(inversion, tuple(records), tuple(folders), figures, is_new, others)


@dataclass(frozen=True, eq=False)
class Opened:
    """A generator opened at a layer, before there is an encoder: all that can be refused has been."""

    halves: LayerHalves
    ranges: Ranges
    closeness: Closeness
    protocol: InversionProtocol
    settings: InversionSettings
    generator: GeneratorNetwork

    def inverter(self, encoder: Encoder) -> Inverter:
        """Return what photos are inverted with."""
        return Inverter(self.generator, encoder, self.closeness, self.halves, self.ranges, self.protocol)


def open_up(config: InvertConfig, generator: GeneratorNetwork) -> Opened:
    """Return a generator opened at the layer that is asked for.

    Args:
        config: all settings; run, photos and weights are passed over.
        generator: in evaluation mode.

    Raises:
        ConfigError: it has no such class, or names no layer to take by itself.
        LayerError: there is no such layer, or it has no units.
        MissingExtra: the package that tells how alike images look is not installed.
    """
    number = class_number(generator, config.of_class)
    layer = config.layer or default_layer(generator)
    halves, perceptual = LayerHalves(generator, layer), perceptual_of(config)
    return Opened(
        halves=halves,
        ranges=measure_ranges(generator, layer, config.seed),
        closeness=Closeness(perceptual, config.perceptual_weight),
        protocol=protocol_of(config, number),
        settings=settings_of(config, layer, perceptual, generator.class_names, number),
        generator=generator,
    )


def default_layer(generator: nn.Module) -> str:
    """Return the first of a generator's layers that has `CELLS` x `CELLS` cells or more.

    Raises:
        ConfigError: it names no layers, or none has as many cells.
    """
    names = named_layers(generator)
    z = drawn(generator, 0, "layer", 1, next(generator.parameters()).device)
    with torch.no_grad():
        found = run_up_to(generator, names, z) if names else {}
    for name in names:
        if found[name].ndim == 4 and min(found[name].shape[2:]) >= CELLS:
            return name
    raise ConfigError(f"{type(generator).__name__} names no layer of {CELLS}x{CELLS} cells; say which, with --layer")


def class_number(generator: GeneratorNetwork, name: str | None) -> int | None:
    """Return the number of a class that was given by name or number; None for none.

    Raises:
        ConfigError: the generator has no such class, or no classes.
    """
    if name is None:
        return None
    names = generator.class_names
    if names is None:
        raise ConfigError(f"class is {name!r}, but the generator has no classes; leave it out")
    if name in names:
        return names.index(name)
    if name.isdecimal() and int(name) < len(names):
        return int(name)
    shown = ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
    raise ConfigError(f"class is {name!r}; the generator has {shown}; give a name, or 0 to {len(names) - 1}")


def perceptual_of(config: InvertConfig) -> Perceptual | None:
    """Return the network that tells how alike images look, if one is wanted.

    Raises:
        MissingExtra: the package that holds its weights is not installed.
        CheckpointError: its file is not the published one.
    """
    if config.perceptual == "none":
        return None
    try:
        return load_perceptual(config.device)
    except MissingExtra as error:
        raise MissingExtra(f"{error}; or leave it out, with --perceptual none") from None


def protocol_of(config: InvertConfig, number: int | None) -> InversionProtocol:
    """Return how photos are inverted.

    Args:
        config: all settings.
        number: of the class that was asked for.
    """
    return InversionProtocol(
        LatentProtocol(config.steps, config.restarts, config.pull, number),
        config.distance,
        config.feature_steps,
        config.seed,
        config.batch_size,
    )


def settings_of(
    config: InvertConfig,
    layer: str,
    perceptual: Perceptual | None,
    class_names: Sequence[str] | None,
    number: int | None,
) -> InversionSettings:
    """Return what figures depend on, as it is recorded.

    Args:
        config: all settings.
        layer: whose features are found.
        perceptual: what tells how alike images look.
        class_names: of the generator.
        number: of the class that was asked for.
    """
    return InversionSettings(
        layer=layer,
        distance=config.distance,
        steps=config.steps,
        feature_steps=config.feature_steps,
        restarts=config.restarts,
        pull=config.pull,
        perceptual=None if perceptual is None else f"{perceptual.name} {perceptual.fingerprint}",
        perceptual_weight=config.perceptual_weight,
        encoder_steps=config.encoder_steps,
        class_name=None if number is None or class_names is None else class_names[number],
        seed=config.seed,
    )


def _others(
    config: InvertConfig,
    run: Run,
    held_out: HeldOut | None,
    inverter: Inverter,
    settings: InversionSettings,
    progress: Progress,
) -> ReferenceRecord | None:
    """Return the errors of other images; None where they were left out."""
    if not config.held_out:
        return None
    generator = fingerprint(inverter.generator)
    return reference(run, inverter, generator, settings, held_out, config.held_out, progress)


def _held_out(
    config: InvertConfig, run: Run, manifest: Manifest, image_size: int, progress: Progress
) -> HeldOut | None:
    """Return real images of the run's data at the generator's size, or others that were asked for.

    None, said in a line, where none are known or the run's own are not there.

    Raises:
        DataError: images were asked for that cannot be read.
    """
    if config.data is not None:
        given = replace(given_data(manifest, config.data), image_size=image_size)
        held_out = held_out_images(given, config.held_out, progress)
        return replace(held_out, digest=held_out.images.digest)
    if manifest.data is None:
        progress.line(f"{run.path} does not say what it was trained on: errors stand beside those of samples alone")
        return None
    own, size = manifest.data, manifest.data.digest_size or manifest.data.image_size
    own = replace(own, image_size=image_size, digest_size=size)
    try:
        return held_out_images(own, config.held_out, progress, str(run.path))
    except DataError as error:
        progress.line(f"no training images to compare with: {error}")
        return None
