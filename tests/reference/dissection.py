"""Dissection the slow, obvious way: one boolean mask per unit and threshold, one set operation per score."""

import math

import torch
import torch.nn.functional as F


def masks_above(featuremaps, grid, unit, threshold):
    """Return r^_u > t, (n, *grid) bool."""
    upsampled = F.interpolate(featuremaps, size=grid, mode="bilinear", align_corners=False)
    return upsampled[:, unit] > threshold


def cells(active, shown):
    """Return the pixels in both, in the unit only, in the concept only, and in neither."""
    return [
        int((active & shown).sum()),
        int((active & ~shown).sum()),
        int((~active & shown).sum()),
        int((~active & ~shown).sum()),
    ]


def iou(active, shown):
    both, only_active, only_shown, _ = cells(active, shown)
    union = both + only_active + only_shown
    return both / union if union else math.nan


def information_quality_ratio(active, shown):
    both, only_active, only_shown, neither = cells(active, shown)
    total = active.numel()
    rows = {True: (both + only_active) / total, False: (only_shown + neither) / total}
    columns = {True: (both + only_shown) / total, False: (only_active + neither) / total}
    information = entropy = 0.0
    for count, row, column in (
        (both, True, True),
        (only_active, True, False),
        (only_shown, False, True),
        (neither, False, False),
    ):
        if count:
            p = count / total
            information += p * math.log(p / (rows[row] * columns[column]))
            entropy -= p * math.log(p)
    return information / entropy if entropy else 0.0


def channels(labels, num_concepts, shifts):
    """Return what is counted of labels (n, heads, h, w): own, of the sample before, shifted; -1 for nothing.

    Each a list by sample of (heads, h, w) labels with t * k added for table t; None where there is none.
    """
    tables = []
    for i, (own, shift) in enumerate(zip(labels, shifts, strict=True)):
        before = None if i == 0 else labels[i - 1]
        moved = own.roll(shift, (1, 2))
        tables.append([own, before, moved])
    return [
        [None if part is None else torch.where(part < 0, -1, part + t * num_concepts) for t, part in enumerate(row)]
        for row in tables
    ]


def random_layer(seed, n=6, units=3, concepts=4, cells_per_side=4, pixels_per_side=8):
    """Return featuremaps of small integers (bilinear weights of a doubling are exact on them) and masks."""
    rng = torch.Generator().manual_seed(seed)
    featuremaps = torch.randint(-4, 9, (n, units, cells_per_side, cells_per_side), generator=rng).float()
    masks = torch.randint(concepts, (n, pixels_per_side, pixels_per_side), generator=rng)
    return featuremaps, masks
