"""What a training shows of itself: samples of latents that stay the same."""

from typing import Any

import torch

from ganatomy.config.evolve import EvolveConfig
from ganatomy.data.grids import write_grid
from ganatomy.data.images import to_uint8
from ganatomy.data.points import Mixture
from ganatomy.evolve.state import TrainingState
from ganatomy.models.protocol import sample_latents
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json, write_arrays, write_json
from ganatomy.runs.layout import SAMPLES, SAMPLES_INDEX
from ganatomy.seeds import stream

GRID_SAMPLES, GRID_COLUMNS = 48, 8
LARGE_IMAGES = 128
"""Pixels a side beyond which a grid has fewer samples: of 512 px 48 would take 36 MiB a grid."""
SAMPLE_POINTS = 2048


def num_samples(image_size: int) -> int:
    """Return the samples of a grid: whole rows, one at the least.

    >>> [num_samples(side) for side in (32, 128, 256, 512)]
    [48, 48, 24, 8]
    """
    rows = GRID_SAMPLES // GRID_COLUMNS
    return GRID_COLUMNS * max(1, rows * LARGE_IMAGES // max(image_size, LARGE_IMAGES))


@torch.no_grad()
def write_samples(run: Run, config: EvolveConfig, state: TrainingState) -> None:
    """Write what the averaged generator makes of latents that stay the same, and list it: a grid, or points."""
    is_points = isinstance(state.data, Mixture)
    rng = stream(config.seed, "samples")
    z = sample_latents(state.ema, SAMPLE_POINTS if is_points else num_samples(config.data.image_size), rng).to(
        config.bookkeeping.device
    )
    samples = state.full_size.eval()(z)
    folder = run.subdirectory(SAMPLES)
    name = f"gen-{state.generation:06d}.{'npz' if is_points else 'png'}"
    if is_points:
        write_arrays(folder / name, points=samples.cpu().numpy())
    else:
        write_grid(folder / name, to_uint8(samples).cpu().numpy(), GRID_COLUMNS)
    index = run.path / SAMPLES_INDEX
    listed = [entry for entry in (read_json(index) if index.exists() else []) if entry["generation"] < state.generation]
    stands = {"generation": state.generation, "kimg": round(state.kimg, 3), "seconds": round(state.seconds, 1)}
    entry: dict[str, Any] = {**stands, "file": name}
    if state.growth is not None:
        entry["image_size"] = config.data.image_size
    write_json(index, [*listed, entry])
