"""Inception Score: how sure a classifier is of each image, and how even over all of them.

Source: Salimans, Goodfellow, Zaremba, Cheung, Radford and Chen (arXiv 1606.03498), section 4:
exp(E_x KL(p(y|x) || p(y))). Split as in the authors' code: split i holds the images from i n / splits to
(i + 1) n / splits, in their order.
"""

from itertools import pairwise

import torch
from torch import Tensor

from ganatomy.errors import ConfigError, DataError
from ganatomy.stats.resampling import Estimate

SPLITS = 10


def inception_score(logits: Tensor, splits: int = SPLITS) -> Estimate:
    """Return the mean score over the splits, with their standard deviation as its spread.

    From 1 to k. A split of n images cannot score above n, so that few images score low.

    Args:
        logits: (n, k), unnormalised. Where there are probabilities, give their logarithms.
        splits: parts that are scored apart; each has its own mean over images.

    Raises:
        ConfigError: fewer than one split, or more than images.
        DataError: the logits have another shape, or one of them is NaN.
    """
    if logits.ndim != 2:
        raise DataError(f"logits are {tuple(logits.shape)}; give (images, classes)")
    if logits.isnan().any():
        raise DataError("logits hold NaN; look at the images and at the extractor's weights")
    if not 1 <= splits <= len(logits):
        raise ConfigError(f"splits is {splits}; with {len(logits)} images give 1 to {len(logits)}")
    scores, terms = [], []
    bounds = [index * len(logits) // splits for index in range(splits + 1)]
    for start, end in pairwise(bounds):
        divergences = _divergences(logits[start:end])
        score = divergences.mean().exp()
        scores.append(score)
        terms.append(score * (divergences - divergences.mean()))
    each = torch.stack(scores)
    return Estimate(float(each.mean()), torch.cat(terms), float(each.std(correction=0)))


def _divergences(logits: Tensor) -> Tensor:
    """Return KL(p(y|x) || p(y)) of each image, in nats; its derivative is also what an image moves the mean by."""
    log_p = logits.double().log_softmax(1)
    p = log_p.exp()
    marginal = p.mean(0)
    divergences: Tensor = (torch.special.xlogy(p, p) - torch.special.xlogy(p, marginal)).sum(1)
    return divergences
