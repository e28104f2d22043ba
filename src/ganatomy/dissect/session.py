"""Runs dissected: the layers of one, or of several that are then compared, written where they belong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ganatomy.config.dissect import DissectConfig
from ganatomy.config.jsonable import to_json
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.directions import find_directions, open_generator, with_layer
from ganatomy.dissect.classes.reports import chosen_classes
from ganatomy.dissect.comparison import Comparison, as_json, compare_dissections
from ganatomy.dissect.comparison_page import write_page
from ganatomy.dissect.domain import DomainCheck
from ganatomy.dissect.history import dissect_history
from ganatomy.dissect.layers import Dissection
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.scoring.profiles import profile_of
from ganatomy.dissect.writing import Tools, dissect_into, noted, write_class_comparison, write_domain_check
from ganatomy.errors import IncompatibleRun, LayerNotFound
from ganatomy.hooks import featuremaps_of, find_layer, usual_layers
from ganatomy.models.classes import class_of
from ganatomy.models.protocol import GeneratorNetwork, named_layers, sample_latents
from ganatomy.progress import Progress
from ganatomy.runs.directory import Run, create_run, open_run_to_write
from ganatomy.runs.files import replacing, write_json
from ganatomy.runs.layout import DISSECTIONS, DISSECTIONS_PAGE
from ganatomy.runs.manifest import open_manifest
from ganatomy.runs.names import names_of
from ganatomy.runs.records.classes import ClassesRecord
from ganatomy.runs.records.history import HistoryRecord
from ganatomy.runs.training_data import training_images
from ganatomy.runs.weights import GENERATION, kept_generations, load_image_generator
from ganatomy.seeds import stream
from ganatomy.segment.inferred import inferred_choice
from ganatomy.segment.load import load_choice


@dataclass(frozen=True)
class DissectedRun:
    """Layers of one run, dissected."""

    run: Run
    segmenter: str
    dissection: Dissection
    domain: DomainCheck
    """Whether the segmenter was made for the run's images."""
    of_class: str | None = None
    """The class that all samples were of."""
    classes: ClassesRecord | None = None
    """What `dissect/classes.json` says, where classes were asked for."""
    failures: tuple[str, ...] = ()
    """Why files could not be written, if any could not."""


@dataclass(frozen=True)
class ComparedRuns:
    """Runs that were dissected alike, side by side."""

    segmenter: str
    comparison: Comparison
    folder: Path
    """Where it is written."""
    domains: dict[str, DomainCheck]
    """By the name of each run, whether the segmenter was made for its images."""


@dataclass(frozen=True)
class FollowedRun:
    """What the units of one run have shown, generation by generation."""

    run: Run
    segmenter: str
    record: HistoryRecord
    """What `dissect/history.json` says."""
    domain: DomainCheck
    """Whether the segmenter was made for the images of the last generation."""


def dissect_run(config: DissectConfig, progress: Progress) -> DissectedRun:
    """Dissect layers of one run, the first of `config.runs`, and write them and what stands beside them into it.

    Args:
        config: all settings.
        progress: told of every sample and card.

    Raises:
        GanatomyError: the run, a layer or the segmenter is not what was asked for.
    """
    run = open_run_to_write(config.runs[0])
    _look_at_data(config, [run], progress)
    tools, config = _open_tools(config, [run]), _with_layers(config, run)
    generator = _open(config, run, progress)
    if config.classes:
        chosen_classes(generator, config.classes)  # refused before anything is measured
    failures: list[str] = []
    layers = config.dissected_layers
    dissection = dissect_into(config, run, generator, layers, tools, progress, failures=failures)
    classes = None
    with noted(failures, run):
        classes = (
            write_class_comparison(config, run, generator, tools, dissection, progress) if config.classes else None
        )
    domain = write_domain_check(run, generator, tools, dissection.areas, progress, failures)
    return DissectedRun(run, tools.segmenter.name, dissection, domain, class_of(generator), classes, tuple(failures))


def dissect_runs(config: DissectConfig, progress: Progress) -> ComparedRuns:
    """Dissect every run, as far as that is not done, and write and return the comparison.

    Args:
        config: all settings; `config.out` is where the comparison goes.
        progress: told of every run, sample and card.

    Raises:
        IncompatibleRun: images are of different sizes and no grid is given.
        LayerNotFound: a layer is in none of the runs, or a run has none of the layers.
        GanatomyError: as for a single run.
    """
    runs = [open_run_to_write(path) for path in config.runs]
    _look_at_data(config, runs, progress)
    tools, paths = _open_tools(config, runs), [run.path for run in runs]
    config = _with_layers(config, runs[0])
    names = names_of(paths)
    generators = [_open(config, run, progress) for run in runs]
    if config.grid is None:
        _require_one_size(dict(zip(names, generators, strict=True)))
    layers = _layers_of(dict(zip(names, generators, strict=True)), config.dissected_layers)
    domains: dict[str, DomainCheck] = {}
    for number, (name, run, generator) in enumerate(zip(names, runs, generators, strict=True), 1):
        progress.line(f"{number} of {len(runs)}  dissecting {name}")
        dissection = dissect_into(config, run, generator, layers[name], tools, progress, anew=False)
        domains[name] = write_domain_check(run, generator, tools, dissection.areas, progress)
    comparison = compare_dissections(paths, config.dissected_layers)
    folder = create_run(config.out, config.name, to_json(config)).path
    write_json(folder / DISSECTIONS, as_json(comparison))
    with replacing(folder / DISSECTIONS_PAGE) as partial:
        partial.write_text(write_page(folder.name, comparison), encoding="utf-8")
    return ComparedRuns(tools.segmenter.name, comparison, folder, domains)


def follow_run(config: DissectConfig, progress: Progress) -> FollowedRun:
    """Dissect the kept generations of a run, the first of `config.runs`, and write their history into it.

    Args:
        config: all settings.
        progress: told of every generation and sample.

    Raises:
        CheckpointError: the run has kept no generations.
        GanatomyError: as for a single dissection.
    """
    run = open_run_to_write(config.runs[0])
    tools, config = _open_tools(config, [run]), _with_layers(config, run)
    record = dissect_history(
        run,
        tools.segmenter,
        config.layers,
        tools.protocol,
        progress,
        profile=config.profile,
        top_fraction=config.top_fraction,
        device=config.device,
    )
    last = load_image_generator(run, f"{GENERATION}{kept_generations(run)[-1]}", config.device)
    return FollowedRun(run, tools.segmenter.name, record, write_domain_check(run, last, tools, None, progress))


def _with_layers(config: DissectConfig, run: Run) -> DissectConfig:
    """Return settings that name layers: those that they name, else those of the run's generator that are usual.

    Raises:
        LayerNotFound: none of its layers gives featuremaps.
    """
    if config.layers:
        return config
    generator = load_image_generator(run, config.weights, config.device, config.of_class)
    z = sample_latents(generator, 1, stream(config.seed, "dissect/layers")).to(config.device)
    layers = usual_layers(featuremaps_of(generator, z), named_layers(generator))
    if not layers:
        raise LayerNotFound(f"{run.path} has no layer that gives featuremaps of several units and cells to dissect")
    return replace(config, layers=tuple(layers))


def _open(config: DissectConfig, run: Run, progress: Progress) -> GeneratorNetwork:
    """Return a run's generator, with the directions that are to be dissected as layers more."""
    choice = config.directions_choice
    if choice is None:
        return open_generator(run, config.layers, config.weights, config.device, progress, config.of_class)
    generator = directed = load_image_generator(run, config.weights, config.device, config.of_class)
    for layer in config.layers:
        directions = find_directions(generator, layer, choice, config.num_images, config.seed, progress)
        directed = with_layer(directed, directions)
    return directed


def _open_tools(config: DissectConfig, runs: Sequence[Run]) -> Tools:
    rules = profile_of(config.profile, config.top_fraction)
    protocol = DissectionProtocol(
        num_images=config.num_images,
        seed=config.seed,
        grid=(config.grid, config.grid) if config.grid else None,
        batch_size=config.batch_size,
        top=config.top,
        blocks=config.blocks,
        misaligned=config.misaligned,
    )
    choice = config.segmenter_choice or _inferred(runs)
    segmenter = load_choice(choice, config.device)
    second = load_choice(config.second_choice, config.device) if config.second_choice else None
    return Tools(choice, segmenter, second, protocol, rules)


def _look_at_data(config: DissectConfig, runs: Sequence[Run], progress: Progress) -> None:
    """Read the real images that runs will be held against, where they will be: before anything is computed.

    Raises:
        DataError: it is not known which, or they are not there.
    """
    for run in runs if config.real_images else ():
        training_images(run, open_manifest(run), config.real_images, progress, config.data)


def _inferred(runs: Sequence[Run]) -> SegmenterChoice:
    """Return the segmenter that goes with all of the runs.

    Raises:
        ConfigError: one is not known to be of scenes.
    """
    first, *_ = [inferred_choice(open_manifest(run), str(run.path)) for run in runs]
    return first


def _require_one_size(generators: dict[str, GeneratorNetwork]) -> None:
    sizes = {name: generator.image_size for name, generator in generators.items()}
    if len(set(sizes.values())) > 1:
        said = ", ".join(f"{name} {size} px" for name, size in sizes.items())
        raise IncompatibleRun(f"images are of different sizes: {said}; give --grid, so that masks of one size compare")


def _layers_of(generators: dict[str, GeneratorNetwork], layers: Sequence[str]) -> dict[str, list[str]]:
    """Return the layers that each generator has."""
    failed: dict[str, LayerNotFound] = {}
    found: dict[str, list[str]] = {name: [] for name in generators}
    for name, generator in generators.items():
        for layer in layers:
            try:
                find_layer(generator, layer)
                found[name].append(layer)
            except LayerNotFound as error:
                failed[layer] = error
        if not found[name]:
            raise LayerNotFound(f"{name} has none of the layers: {failed[layers[0]]}")
    for layer in layers:
        if not any(layer in there for there in found.values()):
            raise failed[layer]
    return found
