"""What a generation costs under each preset: seconds, multiply-accumulates, peak memory, size of the networks.

Each is measured in a process of its own, as `ganatomy evolve` trains: a first generation, which is counted and
allocates what later ones reuse, then some that are timed. A kimg is a thousand real images that the discriminator is
trained on. Memory is the most that the process has held, Python, torch and data included; on CUDA the most that torch
has allocated there.

    python benchmarks/presets.py [--quick] [--json] [--device cuda] [--presets theano projected-64]
"""

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.parts import changed
from ganatomy.config.presets import PRESETS
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.data.sources import load_scenes
from ganatomy.evolve.macs import count_macs
from ganatomy.evolve.state import start
from ganatomy.evolve.train import advance, generation_settings
from ganatomy.memory import keep_freed_memory

CASES = {
    **{name: PRESETS[name] for name in ("paper", "theano", "theano-64", "theano-128", "pytorch", "theano-points")},
    "projected-64": EvolveConfig(),
    "projected-128": EvolveConfig.of(image_size=128),
    "light-64": EvolveConfig.of(discriminator="light"),
    "resnet-64": EvolveConfig.of(generator="resnet", discriminator="resnet"),
}
"""Presets by their names; the defaults, whose discriminator is projected, and with other networks."""
QUICK = ("paper", "theano", "theano-points", "projected-64", "light-64", "resnet-64")
"""Neither those whose generation takes many seconds, nor those that cost nearly what another does."""
DTYPES = ("fp32", "bf16")
NUM_SCENES = 300


def medians(work: Callable[[], object], rounds: int, wait: Callable[[], object] = lambda: None) -> float:
    """Return the median seconds of `work` over `rounds`; `wait` returns once a device is done with it."""
    seconds = []
    for _ in range(rounds):
        wait()
        began = time.perf_counter()
        work()
        wait()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def measure(config: EvolveConfig, data: ImageSet | Mixture, rounds: int) -> dict[str, Any]:
    """Return what training under `config` costs, by one generation that is counted and `rounds` that are timed."""
    state = start(config, data)
    settings = generation_settings(config, state.moments)
    device = config.bookkeeping.device
    is_cuda = device.startswith("cuda")

    def generation() -> None:
        advance(config, settings, state)

    macs = count_macs(generation)
    seconds = medians(generation, rounds, (lambda: torch.cuda.synchronize(device)) if is_cuda else lambda: None)
    kimg = settings.trained_on / 1000
    return {
        "seconds_per_kimg": seconds / kimg,
        "seconds_per_generation": seconds,
        "images_per_generation": settings.trained_on,
        "gmac_per_generation": macs / 1e9,
        "gflops": 2e-9 * macs / seconds,
        "peak_mb": (torch.cuda.max_memory_allocated(device) if is_cuda else peak_memory()) / 1e6,
        **parameters(state.population[0].generator, state.environment.discriminator),
    }


def parameters(generator: nn.Module, discriminator: nn.Module) -> dict[str, int]:
    """Return how many parameters the networks have; those of a pretrained part that does not learn stand apart."""
    learning = sum(p.numel() for p in discriminator.parameters() if p.requires_grad)
    return {
        "parameters_generator": sum(p.numel() for p in generator.parameters()),
        "parameters_discriminator": learning,
        "parameters_fixed": sum(p.numel() for p in discriminator.parameters()) - learning,
    }


def peak_memory() -> int:
    """Return the most bytes that this process has held at once."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def open_case(config: EvolveConfig, cache: Path) -> ImageSet | Mixture:
    """Return points, or scenes that are rendered once and kept in `cache`."""
    if config.data.is_points:
        return Mixture(config.data.data)
    return load_scenes(NUM_SCENES, config.data.image_size, config.seed, cache_dir=cache)


def row_of(name: str, dtype: str, device: str, rounds: int, cache: Path) -> dict[str, Any]:
    """Return the row of one case, measured in this process."""
    keep_freed_memory()  # as the command line does
    config = changed(CASES[name], precision=dtype, device=device)
    return {"preset": name, "dtype": dtype, **measure(config, open_case(config, cache), rounds)}


def rows(
    names: Sequence[str], dtypes: Sequence[str], device: str, rounds: int, start_method: str = "spawn"
) -> Iterator[dict[str, Any]]:
    """Yield a row for each case and dtype, measured one after another, each in a process of its own.

    Args:
        names: of the cases.
        dtypes: of each case.
        device: where to train.
        rounds: timed generations.
        start_method: of the processes; `forkserver` starts them at once, from one that has imported torch and done
            nothing else, but does not count what they only read of it.
    """
    processes = get_context(start_method)
    processes.set_forkserver_preload(["ganatomy.evolve.train", "ganatomy.data.scenes"])
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(max_workers=1, mp_context=processes, max_tasks_per_child=1) as alone,
    ):
        for name in names:
            alone.submit(open_case, CASES[name], Path(folder)).result()  # rendering takes memory that training does not
            for dtype in dtypes:
                yield alone.submit(row_of, name, dtype, device, rounds, Path(folder)).result()


COLUMNS = {
    "preset": ("preset", "<14"),
    "dtype": ("dtype", ">5"),
    "seconds_per_kimg": ("s/kimg", ">8.2f"),
    "seconds_per_generation": ("s/gen.", ">8.3f"),
    "gmac_per_generation": ("GMAC", ">7.1f"),
    "gflops": ("GFLOPS", ">7.0f"),
    "peak_mb": ("MB", ">6.0f"),
    "parameters_generator": ("in G", ">11,"),
    "parameters_discriminator": ("in D", ">11,"),
    "parameters_fixed": ("fixed", ">10,"),
}
HEADER = " ".join(f"{title:{form.rstrip(',f').split('.')[0]}}" for title, form in COLUMNS.values())


def show(row: dict[str, Any]) -> str:
    """Return a line of the table."""
    return " ".join(f"{row[name]:{form}}" for name, (_, form) in COLUMNS.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="fewer, each timed once, and about 70 MB too small; within 50 s"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--presets", nargs="+", choices=list(CASES), default=None)
    parser.add_argument("--dtypes", nargs="+", choices=DTYPES, default=list(DTYPES))
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    parser.add_argument("--rounds", type=int, default=5, help="timed generations of each")
    arguments = parser.parse_args()
    names = arguments.presets or (QUICK if arguments.quick else list(CASES))
    rounds, start_method = (1, "forkserver") if arguments.quick else (arguments.rounds, "spawn")
    about = {"threads": torch.get_num_threads(), "torch": torch.__version__, "device": arguments.device}
    if not arguments.json:
        print(", ".join(f"{key} {value}" for key, value in about.items()), HEADER, sep="\n")
    measured = []
    for row in rows(names, arguments.dtypes, arguments.device, rounds, start_method):
        measured.append(row)
        if not arguments.json:
            print(show(row), flush=True)
    if arguments.json:
        print(json.dumps({**about, "load_average": os.getloadavg()[0], "rows": measured}, indent=1))


if __name__ == "__main__":
    main()
