"""Measures the memory of a whole dissection: five layers of a generator of 256 px, whatever the number of samples.

The generator has the shape of Progressive GAN's (random weights), the segmenter sees 257 px, masks are compared on
128 x 128 pixels, and passes are kept to go on from, all as `ganatomy dissect` does it. Every sample shows every one of
the 151 concepts, so that the tables are as large as they can get. Each number of samples is dissected in a process of
its own, of which the peak of the resident memory is printed: 10,000 samples must fit in 8 GiB.

Since 10,000 samples of 256 px take hours, `--small` shows what grows with their number: the same at 32 px, of as many
layers and nearly as many units.

    python -m benchmarks.dissection_memory [--small] [--num-images 160 320] [--json] [--segmenter-weights FILE]
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does, before torch is imported

import torch
from benchmarks.tally import INPUT_SIZE, random_segmenter
from torch import Tensor

from ganatomy.dissect.counting.cache import DissectionCache
from ganatomy.dissect.layers import dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.memory import keep_freed_memory
from ganatomy.models.networks.progan import SHAPES, ProGanGenerator, ProGanShape, initialise_normal
from ganatomy.seeds import stream
from ganatomy.segment.networks.ade20k import load_ade20k
from ganatomy.segment.protocol import Segmenter

PATCH = 16
"""Pixels a side of the patches of one concept, on images of 256 px."""
MOST_GIB = 8.0
"""What is required."""


@dataclass(frozen=True)
class Case:
    """What is dissected."""

    shape: ProGanShape
    layers: tuple[str, ...]
    grid: int
    """Pixels a side on which masks are compared."""
    input_size: int
    """Pixels a side that the segmenter sees."""


LARGE = Case(SHAPES[256], ("layer2", "layer4", "layer6", "layer9", "layer12"), 128, INPUT_SIZE)
"""512, 512, 512, 128 and 64 units, 4x4 to 128x128 cells."""
SMALL = Case(ProGanShape(32, SHAPES[256].channels[:8]), ("layer2", "layer4", "layer6", "layer7", "layer8"), 32, 65)
"""512, 512, 512, 256 and 256 units, 4x4 to 32x32 cells."""


@dataclass(frozen=True)
class Crowded:
    """A segmenter whose network runs as usual, and whose labels are patches of all concepts in every image."""

    segmenter: Segmenter

    @property
    def name(self) -> str:
        """That of the network's."""
        return self.segmenter.name

    @property
    def concepts(self) -> tuple[str, ...]:
        """Those of the network's."""
        return self.segmenter.concepts

    @property
    def categories(self) -> tuple[str, ...]:
        """Those of the network's."""
        return self.segmenter.categories

    @property
    def fingerprint(self) -> str:
        """Another than the network's."""
        return f"crowded-{self.segmenter.fingerprint}"

    def segment(self, images: Tensor) -> Tensor:
        """Return (n, 1, h, w) int64 patches for images (n, 3, h, w)."""
        n, _, height, width = self.segmenter.segment(images).shape
        side = max(1, PATCH * width // 256)
        row, column = torch.arange(height)[:, None] // side, torch.arange(width) // side
        patches = row * -(-width // side) + column
        return ((patches + torch.arange(n)[:, None, None]) % len(self.concepts))[:, None]


def dissect(case: Case, num_images: int, weights: Path | None) -> dict[str, Any]:
    """Dissect in this process; return seconds and the peak of its memory in GiB, before and after."""
    keep_freed_memory()
    generator = ProGanGenerator(case.shape).eval().requires_grad_(False)
    initialise_normal(generator, stream(0, "benchmark/weights"))
    segmenter = Crowded(load_ade20k(weights, case.input_size) if weights else random_segmenter(case.input_size))
    protocol = DissectionProtocol(num_images=num_images, grid=(case.grid, case.grid))
    before, start = peak_gib(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        dissect_layers(generator, segmenter, case.layers, protocol, cache=DissectionCache(Path(folder)))
    return {
        "num_images": num_images,
        "image_size": case.shape.image_size,
        "seconds": time.perf_counter() - start,
        "loaded_gib": before,
        "peak_gib": peak_gib(),
    }


def peak_gib() -> float:
    """Return the most memory that this process has had resident, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def in_a_process_of_its_own(small: bool, num_images: int, weights: Path | None) -> dict[str, Any]:
    """Return what `dissect` returns in a fresh process."""
    words = [sys.executable, "-m", "benchmarks.dissection_memory", "--alone", str(num_images)]
    words += ["--small"] * small + (["--segmenter-weights", str(weights)] if weights else [])
    row: dict[str, Any] = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--num-images", type=int, nargs="+", default=[160, 320])
    parser.add_argument("--small", action="store_true", help="images of 32 px")
    parser.add_argument("--segmenter-weights", type=Path, help="the ADE20K weights; without them, random ones")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    small, weights = arguments.small, arguments.segmenter_weights
    if arguments.alone:
        print(json.dumps(dissect(SMALL if small else LARGE, arguments.alone, weights)))
        return
    rows = [in_a_process_of_its_own(small, num, weights) for num in arguments.num_images]
    if arguments.json:
        print(json.dumps({"rows": rows, "required_gib": MOST_GIB}, indent=1))
        return
    for row in rows:
        print(
            f"{row['num_images']:,} validation and as many test samples of {row['image_size']} px, five layers: peak "
            f"{row['peak_gib']:.2f} GiB, {row['loaded_gib']:.2f} before the first sample; {row['seconds']:.0f} s"
        )
    print(f"required: {MOST_GIB:.0f} GiB at most for 10,000 samples of 256 px")


if __name__ == "__main__":
    main()
