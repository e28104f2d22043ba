"""Samples a second of generators that upsample: kernels made in each pass, as in training, and kept for inference.

`before`: every `UpsampledConv` is in training mode, all else in evaluation mode, so that its 4x4 kernel is made anew in
each pass; `after`: the whole generator is in evaluation mode. Weights are random. Both take turns in one process, so
that a busy machine slows both, and must give the same images to 1e-6, where the range of images is 2; the kernels
are the same tensors, so that they are equal to the bit. Rates are of the median round.

    python benchmarks/folded_upsampling.py [--quick] [--json]
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Mapping
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does, before torch is imported

import torch
from torch import Tensor, nn

from ganatomy.models.networks.dcgan import GENERATORS, Generator, initialise
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.networks.resnet import RESNET_GENERATORS, ResnetGenerator
from ganatomy.models.networks.upsampling import UpsampledConv
from ganatomy.seeds import stream

SIZES = (64, 128)
BATCHES = (1, 32)
TOLERANCE = 1e-6
ROUNDS = {1: 31, 32: 7}
QUICK_ROUNDS = {1: 3, 32: 1}


def generators() -> dict[str, LayeredGenerator]:
    """Return the generators that are timed, in evaluation mode."""
    rng, found = stream(0, "benchmark/weights"), dict[str, LayeredGenerator]()
    for size in SIZES:
        found[f"light, {size} px"] = Generator(GENERATORS["light"][size])
        found[f"resnet, {size} px"] = ResnetGenerator(RESNET_GENERATORS[size])
    for generator in found.values():
        initialise(generator, rng)
        generator.eval()
    return found


def keep_kernels(generator: nn.Module, kept: bool) -> None:
    """Let the generator keep its kernels, or make them in each pass."""
    for part in generator.modules():
        if isinstance(part, UpsampledConv):
            part.train(not kept)


@torch.no_grad()
def measure(generator: nn.Module, z: Tensor, rounds: int) -> dict[str, float]:
    """Return samples a second before and after, and how often as many that is.

    Args:
        generator: any network of latents.
        z: the latents (n, z_dim) of a pass.
        rounds: passes of either kind, in turns, after one that is not timed.
    """
    images: dict[str, Tensor] = {}
    seconds: dict[str, list[float]] = {"before": [], "after": []}
    for timed in (False, *(True,) * rounds):
        for way in seconds:
            # A kernel is forgotten where it is not kept, so the first pass after makes it and the second is timed.
            keep_kernels(generator, way == "after")
            if way == "after":
                generator(z[:1])
            start = time.perf_counter()
            images[way] = generator(z)
            if timed:
                seconds[way].append(time.perf_counter() - start)
    if (images["before"] - images["after"]).abs().max() > TOLERANCE * 2:
        raise SystemExit("kernels that are kept give other images than those made in each pass")
    rates = {way: len(z) / statistics.median(times) for way, times in seconds.items()}
    return {**rates, "gain": rates["after"] / rates["before"]}


def rows(rounds: Mapping[int, int]) -> list[dict[str, Any]]:
    """Return a row for each generator and batch size."""
    return [
        {"generator": name, "batch": batch}
        | measure(
            generator, torch.randn(batch, generator.z_dim, generator=stream(0, "benchmark/latents")), rounds[batch]
        )
        for name, generator in generators().items()
        for batch in BATCHES
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="samples a second with kernels made in each pass, and kept")
    parser.add_argument("--quick", action="store_true", help="a few rounds only")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = rows(QUICK_ROUNDS if args.quick else ROUNDS)
    if args.json:
        print(json.dumps({"threads": torch.get_num_threads(), "torch": torch.__version__, "rows": found}))
        return
    print("generator, batch | samples a second before | after | gain")
    for row in found:
        print(f"{row['generator']}, {row['batch']} | {row['before']:.1f} | {row['after']:.1f} | {row['gain']:.2f}x")


if __name__ == "__main__":
    main()
