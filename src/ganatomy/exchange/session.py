"""`ganatomy import`: a file of weights in, a run directory out."""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from ganatomy.config.importing import ImportConfig, values_of
from ganatomy.data.grids import image_grid
from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import to_uint8
from ganatomy.data.sources import open_images
from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.exchange.files import SUFFIXES, read_tensors
from ganatomy.exchange.hub import fetched
from ganatomy.exchange.layouts.hints import Hints, Rectifier
from ganatomy.exchange.layouts.recognised import Recognised
from ganatomy.exchange.looks import complaints
from ganatomy.exchange.search import Network, generator_in, networks_in
from ganatomy.hooks.featuremaps import Size, featuremaps_of
from ganatomy.models.adaptation import AdaptedGenerator, adapt
from ganatomy.models.kinds import KINDS
from ganatomy.models.protocol import GeneratorNetwork, ImageGenerator, sample_latents
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run, is_run, open_run
from ganatomy.runs.files import read_json, replacing, write_json
from ganatomy.runs.layout import SAMPLES, SAMPLES_INDEX
from ganatomy.runs.manifest import (
    Images,
    Manifest,
    Origin,
    TrainingData,
    architecture_file,
    create_imported,
    open_manifest,
    training_data,
)
from ganatomy.runs.outside import OUTSIDE, OutsideShape, adapted, built
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


@dataclass(frozen=True)
class _Taken:
    """A generator as it was understood, before anything is written."""

    generator: GeneratorNetwork
    network: GeneratorNetwork
    """The same, without what its images are converted by."""
    layout: str
    images: Images
    class_names: tuple[str, ...] | None
    name: str = ""
    evidence: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    outside: OutsideShape | None = None


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
    taken = _copied(open_run(path), config) if is_run(path) else _understood(weights_file(path), config, code)
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


def weights_file(path: Path) -> Path:
    """Return a file of weights, or the only one in a folder; of several the one in safetensors.

    Raises:
        CheckpointError: there is none, or there are several.
    """
    if not path.is_dir():
        return path
    found = sorted(one for one in path.iterdir() if one.suffix.lower() in SUFFIXES)
    safe = [one for one in found if one.suffix.lower() == ".safetensors"]
    chosen = safe or found
    if len(chosen) != 1:
        there = ", ".join(one.name for one in chosen[:8]) or "none"
        raise CheckpointError(f"{path} holds {len(chosen)} files of weights ({there}); give the one of the generator")
    return chosen[0]


def _understood(path: Path, config: ImportConfig, code: Callable[..., nn.Module] | None) -> _Taken:
    networks = networks_in(read_tensors(path))
    if config.module is not None:
        return _with_code(networks, config, code)
    network, recognised = generator_in(networks, config.as_, config.network, _hints(config))
    shape = _truncated(recognised, config.truncation)
    built_network = _loaded(recognised, shape)
    images = Images(*_value_range(config, recognised), config.channels)
    classes = _class_names(config) if built_network.class_names is None else _own_classes(built_network, config)
    generator = built_network
    if images != Images() or (classes is not None and built_network.class_names is None):
        meant = (images.low, images.high)
        names = classes if built_network.class_names is None else None
        generator = adapt(built_network, value_range=meant, channel_order=images.channels, classes=names)
    return _Taken(
        generator,
        built_network,
        recognised.layout,
        images,
        classes,
        network.name,
        recognised.evidence,
        recognised.warnings,
    )


def _hints(config: ImportConfig) -> Hints:
    rectifier = Rectifier.named(config.rectifier) if config.rectifier else None
    return Hints(rectifier, config.ends, config.latent, config.image_size)


def _loaded(recognised: Recognised, shape: Any) -> GeneratorNetwork:
    """Return the network of the kind that was recognised, with its weights."""
    try:
        network = KINDS[recognised.kind][0](shape)
        network.load_state_dict(recognised.weights)
    except RuntimeError as error:
        raise CheckpointError(
            f"the weights are not those of {recognised.layout}: {' '.join(str(error).split())}"
        ) from None
    if not isinstance(network, ImageGenerator):
        raise CheckpointError(f"the weights are those of {recognised.layout}, which makes no images")
    return network.eval()


def _truncated(recognised: Recognised, truncation: float | None) -> Any:
    """Return the architecture with the truncation that is asked for."""
    if truncation is None:
        return recognised.shape
    if not hasattr(recognised.shape, "truncation"):
        raise ConfigError(f"truncation is {truncation:g}, but {recognised.layout} has none; leave it out")
    return replace(recognised.shape, truncation=truncation)


def _value_range(config: ImportConfig, recognised: Recognised | None = None) -> tuple[float, float]:
    if config.value_range is not None:
        return config.value_range
    return (0.0, 1.0) if recognised is not None and config.ends == "sigmoid" else (-1.0, 1.0)


def _class_names(config: ImportConfig) -> tuple[str, ...] | None:
    if config.class_names:
        return config.class_names
    return tuple(map(str, range(config.num_classes))) if config.num_classes else None


def _own_classes(network: GeneratorNetwork, config: ImportConfig) -> tuple[str, ...]:
    """Return the names of a conditional network's classes: those given, or its own."""
    own, given = network.class_names or (), _class_names(config)
    if given is not None and len(given) != len(own):
        raise ConfigError(f"{len(given)} classes are given, but the weights are those of {len(own)}; give as many")
    network.class_names = given or own
    return network.class_names


def _with_code(networks: list[Network], config: ImportConfig, code: Callable[..., nn.Module] | None) -> _Taken:
    """Return the generator that the user's code makes, with the weights in the file that are its own."""
    assert config.module is not None
    named = name_code(config.module)  # of a class at hand too: runs are opened by its name
    made_by = code or named
    shape = OutsideShape(
        config.module,
        config.z_dim,
        config.latent,
        values_of(config.arguments, "arguments"),
        values_of(config.call, "call"),
        _output(config.output),
    )
    network = built(made_by, shape)
    one = _fitting(networks, network, config)
    network.load_state_dict(dict(one.tensors))
    images = Images(*_value_range(config), config.channels)
    generator = adapted(network, shape, images, _class_names(config))
    layout = f"the generator {config.module}"
    evidence = (f"names and sizes of all {len(one.tensors)} weights are those of {type(network).__name__}",)
    return _Taken(generator, generator, layout, images, generator.class_names, one.name, evidence, (), shape)


def _output(given: str | None) -> int | str | None:
    """Return the place of the images in a tuple, or their key."""
    return int(given) if given is not None and given.lstrip("-").isdecimal() else given


def _fitting(networks: list[Network], network: nn.Module, config: ImportConfig) -> Network:
    """Return the network of a file whose weights have the names and sizes of a module's."""
    asked = config.network
    wanted = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    fitting = [
        one
        for one in networks
        if asked in (None, one.name) and {name: tuple(value.shape) for name, value in one.tensors.items()} == wanted
    ]
    if not fitting:
        nearest = max(networks, key=lambda one: len(set(one.tensors) & set(wanted)))
        raise CheckpointError(f"the file holds no weights of {config.module}: {_difference(nearest.tensors, wanted)}")
    names = ", ".join(one.name or "the whole file" for one in fitting)
    averaged = [one for one in fitting if one.is_averaged]
    if len(fitting) > 1 and len(averaged) != 1:
        raise ConfigError(
            f"the weights of {config.module} are in the file several times: {names}; say which by --network"
        )
    return averaged[0] if averaged else fitting[0]


def _difference(tensors: Mapping[str, Tensor], wanted: Mapping[str, tuple[int, ...]]) -> str:
    """Return the first way in which weights are not those of a module."""
    for name, size in wanted.items():
        if name not in tensors:
            return f"'{name}' {size} is missing"
        if tuple(tensors[name].shape) != size:
            return f"'{name}' has size {tuple(tensors[name].shape)} in place of {size}; are --arguments right?"
    return f"'{next(iter(set(tensors) - set(wanted)))}' is none of its weights"


def _copied(run: Run, config: ImportConfig) -> _Taken:
    """Return the generator of a run, such as one that was exported."""
    manifest = open_manifest(run)
    names = sorted(one.stem for one in (run.path / "weights").glob("*.safetensors"))
    which = config.network or ("ema" if "ema" in names or len(names) != 1 else names[0])
    generator = load_image_generator(run, which)
    saved = read_json(architecture_file(run))
    network = generator
    outside = None
    if saved.get("kind") == OUTSIDE:
        outside = OutsideShape.of(saved)
    elif isinstance(generator, AdaptedGenerator):
        network = generator.module  # type: ignore[assignment]  # what load_image_generator adapts is one
    layout = manifest.origin.layout or f"the run {run.path.name}"
    evidence = (f"{run.path} is a run of GANatomy",)
    return _Taken(generator, network, layout, manifest.images, manifest.class_names, which, evidence, (), outside)


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


def _write(out: Path, name: str, manifest: Manifest, taken: _Taken, sheet: Image.Image) -> Run:
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
