"""One run dissected by `ganatomy dissect`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from ganatomy.config.dissect import DissectConfig
from ganatomy.dissect.areas.files import write_agreement, write_areas
from ganatomy.dissect.counting.cache import DissectionCache, fingerprint
from ganatomy.dissect.files import SCHEMA, write_dissection
from ganatomy.dissect.layers import Dissection, dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.scoring.profiles import profile_of
from ganatomy.progress import Progress
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json
from ganatomy.segment.protocol import Segmenter


def dissect_run(
    config: DissectConfig,
    run: Run,
    generator: nn.Module,
    layers: Sequence[str],
    segmenter: Segmenter,
    protocol: DissectionProtocol,
    progress: Progress,
    *,
    second: Segmenter | None = None,
    anew: bool = True,
) -> Dissection:
    """Dissect layers of one run, write them and what stands beside them into it, and return the dissection.

    Args:
        config: all settings.
        run: the run.
        generator: its generator.
        layers: which layers.
        segmenter: tells the concepts of each pixel.
        protocol: what to measure on.
        progress: told of every sample and card.
        second: another segmenter, to be held against the first.
        anew: whether layers are written again whose files are those of the same dissection.

    Raises:
        GanatomyError: as for `ganatomy.dissect.layers.dissect_layers`.
    """
    cache, recorded = DissectionCache(run.path / "dissect"), config.segmenter_choice.recorded()
    rules = profile_of(config.profile, config.top_fraction)
    dissection = dissect_layers(
        generator,
        segmenter,
        layers,
        protocol,
        progress,
        profile=config.profile,
        top_fraction=config.top_fraction,
        cache=cache,
    )
    same: dict[str, Any] = {"schema": SCHEMA, "profile": rules.name, "top_fraction": rules.fraction}
    same["segmenter_settings"] = dict(recorded)
    missing = tuple(
        layer
        for layer in dissection.layers
        if anew or not _is_written(run.path / "dissect" / layer.report.layer, layer.key, same)
    )
    if missing:
        prints, left = fingerprint(generator), replace(dissection, layers=missing)
        write_dissection(run, generator, segmenter, left, protocol, prints, recorded, progress)
    cache.forget()
    sampling: dict[str, Any] = {"seed": config.seed, "batch_size": config.batch_size, "progress": progress}
    if config.real_images:
        write_areas(run, generator, dissection.areas, segmenter, recorded, num_real=config.real_images, **sampling)
    if second:
        reading, num_images = config.readings, config.num_images
        write_agreement(run, generator, segmenter, second, reading=reading, num_images=num_images, **sampling)
    return dissection


def _is_written(folder: Path, key: str, same: dict[str, Any]) -> bool:
    """Return whether a layer's folder holds the dissection of that key, under the same rules."""
    if not (folder / "tally.npz").exists():
        return False
    with np.load(folder / "tally.npz", allow_pickle=False) as arrays:
        is_same_key = "key" in arrays and str(arrays["key"]) == key
    table = read_json(folder / "units.json")
    return is_same_key and {name: table.get(name) for name in same} == same
