"""What units are set to: "off", as they are where a concept is, as they are elsewhere, as they are in another place.

Source: GAN Dissection (Bau et al., arXiv 1811.10597): the conditional mean k of the camera-ready version, weighted by
the part of each cell that shows the concept, and the 99 % quantile of the submission.

Differs: the mean is taken over cells of which a third or more shows the concept. Averaged over all cells, as released,
it is too weak for things smaller than a cell.
"""

import numpy as np
import torch
from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.intervene.baseline import Baseline

LEAST_SHARE = 1 / 3
"""Part of a cell that has to show a concept for the cell to be counted."""


LOW, HIGH = 0.01, 0.99
"""Quantiles of a unit at which it is "off", and at which the submission inserted it."""


def mean_where(baseline: Baseline, concept: str, least_share: float = LEAST_SHARE) -> Tensor:
    """Return the mean (u,) of each unit where a concept is: k of GAN Dissection.

    Args:
        baseline: samples unedited.
        concept: one of the segmenter's.
        least_share: part of a cell that has to show it, in [0, 1]; 0 is the published mean over all cells.

    Raises:
        ConfigError: the segmenter has no such concept, no sample shows it, or no cell as much of it.
    """
    shares = baseline.shares(concept)
    if not shares.any():
        raise ConfigError(
            f"'{concept}' is seen in none of {len(baseline)} samples, so that nothing tells what units are "
            "where it is; give a number or a quantile, or more samples"
        )
    weights = shares * ((shares >= least_share) & (shares > 0))
    if not weights.any():
        raise ConfigError(
            f"'{concept}' covers at most {shares.max():.2f} of a cell of layer '{baseline.halves.layer}' in "
            f"{len(baseline)} samples, and {least_share:.2f} is needed; give more samples, or a layer of smaller cells"
        )
    return torch.einsum("nuhw,nhw->u", baseline.featuremaps, weights) / weights.sum()


def mean_outside(baseline: Baseline, concept: str) -> Tensor:
    """Return the mean (u,) of each unit in the cells that show nothing of a concept.

    Raises:
        ConfigError: the segmenter has no such concept, or every cell shows some of it.
    """
    outside = (baseline.shares(concept) == 0).to(baseline.featuremaps)
    if not outside.any():
        raise ConfigError(f"every cell of {len(baseline)} samples shows some '{concept}'; give another value")
    return torch.einsum("nuhw,nhw->u", baseline.featuremaps, outside) / outside.sum()


def quantile(baseline: Baseline, level: float) -> Tensor:
    """Return the quantile (u,) of each unit over all cells of all samples.

    Args:
        baseline: samples unedited.
        level: in [0, 1]; 0.99 is what the submission inserted, and a low one is "off" under a leaky rectifier.

    Raises:
        ConfigError: the level is out of range.
    """
    if not 0 <= level <= 1:
        raise ConfigError(f"quantile is {level}; give 0 to 1")
    rows = baseline.featuremaps.transpose(0, 1).flatten(1)
    levels = np.quantile(rows.cpu().numpy(), level, axis=1)
    return torch.from_numpy(levels).to(rows)


def copied(baseline: Baseline, sample: int, cell: tuple[int, int]) -> Tensor:
    """Return the activations (u,) of one cell of one sample.

    Args:
        baseline: samples unedited.
        sample: its place.
        cell: row and column, from the top left.

    Raises:
        ConfigError: there is no such sample, or no such cell.
    """
    height, width = baseline.cells
    row, column = cell
    if not 0 <= sample < len(baseline):
        raise ConfigError(f"no sample {sample}; give 0 to {len(baseline) - 1}")
    if not (0 <= row < height and 0 <= column < width):
        raise ConfigError(
            f"layer '{baseline.halves.layer}' has no cell {row},{column}; give a row of 0 to {height - 1} and a column "
            f"of 0 to {width - 1}"
        )
    return baseline.featuremaps[sample, :, row, column]


def value_of(name: str, baseline: Baseline, concept: str | None) -> Tensor:
    """Return what a step sets each unit of a layer to, by its name, (u,).

    Args:
        name: one of `ganatomy.config.steps.ABLATED` or `INSERTED`, but `zero`.
        baseline: samples unedited, others than those that the effect is measured on.
        concept: what the step is about.

    Raises:
        ConfigError: the segmenter has no such concept, or no sample shows enough of it, or all do everywhere.
        LayerError: the layer has no cells.
    """
    if name in ("quantile", "low-quantile"):
        return quantile(baseline, HIGH if name == "quantile" else LOW)
    assert concept is not None  # or the settings were refused
    if name == "mean-outside":
        return mean_outside(baseline, concept)
    return mean_where(baseline, concept, LEAST_SHARE if name == "mean" else 0.0)
