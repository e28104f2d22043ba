"""What the arms of a comparison make, side by side: samples of one seed, an arm to a row."""

from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from ganatomy.compare.plan import Plan, PlannedRun
from ganatomy.data.grids import GAP, labelled_rows
from ganatomy.report.density import picture, target
from ganatomy.report.images import open_picture
from ganatomy.report.sections.plane import read_points
from ganatomy.report.sections.samples import choose
from ganatomy.runs.files import read_json
from ganatomy.runs.layout import SAMPLES, SAMPLES_INDEX

MOMENTS = 6
"""Moments of the training of which densities are shown."""
IMAGES, TILE = 8, 128
"""Images of a row, and their side in pixels, at most."""


def draw_samples(plan: Plan) -> Image.Image | None:
    """Return a sheet with a row for each arm, or None where not every arm has samples under the same seed.

    Of points, the density at moments from the first to the last, and the target's, as E-GAN's Fig. 3 (arXiv
    1803.00657); of images, the last samples, all of the same latents. The seed is the one of which most samples were
    kept, the first of several.

    Args:
        plan: the comparison.

    Raises:
        DataError: a file of samples is damaged.
    """
    runs = max(_by_seed(plan), key=_moments)
    if not _moments(runs):
        return None
    if plan.config.base.data.is_points:
        return _densities(plan, runs)
    return labelled_rows([_images(run, plan.config.base.data.image_size) for run in runs], _names(runs))


def _by_seed(plan: Plan) -> list[list[PlannedRun]]:
    return [[run for run in plan.runs if run.seed == seed] for seed in plan.config.seed_list]


def _moments(runs: Sequence[PlannedRun]) -> int:
    """Return of how many moments every run has samples, if of any."""
    return min(len(_index(run)) for run in runs)


def _index(run: PlannedRun) -> list[Mapping[str, Any]]:
    """Return generation and file of each sample that is there, the first one first."""
    path = run.run.path / SAMPLES_INDEX
    listed: list[Mapping[str, Any]] = read_json(path) if path.exists() else []
    return [entry for entry in listed if (path.parent / str(entry["file"])).is_file()]


def _names(runs: Sequence[PlannedRun]) -> list[str]:
    return [run.arm.name.replace(":", "\n").replace(",", "\n") for run in runs]


def _densities(plan: Plan, runs: Sequence[PlannedRun]) -> Image.Image:
    real, square = target(plan.config.base.data.data)
    columns = min(MOMENTS, _moments(runs))
    chosen = [[index[at] for at in choose(len(index), columns)] for index in map(_index, runs)]
    aim = picture(real, square)
    rows = [
        [*(picture(read_points(run.run.path, f"{SAMPLES}/{entry['file']}"), square) for entry in entries), aim]
        for run, entries in zip(runs, chosen, strict=True)
    ]
    moments = {tuple(int(entry["generation"]) for entry in entries) for entries in chosen}
    is_shared = len(moments) == 1
    headings = [f"generation {generation:,}" if is_shared else "" for generation in moments.pop()]
    return labelled_rows(rows, _names(runs), [*headings, "target"])


def _images(run: PlannedRun, side: int) -> list[Image.Image]:
    """Return the start of the first row of the last grid, enlarged by a whole number where that is small."""
    grid = open_picture(run.run.path, f"{SAMPLES}/{_index(run)[-1]['file']}")
    assert grid is not None  # `_index` lists what is there
    width, shown = min(grid.width, IMAGES * (side + GAP) - GAP), side * max(1, TILE // side)
    tiles = [grid.crop((x, 0, x + side, side)) for x in range(0, width, side + GAP)]
    return [tile.resize((shown, shown), Image.Resampling.NEAREST) for tile in tiles]
