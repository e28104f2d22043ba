"""`ganatomy demo`: the commands one after the other, on embedded data."""

import shutil
from pathlib import Path
from typing import Any

import ganatomy
from ganatomy.cli import dissect, edit, evolve, report
from ganatomy.config.demo import DemoConfig
from ganatomy.config.dissect import DissectConfig
from ganatomy.config.edit import EditConfig
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.report import ReportConfig
from ganatomy.progress import Progress
from ganatomy.runs.directory import create_numbered

PACKAGED_RUN = Path(ganatomy.__file__).parent / "models" / "weights" / "scenes-64"
"""The run of the packaged generator, as it stands in the wheel."""


def run(config: DemoConfig, progress: Progress) -> dict[str, Any]:
    """Grow, dissect, ablate and report; return the runs made, what each step found, and the report's path.

    Raises:
        ConfigError: a concept or layer that the packaged generator does not have.
    """
    progress.line("1 of 4  growing a small population on procedural scenes")
    grown = evolve.run(
        EvolveConfig(
            name="demo-evolution",
            out=config.out,
            image_size=config.image_size,
            num_scenes=config.num_scenes,
            discriminator="light",
            population=2,
            minutes=config.minutes,
            sample_every_minutes=config.minutes / 6,
            seed=config.seed,
        ),
        progress,
    )
    opened = unpack_run(config.out)
    progress.line(f"2 of 4  dissecting the packaged generator, a copy of which is {opened}")
    dissected = dissect.run(
        DissectConfig(opened, layers=config.layers, segmenter="scenes", num_images=config.num_images), progress
    )
    progress.line(f"3 of 4  ablating the units of {config.concept!r}")
    edited = edit.run(
        EditConfig(opened, layer=config.layer, ablate=config.concept, top=config.top, num_images=config.num_images),
        progress,
    )
    progress.line("4 of 4  writing the reports")
    evolution = report.run(ReportConfig(Path(grown["run"])), progress)
    anatomy = report.run(ReportConfig(opened), progress)
    return {
        "grown": {**grown, "report": evolution["report"]},
        "dissected": dissected,
        "edited": edited,
        "report": anatomy["report"],
    }


def unpack_run(out: Path, packaged: Path = PACKAGED_RUN) -> Path:
    """Return a run directory under `out` that is a copy of the packaged generator's.

    Args:
        out: where runs are kept.
        packaged: the run to copy.
    """
    path = create_numbered(out, "demo")
    shutil.copytree(packaged, path, dirs_exist_ok=True)
    return path
