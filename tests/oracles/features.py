"""Features of real and generated samples, and logits, that every library is given: numpy alone, so the same for all."""

import numpy as np
from numpy.typing import NDArray

SUBSETS, SUBSET_SIZE, SEED = 10, 100, 2020
"""Of the kernel distance; torch-fidelity draws subsets from numpy's RandomState(SEED), real and generated in turn."""
SPLITS = 7
REAL, GENERATED, NUM_FEATURES, NUM_CLASSES = 400, 300, 24, 9

Floats = NDArray[np.float64]


def features() -> tuple[Floats, Floats, Floats]:
    """Return (r, f) real, (g, f) generated features and (g, k) logits; correlated, shifted and not normal."""
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(NUM_FEATURES, NUM_FEATURES))
    real = np.maximum(rng.normal(size=(REAL, NUM_FEATURES)) @ mixing, 0)
    generated = np.maximum(1.1 * rng.normal(size=(GENERATED, NUM_FEATURES)) @ mixing + 0.3, 0)
    return real, generated, 3 * rng.normal(size=(GENERATED, NUM_CLASSES))


def kernel_subsets() -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return the subsets, real and generated, in the order in which torch-fidelity draws them."""
    rng = np.random.RandomState(SEED)
    return [
        (rng.choice(REAL, SUBSET_SIZE, replace=False), rng.choice(GENERATED, SUBSET_SIZE, replace=False))
        for _ in range(SUBSETS)
    ]
