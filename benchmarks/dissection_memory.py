"""Measures the memory of a whole dissection: five layers of a generator of 256 px, whatever the number of samples.

The generator has the shape of Progressive GAN's (random weights), the segmenter sees 257 px, masks are compared on
128 x 128 pixels, and passes are kept to go on from, all as `ganatomy dissect` does it. Every sample shows every one of
the 151 concepts, so that the tables are as large as they can get. Each number of samples is dissected in a process of
its own, of which the peak of the resident memory is printed, and what each thousand of further samples would add:
10,000 samples must fit in 8 GiB.

    python -m benchmarks.dissection_memory [--num-images 160 320] [--batch-size 32] [--json] [--segmenter-weights FILE]
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

from ganatomy.dissect.cache import DissectionCache
from ganatomy.dissect.layers import dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.memory import keep_freed_memory
from ganatomy.models.progan import SHAPES, ProGanGenerator, initialise_normal
from ganatomy.seeds import stream
from ganatomy.segment.ade20k import load_ade20k
from ganatomy.segment.protocol import Segmenter

LAYERS = ("layer2", "layer4", "layer6", "layer9", "layer12")
"""512, 512, 512, 128 and 64 units, 4x4 to 128x128 cells."""
GRID = (128, 128)
PATCH = 16
"""Pixels a side of the patches of one concept."""
SAMPLES, MOST_GIB = 10_000, 8.0
"""What is required."""


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
        row, column = torch.arange(height)[:, None] // PATCH, torch.arange(width) // PATCH
        patches = row * -(-width // PATCH) + column
        return ((patches + torch.arange(n)[:, None, None]) % len(self.concepts))[:, None]


def dissect(num_images: int, batch_size: int, weights: Path | None) -> dict[str, Any]:
    """Dissect in this process; return seconds and the peak of its memory in GiB, before and after."""
    keep_freed_memory()
    generator = ProGanGenerator(SHAPES[256]).eval().requires_grad_(False)
    initialise_normal(generator, stream(0, "benchmark/weights"))
    segmenter = Crowded(load_ade20k(weights, INPUT_SIZE) if weights else random_segmenter())
    protocol = DissectionProtocol(num_images=num_images, grid=GRID, batch_size=batch_size)
    before, start = peak_gib(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        dissect_layers(generator, segmenter, LAYERS, protocol, cache=DissectionCache(Path(folder)))
    return {
        "num_images": num_images,
        "batch_size": batch_size,
        "seconds": time.perf_counter() - start,
        "loaded_gib": before,
        "peak_gib": peak_gib(),
    }


def peak_gib() -> float:
    """Return the most memory that this process has had resident, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def in_a_process_of_its_own(num_images: int, batch_size: int, weights: Path | None) -> dict[str, Any]:
    """Return what `dissect` returns in a fresh process."""
    words = [
        sys.executable,
        "-m",
        "benchmarks.dissection_memory",
        "--alone",
        str(num_images),
        "--batch-size",
        str(batch_size),
    ]
    words += ["--segmenter-weights", str(weights)] if weights else []
    row: dict[str, Any] = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return row


def expected(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Return GiB that each thousand of further samples takes, and all that are required, on the line through both ends.

    A peak that does not grow is not taken to shrink.
    """
    first, last = rows[0], rows[-1]
    slope = max(0.0, (last["peak_gib"] - first["peak_gib"]) / (last["num_images"] - first["num_images"]))
    return {
        "gib_per_thousand": slope * 1000,
        "gib_for_required": last["peak_gib"] + slope * (SAMPLES - last["num_images"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--num-images", type=int, nargs="+", default=[160, 320], help="ascending, two or more")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--segmenter-weights", type=Path, help="the ADE20K weights; without them, random ones")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    weights, batch = arguments.segmenter_weights, arguments.batch_size
    if arguments.alone:
        print(json.dumps(dissect(arguments.alone, batch, weights)))
        return
    if len(arguments.num_images) < 2 or sorted(set(arguments.num_images)) != arguments.num_images:
        parser.error(f"--num-images is {arguments.num_images}; give two or more, ascending")
    rows = [in_a_process_of_its_own(num, batch, weights) for num in arguments.num_images]
    line = expected(rows)
    if arguments.json:
        print(json.dumps({"rows": rows, **line, "required_gib": MOST_GIB}, indent=1))
        return
    for row in rows:
        print(
            f"{row['num_images']} validation and as many test samples, {len(LAYERS)} layers, batches of {batch}: peak "
            f"{row['peak_gib']:.2f} GiB, {row['loaded_gib']:.2f} before the first sample; {row['seconds']:.0f} s"
        )
    print(
        f"each thousand more: {line['gib_per_thousand']:.2f} GiB; {SAMPLES:,} samples: {line['gib_for_required']:.2f} "
        f"GiB (required: {MOST_GIB:.0f} at most)"
    )


if __name__ == "__main__":
    main()
