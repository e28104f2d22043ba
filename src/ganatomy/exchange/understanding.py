"""A generator from elsewhere as it is understood, of a file or of a run, before anything is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from ganatomy.config.importing import ImportConfig, values_of
from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.exchange.files import SUFFIXES, read_tensors
from ganatomy.exchange.layouts.hints import Hints, Rectifier
from ganatomy.exchange.layouts.recognised import Recognised
from ganatomy.exchange.search import Network, generator_in, networks_in
from ganatomy.models.adaptation import AdaptedGenerator, adapt
from ganatomy.models.kinds import KINDS
from ganatomy.models.protocol import GeneratorNetwork, ImageGenerator
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json
from ganatomy.runs.manifest import Images, architecture_file, open_manifest
from ganatomy.runs.outside import OUTSIDE, OutsideShape, adapted, built
from ganatomy.runs.trust import name_code
from ganatomy.runs.weights import load_image_generator


@dataclass(frozen=True)
class Understood:
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


def understand_file(path: Path, config: ImportConfig, code: Callable[..., nn.Module] | None) -> Understood:
    """Return the generator in a file of weights, or in the only one of a folder.

    Args:
        path: the file or folder.
        config: all settings of the import.
        code: what `config.module` stands for, where it is at hand; None imports it.

    Raises:
        CheckpointError: the file cannot be read or holds no generator that is known.
        ConfigError: it holds several, or leaves open what the user has to say; or code that does not work.
    """
    networks = networks_in(read_tensors(weights_file(path)))
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
    return Understood(
        generator,
        built_network,
        recognised.layout,
        images,
        classes,
        network.name,
        recognised.evidence,
        recognised.warnings,
    )


def understand_run(run: Run, config: ImportConfig) -> Understood:
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
    return Understood(generator, network, layout, manifest.images, manifest.class_names, which, evidence, (), outside)


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


def _with_code(networks: list[Network], config: ImportConfig, code: Callable[..., nn.Module] | None) -> Understood:
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
    return Understood(generator, generator, layout, images, generator.class_names, one.name, evidence, (), shape)


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
