"""What the authors' codes of 2017 to 2020 tally, by their own definitions: one image, one label, one mask at a time.

Labels are (heads, h, w) as segmenters give them; `numbered` turns them into the authors' numbers, where 0 is
everything without a name and of category 0. Written from GAN Dissection's code of 2018, and from that of 2020.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F


def numbered(labels, categories):
    """Return labels in the authors' numbers, and the category of each number: 0 without a name, which is the first."""
    named = [c for c, category in enumerate(categories) if category != "other"]
    order = list(dict.fromkeys(categories[c] for c in named))
    number = {c: i for i, c in enumerate(named, 1)}
    renamed = torch.tensor([0, *(number.get(c, 0) for c in range(len(categories)))])
    return [renamed[own + 1] for own in labels], [0, *(order.index(categories[c]) for c in named)], named


def plogp(p, q):
    return p * math.log(p / q) if p > 0 and q > 0 else 0.0


def ratio_of_table(table):
    """Return I / H of four probabilities [[both, unit only], [concept only, neither]]; 0 / 0 is 0."""
    rows, columns = table.sum(1), table.sum(0)
    information = sum(plogp(table[i, j], rows[i] * columns[j]) for i in (0, 1) for j in (0, 1))
    entropy = -sum(plogp(table[i, j], 1.0) for i in (0, 1) for j in (0, 1))
    return max(information, 0.0) / entropy if entropy > 0 else 0.0


def tallied(active, labels, categories, masks=None):
    """Return {concept: (IoU, IQR)} of a unit, as `collect_bincounts` and `score_tally_stats` have them.

    Args:
        active: (h, w) bool of each image.
        labels: of each image.
        categories: of each concept.
        masks: the labels that are compared, in place of the image's own; None of an image leaves it out.
    """
    seen, category_of, named = numbered(labels if masks is None else [m for m in masks if m is not None], categories)
    used = [a for a, m in zip(active, masks or labels, strict=True) if m is not None]
    total, activity = [0] * (max(category_of) + 1), [0] * (max(category_of) + 1)
    shown, both = [0] * len(category_of), [0] * len(category_of)
    for on, label in zip(used, seen, strict=True):
        present = [number for number in range(len(category_of)) if (label == number).any()]
        for category in {category_of[number] for number in present}:
            total[category] += on.numel()
            activity[category] += int(on.sum())
        for number in present:
            mask = (label == number).any(0)
            shown[number] += int(mask.sum())
            both[number] += int((mask & on).sum())
    scores = {}
    for number, concept in enumerate(named, 1):
        pixels, pred = total[category_of[number]], activity[category_of[number]]
        i, t = both[number], shown[number]
        union = pred + t - i
        table = np.array([[i, pred - i], [t - i, pixels - union]]) / pixels if pixels else np.zeros((2, 2))
        scores[concept] = (i / union if union else math.nan, ratio_of_table(table))
    return scores


def fractions(upsampled, labels, categories, level):
    """Return {concept: the 2 x 2 table, in parts of all pixels, of `collect_iqr`} at one level."""
    seen, category_of, named = numbered(labels, categories)
    pixels, tables = sum(one.numel() for one in upsampled), {}
    for number, concept in enumerate(named, 1):
        inside = [one for one, label in zip(upsampled, seen, strict=True) if belongs(label, category_of, number)]
        masks = [(label == number).any(0) for label in seen]
        under = torch.cat([one[mask] for one, mask in zip(upsampled, masks, strict=True)])
        truth = len(under) / pixels
        pred = float((torch.cat([one.flatten() for one in inside]) > level).double().mean()) if inside else 0.0
        isect = float((under > level).double().mean()) * truth if len(under) else 0.0
        table = np.array([[isect, pred - isect], [truth - isect, 1 - (truth + pred - isect)]])
        tables[concept] = table.clip(0, 1)
    return tables


def belongs(label, category_of, number):
    """Return whether an image shows anything of the category of a number, 0 among it."""
    return any((label == other).any() for other in range(len(category_of)) if category_of[other] == category_of[number])


def chosen(upsampled, labels, categories, levels, by_iou=False):
    """Return the score, concept and level's number that `collect_iqr`, or `collect_maxiou`, choose; None for none.

    Args:
        upsampled: (h, w) of each image.
        labels: of each image.
        categories: of each concept.
        levels: ascending, the first one that of all pixels.
        by_iou: choose by IoU.
    """
    best = (0.0, -1, -1)
    for number, level in enumerate(levels):
        for concept, table in fractions(upsampled, labels, categories, level).items():
            if by_iou:
                union = table.sum() - table[1, 1]
                score = table[0, 0] / union if union else 0.0
                small = table[:, 0].sum() < 1e-4
            else:
                score = ratio_of_table(table)
                small = table[:, 0].sum() < 1e-3 or number == 0 or level <= 0 or table[0, 0] + table[1, 1] <= 0.8
            if not small and score > best[0] + 1e-12:
                best = (score, concept, number)
    return best if best[1] >= 0 else None


def upsampled_2020(featuremaps, grid):
    """Return the maps as the code of 2020 upsamples them: half-pixel centres, aligned corners, zeros outside."""
    sides = []
    for cells, pixels in zip(featuremaps.shape[2:], grid, strict=True):
        scale = pixels / cells
        source = (torch.arange(pixels, dtype=torch.float64) - (0.5 * scale - 0.5)) / scale
        sides.append(source * 2 / max(1, cells - 1) - 1)
    rows, columns = torch.meshgrid(*sides, indexing="ij")
    where = torch.stack([columns, rows], 2)[None].expand(len(featuremaps), *grid, 2)
    return F.grid_sample(featuremaps.double(), where, padding_mode="zeros", align_corners=True)


def correlation(upsampled, mask):
    """Return Pearson's correlation over all pixels of all images."""
    return float(np.corrcoef(upsampled.flatten().double().numpy(), mask.flatten().double().numpy())[0, 1])
