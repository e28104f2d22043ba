"""`ganatomy import`: a file of weights in, a run directory out."""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from ganatomy.config.importing import ImportConfig
from ganatomy.data.grids import image_grid
from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import to_uint8
from ganatomy.data.sources import open_images
from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.exchange.hub import fetched
from ganatomy.exchange.looks import complaints
from ganatomy.exchange.understanding import Understood, understand_file, understand_run
from ganatomy.hooks.featuremaps import Size, featuremaps_of
from ganatomy.models.adaptation import AdaptedGenerator
from ganatomy.models.protocol import GeneratorNetwork, sample_latents
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run, is_run, open_run
from ganatomy.runs.files import read_json, replacing, write_json
from ganatomy.runs.layout import SAMPLES, SAMPLES_INDEX
from ganatomy.runs.manifest import (
    Manifest,
    Origin,
    TrainingData,
    architecture_file,
    create_imported,
    open_manifest,
    training_data,
)
from ganatomy.runs.outside import OUTSIDE
from ganatomy.runs.trust import name_code
from ganatomy.runs.weights import load_image_generator, save_generator, save_outside
from ganatomy.seeds import stream

NUM_SAMPLES, COLUMNS = 64, 8
SAMPLE_FILE = "gen-000000.png"
AT_A_TIME = 16
MOST_PIXELS, PIXELS_AT_A_TIME = 2**23, 2**21
"""Of all samples, and of those that are made at once: of large images there are fewer."""


@dataclass(frozen=True)
class Imported:
    """A run that was made of a generator from elsewhere, and how its weights were understood."""

    run: Path
    """The run directory."""
    generator: GeneratorNetwork = field(repr=False)
    """In evaluation mode: latents (n, z_dim) to images (n, 3, s, s) in [-1, 1]."""
    layout: str
    """What the weights were taken for, in words."""
    network: str
    """Which network of the file it is; empty where the file holds no other."""
    evidence: tuple[str, ...]
    """What in the file says so."""
    warnings: tuple[str, ...]
    """What could not be known, and what looks odd."""
    layers: Mapping[str, Size]
    """Units, rows and columns of the featuremaps of each layer."""
    samples: Path
    """A sheet of samples."""


def import_generator(
    config: ImportConfig, code: Callable[..., nn.Module] | None = None, progress: Progress = SILENT
) -> Imported:
    """Make a run of a generator that was trained elsewhere, and return it.

    Nothing is written before all of it is understood and its samples are made.

    Args:
        config: all settings.
        code: what `config.module` stands for, where it is at hand; None imports it.
        progress: told of every image that is read.

    Raises:
        CheckpointError: the file cannot be read or holds no generator that is known.
        ConfigError: it holds several, or leaves open what the user has to say; or code that does not work.
        DataError: the images cannot be read.
        MissingExtra: the library of the Hugging Face hub is needed and not installed.
    """
    path = fetched(config.file)
    if config.module is not None and is_run(path):
        return _named_again(open_run(path), config)
    taken = understand_run(open_run(path), config) if is_run(path) else understand_file(path, config, code)
    with torch.no_grad():
        images, layers = _samples(taken.generator, config.seed)
    data, known = _training_data(config, taken.generator.image_size, progress)
    said = (*taken.warnings, *complaints(images, None if data is None else data.images[:2000]))
    name = config.name or (path.name if path.is_dir() else path.stem)
    manifest = Manifest(
        Origin("imported", f"from {path.name}", sha256=_sha256(path), layout=taken.layout),
        image_size=taken.generator.image_size,
        data=known or (open_manifest(open_run(path)).data if is_run(path) else None),
        images=taken.images,
        class_names=taken.class_names,
    )
    run = _write(config.out, name, manifest, taken, image_grid(to_uint8(images).numpy(), COLUMNS))
    return Imported(
        run.path,
        taken.generator,
        taken.layout,
        taken.name,
        taken.evidence,
        said,
        layers,
        run.path / SAMPLES / SAMPLE_FILE,
    )


def _named_again(run: Run, config: ImportConfig) -> Imported:
    """Return a run whose code the user has named, as it is."""
    assert config.module is not None
    saved = read_json(architecture_file(run))
    if saved.get("kind") != OUTSIDE or saved.get("module") != config.module:
        has = f"of {saved['module']!r}" if saved.get("kind") == OUTSIDE else "without code of its own"
        raise ConfigError(f"{run.path} is a run {has}, not of {config.module!r}; leave out --module, or give its own")
    name_code(config.module)
    generator = load_image_generator(run)
    with torch.no_grad():
        _, layers = _samples(generator, config.seed)
    evidence = (f"{config.module} is trusted from now on, as it is now",)
    layout = f"the generator {config.module}"
    return Imported(run.path, generator, layout, "", evidence, (), layers, run.path / SAMPLES / SAMPLE_FILE)


def _samples(generator: GeneratorNetwork, seed: int) -> tuple[Tensor, dict[str, Size]]:
    """Return samples (n, 3, s, s) and the layers that give featuremaps."""
    pixels = generator.image_size**2
    n = max(COLUMNS, min(NUM_SAMPLES, MOST_PIXELS // pixels))
    batch = max(1, min(AT_A_TIME, PIXELS_AT_A_TIME // pixels))
    z = sample_latents(generator, n, stream(seed, "samples"))
    try:
        images = torch.cat([generator(z[at : at + batch]).float() for at in range(0, len(z), batch)])
    except (RuntimeError, ValueError, IndexError) as error:
        raise CheckpointError(f"the generator fails on its latents ({' '.join(str(error).split())[:200]})") from None
    return images, featuremaps_of(generator, z[:1])


def _training_data(
    config: ImportConfig, image_size: int, progress: Progress
) -> tuple[ImageSet | None, TrainingData | None]:
    """Return the images that a generator was trained on, and what is to be known of them; None for none."""
    if config.data is None:
        return None, None
    asked = TrainingData(config.data, image_size=image_size, classes=config.classes, split=config.split)
    images = open_images(asked, asked.seed, progress)
    return images, training_data(asked, asked.seed, images)


def _write(out: Path, name: str, manifest: Manifest, taken: Understood, sheet: Image.Image) -> Run:
    """Return the new run; what was begun is removed if it cannot be finished."""
    run = create_imported(out, name, manifest)
    try:
        if taken.outside is not None:
            assert isinstance(taken.network, AdaptedGenerator)
            save_outside(run, "ema", taken.outside, taken.network)
        else:
            save_generator(run, "ema", taken.network)
        with replacing(run.path / SAMPLES / SAMPLE_FILE) as partial:
            sheet.save(partial, format="PNG", optimize=True)
        moment = {"generation": 0, "kimg": 0.0, "seconds": 0.0, "file": SAMPLE_FILE}
        write_json(run.path / SAMPLES_INDEX, [moment])
    except BaseException:
        shutil.rmtree(run.path, ignore_errors=True)
        raise
    return run


def _sha256(path: Path) -> str | None:
    """Return the digest of a file of weights; None of a folder."""
    file = path if path.is_file() else None
    if file is None:
        return None
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
