"""What a training shows of itself: samples of latents that stay the same."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image

from ganatomy.config.evolve import EvolveConfig
from ganatomy.data.grids import write_grid
from ganatomy.data.images import to_uint8
from ganatomy.data.points import Mixture
from ganatomy.evolve.evaluation import Child
from ganatomy.evolve.state import TrainingState
from ganatomy.models.protocol import evaluating, sample_latents
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json, replacing, write_arrays, write_json
from ganatomy.runs.layout import CHILDREN, CHILDREN_GRID, SAMPLES, SAMPLES_INDEX
from ganatomy.seeds import stream

GRID_SAMPLES, GRID_COLUMNS = 48, 8
LARGE_IMAGES = 128
"""Pixels a side beyond which a grid has fewer samples: of 512 px 48 would take 36 MiB a grid."""
SAMPLE_POINTS = 2048
MOST_CHILDREN = 24
"""Children of which samples are written."""


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


@torch.no_grad()
def write_children(run: Run, config: EvolveConfig, state: TrainingState, children: Sequence[Child]) -> None:
    """Write samples of every child of a generation, a row each, in place of those of an earlier one.

    All are of the latents of the first samples of the grid. Points have none.

    Args:
        run: where to.
        config: all settings.
        state: where the training stands.
        children: of the generation, in their order; of very many the first ones.
    """
    if isinstance(state.data, Mixture):
        return
    rng, shown = stream(config.seed, "samples"), children[:MOST_CHILDREN]
    z = sample_latents(state.ema, GRID_COLUMNS, rng).to(config.bookkeeping.device)
    rows = []
    for child in shown:
        generator = child.individual.generator
        with evaluating(generator):
            images = state.in_full(generator)(z)  # type: ignore[arg-type]
        rows.append(np.concatenate([*to_uint8(images).cpu().numpy()], axis=1))
    sheet, grid = np.concatenate(rows), run.subdirectory(SAMPLES).parent / CHILDREN_GRID
    with replacing(grid) as partial:
        Image.fromarray(sheet).save(partial, format="PNG")
    size = {"rows": len(rows), "columns": GRID_COLUMNS, "size": len(sheet) // len(rows)}
    write_json(run.path / CHILDREN, {"generation": state.generation, **size})
