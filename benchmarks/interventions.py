"""Time of many arms of an edit: `observe` and `measure` beside the plain way and beside the bare networks.

On the packaged generator at 64 px and the segmenter of the scenes, 300 samples and 10 arms, half of them ablations of
the whole map, half insertions into a region, at layer2 and at layer3:

- `ours`: what lies below the layer once for each sample, what lies above it and the segmenter for the unedited samples
  and for each arm; areas of all concepts, inside the region too, and changed pixels are counted.
- `bare`: what lies above the layer and the segmenter alone, as often, from featuremaps that are there already, and
  nothing changed or counted: what must be spent. Required is that ours takes at most 1.1 of it.
- `plain`: the whole generator, edited by hooks, and the segmenter for the unedited samples and each arm, areas counted.

All three take turns in one process, a batch of samples each, so that a busy machine slows them alike; seconds are
those of the median round, `cpu_seconds` those of the processor. How often the lower part ran is counted.

    python benchmarks/interventions.py [--quick] [--json]
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does, before torch is imported

import torch
from torch import Tensor, nn

from ganatomy.hooks import edit
from ganatomy.intervene.baseline import measure, observe
from ganatomy.intervene.changes import Change, edits_of
from ganatomy.intervene.controls import draw_sets
from ganatomy.intervene.halves import Halves
from ganatomy.intervene.regions import rectangle
from ganatomy.memory import keep_freed_memory
from ganatomy.models.protocol import sample_latents
from ganatomy.runs.packaged import packaged_run
from ganatomy.runs.weights import load_image_generator
from ganatomy.seeds import stream
from ganatomy.segment.areas import concept_areas
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.protocol import Segmenter

LAYERS = ("layer2", "layer3")
MOST = 1.1
"""Of the time of the bare networks that ours may take."""
UNITS = 20
BATCH = 32


@dataclass(frozen=True)
class Case:
    """What is timed."""

    images: int = 300
    arms: int = 10
    rounds: int = 3


QUICK = Case(images=32, arms=2, rounds=1)


class Ways:
    """The three ways to measure arms of one layer, on a batch of samples.

    Args:
        generator: in evaluation mode.
        segmenter: tells concepts.
        layer: whose units are changed.
        arms: how many.
    """

    def __init__(self, generator: nn.Module, segmenter: Segmenter, layer: str, arms: int) -> None:
        self.generator, self.segmenter = generator, segmenter
        self.halves = Halves(generator, layer)
        with torch.no_grad():
            width = self.halves.below(sample_latents(generator, 1, stream(0, "benchmark/latents"))).shape[1]
        self.region = rectangle((0.25, 0.25, 0.5, 0.5), generator.image_size)  # type: ignore[arg-type]
        sets = draw_sets(width, min(UNITS, width), arms, seed=0)
        self.arms = [
            (Change(layer, units), None) if number % 2 else (Change(layer, units, 1.0, region=self.region), self.region)
            for number, units in enumerate(sets)
        ]
        self.lower_samples = 0
        """Samples on which the layer ran in `ours`."""

    def ours(self, z: Tensor) -> None:
        """Observe, and measure each arm."""
        layer = self.generator.get_submodule(self.halves.layer)
        counting = layer.register_forward_hook(self._count)
        baseline = observe(self.generator, self.segmenter, self.halves.layer, z, BATCH)
        for change, region in self.arms:
            measure(baseline, [change], region, BATCH)
        counting.remove()

    @torch.no_grad()
    def bare(self, featuremaps: Tensor, z: Tensor) -> None:
        """Run what lies above the layer and the segmenter, unedited and for each arm."""
        for _ in range(1 + len(self.arms)):
            self.segmenter.segment(self.halves.parts[1](featuremaps, z))

    @torch.no_grad()
    def plain(self, z: Tensor) -> None:
        """Run the whole generator and the segmenter, unedited and for each arm."""
        for changes in ([], *([change] for change, _ in self.arms)):
            with edit(self.generator, edits_of(changes)):
                images = self.generator(z)
            concept_areas(self.segmenter, images)

    def _count(self, _module: object, _inputs: object, output: Tensor) -> None:
        self.lower_samples += len(output)


def measured(ways: Ways, case: Case) -> dict[str, Any]:
    """Return the seconds of each way, and what ours takes of the bare networks and of the plain way."""
    z = sample_latents(ways.generator, case.images, stream(0, "benchmark/latents"))
    wall: list[dict[str, float]] = []
    processor: list[dict[str, float]] = []
    for timed in (False, *(True,) * case.rounds):
        seconds, spent = dict.fromkeys(("ours", "bare", "plain"), 0.0), dict.fromkeys(("ours", "bare", "plain"), 0.0)
        ways.lower_samples = 0
        for batch in torch.split(z, BATCH)[: None if timed else 1]:
            with torch.no_grad():
                featuremaps = ways.halves.below(batch)
            for name, run in turns(ways, featuremaps, batch).items():
                start, used = time.perf_counter(), time.process_time()
                run()
                seconds[name] += time.perf_counter() - start
                spent[name] += time.process_time() - used
        if timed:
            wall.append(seconds)
            processor.append(spent)
    return {
        "layer": ways.halves.layer,
        "seconds": median_of(wall),
        "cpu_seconds": median_of(processor),
        "ratio_to_bare": statistics.median(one["ours"] / one["bare"] for one in wall),
        "cpu_ratio_to_bare": statistics.median(one["ours"] / one["bare"] for one in processor),
        "times_faster_than_plain": statistics.median(one["plain"] / one["ours"] for one in wall),
        "lower_runs_per_sample": ways.lower_samples / case.images,
    }


def turns(ways: Ways, featuremaps: Tensor, z: Tensor) -> dict[str, Callable[[], None]]:
    """Return what runs one after another on a batch of latents."""
    return {"ours": lambda: ways.ours(z), "bare": lambda: ways.bare(featuremaps, z), "plain": lambda: ways.plain(z)}


def median_of(rounds: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the median over the rounds of the seconds of each way."""
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description="time of many arms of an edit, beside the bare networks")
    parser.add_argument("--quick", action="store_true", help="32 samples, 2 arms, one round")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    keep_freed_memory()
    case = QUICK if args.quick else Case()
    generator, segmenter = load_image_generator(packaged_run()), load_segmenter("scenes")
    rows = [measured(Ways(generator, segmenter, layer, case.arms), case) for layer in LAYERS]
    if args.json:
        told = {"threads": torch.get_num_threads(), "torch": torch.__version__, "most": MOST}
        print(json.dumps({**told, "images": case.images, "arms": case.arms, "rounds": case.rounds, "rows": rows}))
        return
    print(f"{case.images} samples, {case.arms} arms: seconds of ours | bare | plain way | ours of bare | of CPU alone")
    for row in rows:
        seconds = " | ".join(f"{row['seconds'][way]:.1f}" for way in ("ours", "bare", "plain"))
        ratios = f"{row['ratio_to_bare']:.3f} | {row['cpu_ratio_to_bare']:.3f}"
        print(f"{row['layer']} | {seconds} | {ratios}, lower part {row['lower_runs_per_sample']:g} times a sample")
    print(f"required of bare: at most {MOST}, and the lower part once a sample")


if __name__ == "__main__":
    main()
