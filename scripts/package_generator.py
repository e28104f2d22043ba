"""Keep a stopped run in small form: `python scripts/package_generator.py runs/0001-houses`.

A run that grew on procedural scenes, of any preset, becomes the packaged generator. Any run is kept elsewhere by
`--out`, such as `results/weights/NAME`: what grew on photographs stays out of the package. What goes along: the
averaged generator as float16, the settings, the lineage to four digits, the metrics, and some of the sample grids as
WebP. The settings stop where the run stopped, so that they grow it again. What would take more than 8 MB is refused,
and what was there stays.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import from_json, to_json
from ganatomy.config.parts import changed
from ganatomy.config.scenes import SCENE_DATA
from ganatomy.errors import ConfigError, GanatomyError
from ganatomy.runs.directory import Run, open_run
from ganatomy.runs.files import read_json, read_lines, write_json
from ganatomy.runs.manifest import Manifest, open_manifest, write_manifest
from ganatomy.runs.packaged import PACKAGED_RUN
from ganatomy.runs.state import load_state
from ganatomy.runs.weights import load_generator, save_generator

LIMIT_MB = 8.0
MOST_GRIDS = 12
WEBP_QUALITY = 90
DIGITS = 4


def package(run: Run, out: Path = PACKAGED_RUN, limit_mb: float = LIMIT_MB) -> dict[str, float]:
    """Write the packaged form of `run` in place of `out` and return the MB of each of its parts.

    Raises:
        ConfigError: the run grew on other data than procedural scenes and `out` is in the package, or it
            would take more than `limit_mb`.
        CheckpointError: the run has no snapshot.
    """
    config = from_json(EvolveConfig, run.config(), str(run.path / "config.json"))
    if config.data.data not in SCENE_DATA and out.resolve().is_relative_to(PACKAGED_RUN.parent.resolve()):
        raise ConfigError(
            f"{run.path} grew on {config.data.data}; only what grew on scenes may be packaged, so give another place, "
            "such as --out results/weights/photos"
        )
    generation = load_state(run.path / "state" / "latest.safetensors")["generation"]
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as parent:
        packaged = Run(Path(parent) / "run")
        write_json(packaged.path / "config.json", to_json(settings(config, generation)))
        write_manifest(packaged, manifest(run, out))
        write_json(packaged.path / "environment.json", environment(read_json(run.path / "environment.json")))
        write_lines(packaged.path / "metrics.jsonl", until(generation, run.metrics()))
        lineage = read_lines(run.path / "lineage.jsonl")
        write_lines(packaged.path / "lineage.jsonl", [rounded(child) for child in until(generation, lineage)])
        save_generator(packaged, "ema", load_generator(run), half=True)
        pack_samples(run, packaged, generation)
        sizes = megabytes(packaged.path)
        if sum(sizes.values()) > limit_mb:
            parts = ", ".join(f"{name} {size:.2f}" for name, size in sizes.items())
            raise ConfigError(f"{run.path} takes {sum(sizes.values()):.2f} MB, the limit is {limit_mb} MB: {parts}")
        shutil.rmtree(out, ignore_errors=True)
        packaged.path.rename(out)
    return sizes


def settings(config: EvolveConfig, generation: int) -> EvolveConfig:
    """Return the settings that grow the run again, in one sitting and wherever that is; data by their name alone."""
    default = EvolveConfig().bookkeeping
    return changed(
        config,
        data=Path(config.data.data).name,
        generations=generation,
        kimg=None,
        minutes=None,
        resume=None,
        out=default.out,
        threads=default.threads,
    )


def manifest(run: Run, out: Path) -> Manifest:
    """Return where the generator came from; data by their name alone."""
    known = open_manifest(run)
    data = known.data and replace(known.data, data=Path(known.data.data).name, absolute=None)
    is_packaged = out.resolve().is_relative_to(PACKAGED_RUN.parent.resolve())
    return replace(known, data=data, origin=replace(known.origin, kind="packaged") if is_packaged else known.origin)


def environment(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the versions that figures depend on, without the name of the machine's kernel."""
    return {**facts, "platform": str(facts["platform"]).partition("-")[0]}


def until(generation: int, lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines up to a generation: those after the last snapshot belong to no weights."""
    return [line for line in lines if line["generation"] <= generation]


def rounded(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line with its fractions to `DIGITS` digits."""
    return {key: float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value for key, value in line.items()}


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Write each line as JSON without spaces, which a tenth of a long lineage consists of."""
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines), encoding="utf-8")


def pack_samples(run: Run, packaged: Run, generation: int) -> None:
    """Write at most `MOST_GRIDS` of the run's grids, evenly spread over its generations, and their index."""
    listed = until(generation, read_json(run.path / "samples" / "index.json"))
    count = min(MOST_GRIDS, len(listed))
    chosen = [listed[round(i * (len(listed) - 1) / max(1, count - 1))] for i in range(count)]
    folder = packaged.subdirectory("samples")
    index = [{**entry, "file": str(Path(entry["file"]).with_suffix(".webp"))} for entry in chosen]
    for entry, kept in zip(chosen, index, strict=True):
        with Image.open(run.path / "samples" / entry["file"]) as grid:
            grid.save(folder / kept["file"], "WEBP", quality=WEBP_QUALITY, method=6)
    write_json(folder / "index.json", index)


def megabytes(folder: Path) -> dict[str, float]:
    """Return the MB of each file and folder in `folder`, as they are on disk."""
    return {
        part.name: sum(file.stat().st_size for file in (part, *part.rglob("*")) if file.is_file()) / 1e6
        for part in sorted(folder.iterdir())
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="the run directory")
    parser.add_argument("--out", type=Path, default=PACKAGED_RUN, help="where the packaged run goes")
    asked = parser.parse_args()
    try:
        sizes = package(open_run(asked.run), asked.out)
    except GanatomyError as error:
        sys.exit(f"package_generator: {error}")
    for name, size in sizes.items():
        print(f"{size:6.2f} MB  {name}")
    print(f"{sum(sizes.values()):6.2f} MB  {asked.out}")


if __name__ == "__main__":
    main()
