"""Layers of a run dissected, and written into it with what stands beside them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ganatomy.config.dissect import DissectConfig
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.dissect.areas.files import write_agreement, write_areas
from ganatomy.dissect.classes.files import write_classes
from ganatomy.dissect.classes.reports import dissect_classes
from ganatomy.dissect.counting.cache import DissectionCache
from ganatomy.dissect.domain import DomainCheck, check_dissection, write_domain
from ganatomy.dissect.files import write_dissection
from ganatomy.dissect.layers import Dissection, dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.scoring.profiles import Profile
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.progress import Progress
from ganatomy.runs import schemas
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json, unwritten
from ganatomy.runs.layout import DISSECT, TALLY, UNITS
from ganatomy.runs.records.classes import ClassesRecord
from ganatomy.segment.areas import Floats
from ganatomy.segment.protocol import Segmenter


@dataclass(frozen=True)
class Tools:
    """What a dissection looks through, and is measured on."""

    choice: SegmenterChoice
    """Which segmenter, and what it is loaded with."""
    segmenter: Segmenter
    second: Segmenter | None
    protocol: DissectionProtocol
    rules: Profile


def dissect_into(
    config: DissectConfig,
    run: Run,
    generator: GeneratorNetwork,
    layers: Sequence[str],
    tools: Tools,
    progress: Progress,
    *,
    anew: bool = True,
    failures: list[str] | None = None,
) -> Dissection:
    """Dissect layers of one run, write them and what stands beside them into it, and return the dissection.

    With `anew` layers are written again even where their files are those of the same dissection. What cannot be written
    joins `failures`, where that is given: the dissection is returned all the same.
    """
    segmenter, protocol, cache = tools.segmenter, tools.protocol, DissectionCache(run.path / DISSECT)
    rules: dict[str, Any] = {"profile": config.profile, "top_fraction": config.top_fraction}
    dissection = dissect_layers(generator, segmenter, layers, protocol, progress, cache=cache, **rules)
    recorded = tools.choice.recorded()
    same: dict[str, Any] = {"schema": schemas.UNITS, "segmenter_settings": dict(recorded), "profile": tools.rules.name}
    same["top_fraction"] = tools.rules.fraction
    missing = tuple(
        layer
        for layer in dissection.layers
        if anew or not is_written(run.path / DISSECT / layer.report.layer, layer.key, same)
    )
    with noted(failures, run):
        if missing:
            prints, left = fingerprint(generator), replace(dissection, layers=missing)
            write_dissection(run, generator, segmenter, left, protocol, prints, recorded, progress)
        cache.forget()
        _write_areas(config, run, generator, tools, dissection, progress)
    return dissection


@contextmanager
def noted(failures: list[str] | None, run: Run) -> Iterator[None]:
    """Add to `failures` why something could not be written into a run; with None it is an error."""
    try:
        yield
    except OSError as error:
        if failures is None:
            raise
        failures.append(unwritten(error, run.path / DISSECT))


def write_class_comparison(
    config: DissectConfig,
    run: Run,
    generator: GeneratorNetwork,
    tools: Tools,
    dissection: Dissection,
    progress: Progress,
) -> ClassesRecord:
    """Set classes side by side, write them into the run and return the record."""
    segmenter, protocol = tools.segmenter, tools.protocol
    found = dissect_classes(generator, segmenter, dissection, config.classes, protocol, config.class_images, progress)
    recorded = tools.choice.recorded()
    return write_classes(run, found, dissection, segmenter, recorded, fingerprint(generator), config.seed)


def write_domain_check(
    run: Run,
    generator: GeneratorNetwork,
    tools: Tools,
    areas: Floats | None,
    progress: Progress,
    failures: list[str] | None = None,
) -> DomainCheck:
    """Write into the run whether the segmenter was made for its images, warn where it was not, and return it."""
    found = check_dissection(generator, tools.segmenter, areas, tools.protocol)
    with noted(failures, run):
        record = write_domain(run, found, tools.segmenter, tools.protocol, fingerprint(generator))
        if record.warning:
            progress.line(f"warning: {record.warning}")
    return found


def is_written(folder: Path, key: str, same: dict[str, Any]) -> bool:
    """Return whether a layer's folder holds the dissection of that key, under the same rules."""
    if not (folder / TALLY).exists():
        return False
    with np.load(folder / TALLY, allow_pickle=False) as arrays:
        is_same_key = "key" in arrays and str(arrays["key"]) == key
    table = read_json(folder / UNITS)
    return is_same_key and {name: table.get(name) for name in same} == same


def _write_areas(
    config: DissectConfig,
    run: Run,
    generator: GeneratorNetwork,
    tools: Tools,
    dissection: Dissection,
    progress: Progress,
) -> None:
    """Write the areas of concepts beside those of real images, and by the second segmenter, as far as asked for."""
    segmenter, recorded = tools.segmenter, tools.choice.recorded()
    sampling: dict[str, Any] = {"seed": config.seed, "batch_size": config.batch_size, "progress": progress}
    if config.real_images:
        held = {"num_real": config.real_images, "data": config.data, **sampling}
        write_areas(run, generator, dissection.areas, segmenter, recorded, **held)
    if tools.second:
        reading, num_images = config.readings, config.num_images
        write_agreement(run, generator, segmenter, tools.second, reading=reading, num_images=num_images, **sampling)
