"""Seconds and memory of a training at each image size, of the light DCGANs and of a full-grown Progressive GAN.

Each case runs in a process of its own, whose largest resident size is told: one generation to warm up, then as many as
fit into some seconds, one at the least; the quickest counts, so that other work on the machine tells little. Images are
random, since neither figure depends on what they show.

    python benchmarks/image_sizes.py            # two minutes or less, one thread
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

import numpy as np
import torch

from ganatomy.config.evolve import EvolveConfig
from ganatomy.data.image_set import ImageSet
from ganatomy.evolve.state import start
from ganatomy.evolve.train import advance, generation_settings

SIZES = (64, 128, 256, 512)
KINDS = ("light", "progan")
BATCH = 8


@dataclass(frozen=True)
class Row:
    """What one case took."""

    kind: str
    image_size: int
    seconds_per_kimg: float
    peak_mib: float


def settings(kind: str, image_size: int) -> EvolveConfig:
    """Return the settings of a case: one objective, both networks of a kind, of one size from the start."""
    grown = {"start_size": image_size} if kind == "progan" else {}
    return EvolveConfig.of(
        generator=kind, discriminator=kind, image_size=image_size, objectives=("heuristic",), batch_size=BATCH, **grown
    )


def measure(kind: str, image_size: int, seconds: float) -> Row:
    """Return what a generation of a case takes in this process.

    Args:
        kind: of the networks.
        image_size: pixels a side.
        seconds: how long to measure.
    """
    config = settings(kind, image_size)
    pixels = np.random.default_rng(0).integers(0, 256, (BATCH, image_size, image_size, 3), dtype=np.uint8)
    state = start(config, ImageSet(pixels, (), np.full(BATCH, -1)))
    of_generation = generation_settings(config, state.moments)
    advance(config, of_generation, state)
    began, times = time.perf_counter(), []
    while not times or time.perf_counter() - began < seconds:
        before = time.perf_counter()
        advance(config, of_generation, state)
        times.append(time.perf_counter() - before)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Row(kind, image_size, round(1000 * min(times) / BATCH, 1), round(peak))


def table(rows: list[Row]) -> str:
    """Return the rows as Markdown."""
    head = f"batches of {BATCH}, one objective, torch {torch.__version__}, one thread\n\n"
    lines = ["| networks | image size | s / kimg | peak MiB |", "|---|---|---|---|"]
    lines += [f"| {row.kind} | {row.image_size} | {row.seconds_per_kimg:g} | {row.peak_mib:g} |" for row in rows]
    return head + "\n".join(lines)


def main() -> None:
    """Print the table, or with `--case` measure one case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long to measure each case")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--case", nargs=2, metavar=("KIND", "SIZE"), help="measure this one here, and print JSON")
    args = parser.parse_args()
    if args.case:
        torch.set_num_threads(1)
        print(json.dumps(asdict(measure(args.case[0], int(args.case[1]), args.seconds))))
        return
    rows = []
    for kind in KINDS:
        for size in args.sizes:
            command = [sys.executable, __file__, "--seconds", str(args.seconds), "--case", kind, str(size)]
            rows.append(Row(**json.loads(subprocess.run(command, check=True, capture_output=True).stdout)))
    print(table(rows))


if __name__ == "__main__":
    main()
