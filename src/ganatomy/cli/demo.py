"""`ganatomy demo`: the commands one after the other, on embedded data."""

from pathlib import Path
from typing import Any

from ganatomy.cli.context import context
from ganatomy.cli.dissect import dissect
from ganatomy.cli.edit import edit
from ganatomy.cli.evolve import evolve
from ganatomy.cli.export import export
from ganatomy.cli.repair import repair
from ganatomy.cli.report import report
from ganatomy.config.context import ContextConfig
from ganatomy.config.demo import DemoConfig
from ganatomy.config.dissect import DissectConfig
from ganatomy.config.edit import EditConfig
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.export import ExportConfig
from ganatomy.config.repair import RepairConfig
from ganatomy.config.report import ReportConfig
from ganatomy.errors import MissingExtra
from ganatomy.hooks import find_layer
from ganatomy.progress import Progress
from ganatomy.runs.directory import open_run
from ganatomy.runs.layout import PAINT_PAGE
from ganatomy.runs.packaged import PACKAGED_RUN, unpack_run
from ganatomy.runs.weights import load_image_generator
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.load import load_segmenter

GRID, RANDOM_SETS = 32, 3
"""Coarser and fewer than the commands' own, which would take the demo's whole time."""

INTO, CELLS = 64, 6
"""Samples that units are inserted into, and cells of each."""

JUDGED, CANDIDATES = 160, 2
"""Most samples on either half by which faulty units are looked for, and units that each method may nominate."""


def demo(config: DemoConfig, progress: Progress, packaged: Path = PACKAGED_RUN) -> dict[str, Any]:
    """Grow, dissect, ablate, insert, repair and report; return the runs made, what each step found, the report's path.

    Args:
        config: how long, how many, and which concept and layers.
        progress: told of each step.
        packaged: the run whose generator is opened up, in a copy.

    Raises:
        ConfigError: a concept that the procedural scenes do not have.
        LayerNotFound: a layer that the packaged generator does not have.
    """
    _check(config, packaged)
    grown = _grow(config, progress)
    opened = unpack_run(config.out, packaged=packaged).path
    anatomy = _open_up(config, opened, progress)
    progress.line("6 of 6  writing the reports, and a page to paint on")
    painted = page_to_paint(config, opened, progress)
    evolution = report(ReportConfig((Path(grown["run"]),)), progress)
    page = report(ReportConfig((opened,)), progress)
    return {"grown": {**grown, "report": evolution["report"]}, **anatomy, **painted, "report": page["report"]}


def page_to_paint(config: DemoConfig, opened: Path, progress: Progress) -> dict[str, Any]:
    """Return where the page to paint on is; nothing where ONNX is not installed, without which there is none."""
    try:
        written = export(ExportConfig(opened, "web", split_at=config.layer), progress)
    except MissingExtra as error:
        progress.line(f"no page to paint on: {error}")
        return {}
    return {"page": f"{written['export']}/{PAINT_PAGE}"}


def _open_up(config: DemoConfig, opened: Path, progress: Progress) -> dict[str, Any]:
    """Return what the packaged generator's units do."""
    progress.line(f"2 of 6  which units draw what? Dissecting a generator that grew for hours; {opened} is a copy")
    dissected = dissect(
        DissectConfig((opened,), config.layers, segmenter="scenes", num_images=config.num_images, grid=GRID), progress
    )
    units = f"its {config.top} best units of {config.layer}"
    progress.line(f"3 of 6  what vanishes without {config.concept!r}? Ablating {units}, and as many random ones")
    ablation = EditConfig(
        opened,
        config.layer,
        (config.concept,),
        top=config.top,
        num_images=config.num_images,
        random_sets=RANDOM_SETS,
    )
    edited = edit(ablation, progress)
    progress.line(f"4 of 6  where can {config.concept!r} be drawn? Inserting {units} into one cell at a time")
    sizes = tuple(sorted({1, max(1, config.top // 4), config.top}))
    insertion = ContextConfig(
        opened, config.layer, (config.concept,), config.top, cells=CELLS, sizes=sizes, num_images=INTO
    )
    inserted = context(insertion, progress)
    progress.line(f"5 of 6  do units of {config.layer} paint faults? Switching off the most suspicious")
    judged = max(16, min(JUDGED, config.num_images))
    faults = RepairConfig(
        opened,
        config.layer,
        candidates=CANDIDATES,
        top_images=judged // 8,
        num_images=judged,
        num_real=2 * judged,
        random_sets=RANDOM_SETS,
    )
    return {"dissected": dissected, "edited": edited, "inserted": inserted, "repaired": repair(faults, progress)}


def _check(config: DemoConfig, packaged: Path) -> None:
    """Raise what is wrong with the settings of later steps before the first one takes its minute."""
    known_concept(config.concept, load_segmenter("scenes", weights=None).concepts)
    generator = load_image_generator(open_run(packaged))
    for layer in config.layers:
        find_layer(generator, layer)


def _grow(config: DemoConfig, progress: Progress) -> dict[str, Any]:
    settings = EvolveConfig.of(
        name="demo-evolution",
        out=config.out,
        image_size=config.image_size,
        num_scenes=config.num_scenes,
        discriminator="light",
        population=2,
        batch_size=16,
        learning_rate=5e-4,
        minutes=config.minutes,
        sample_every_minutes=config.minutes / 6,
        tick_generations=2,
        seed=config.seed,
    )
    progress.line("1 of 6  what does evolution do? Growing a small population on procedural scenes, from noise")
    return evolve(settings, progress)
