"""Contexts the slow way: whole edited generators, one sample and one cell at a time, and loops over resamples."""

import numpy as np
import torch

from ganatomy.hooks import edit


def mostly(labels, where, concepts):
    """Return the concepts that cover most of some pixels, of labels (heads, h, w)."""
    counts = [int(((labels == number).any(0) & where).sum()) for number in range(concepts)]
    return [number for number, count in enumerate(counts) if count and count == max(counts)]


def insertion(generator, segmenter, layer, z, units, value, cell, grid, concept):
    """Return gains at the cell, around it and in the image, and whether it was and becomes the concept."""
    index, total = segmenter.concepts.index(concept), len(segmenter.concepts)
    row, column = divmod(cell, grid[1])

    def set_units(featuremaps):
        changed = featuremaps.clone()
        for unit in units:
            changed[:, unit, row, column] = value[unit]
        return changed

    with torch.no_grad():
        before = segmenter.segment(generator(z[None]))[0]
        with edit(generator, {layer: set_units}):
            after = segmenter.segment(generator(z[None]))[0]
    height, width = before.shape[1] // grid[0], before.shape[2] // grid[1]
    masks = []
    for reach in (0, 1, max(grid)):
        mask = torch.zeros(before.shape[1:], dtype=torch.bool)
        mask[
            max(row - reach, 0) * height : (row + reach + 1) * height,
            max(column - reach, 0) * width : (column + reach + 1) * width,
        ] = True
        masks.append(mask)
    gains = [
        int(((after == index).any(0) & mask).sum() - ((before == index).any(0) & mask).sum()) / (height * width)
        for mask in masks
    ]
    return gains, *(index in mostly(labels, masks[0], total) for labels in (before, after))


def interval_of_mean_over_cells(values, mask, counts):
    """Return the mean of values (n, c) over some cells, and its 95 % interval, from counts (resamples, n)."""

    def mean(weights):
        total, number = 0.0, 0.0
        for sample, weight in enumerate(weights):
            for value, counted in zip(values[sample], mask[sample], strict=True):
                if counted:
                    total, number = total + weight * value, number + weight
        return total / number

    drawn = [mean(weights) for weights in counts]
    return mean(np.ones(len(values))), np.quantile(drawn, [0.025, 0.975])
