"""`ganatomy demo`: the commands one after the other, on embedded data."""

from pathlib import Path
from typing import Any

from ganatomy.cli.dissect import dissect
from ganatomy.cli.edit import edit
from ganatomy.cli.evolve import evolve
from ganatomy.cli.report import report
from ganatomy.config.demo import DemoConfig
from ganatomy.config.dissect import DissectConfig
from ganatomy.config.edit import EditConfig
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.report import ReportConfig
from ganatomy.hooks import find_layer
from ganatomy.progress import Progress
from ganatomy.runs.directory import open_run
from ganatomy.runs.packaged import PACKAGED_RUN, unpack_run
from ganatomy.runs.weights import load_image_generator
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.load import load_segmenter

GRID, RANDOM_SETS = 32, 3
"""Coarser and fewer than the commands' own, which would take the demo's whole time."""


def demo(config: DemoConfig, progress: Progress, packaged: Path = PACKAGED_RUN) -> dict[str, Any]:
    """Grow, dissect, ablate and report; return the runs made, what each step found, and the report's path.

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
    progress.line(f"2 of 4  which units draw what? Dissecting a generator that grew for hours; {opened} is a copy")
    dissected = dissect(
        DissectConfig((opened,), config.layers, segmenter="scenes", num_images=config.num_images, grid=GRID), progress
    )
    progress.line(
        f"3 of 4  what vanishes without {config.concept!r}? Ablating its {config.top} best units of {config.layer}, "
        "and as many random ones"
    )
    ablation = EditConfig(
        opened,
        config.layer,
        (config.concept,),
        top=config.top,
        num_images=config.num_images,
        random_sets=RANDOM_SETS,
    )
    edited = edit(ablation, progress)
    progress.line("4 of 4  writing the reports")
    evolution = report(ReportConfig(Path(grown["run"])), progress)
    anatomy = report(ReportConfig(opened), progress)
    return {
        "grown": {**grown, "report": evolution["report"]},
        "dissected": dissected,
        "edited": edited,
        "report": anatomy["report"],
    }


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
    progress.line("1 of 4  what does evolution do? Growing a small population on procedural scenes, from noise")
    return evolve(settings, progress)
