"""Compares two states of a training bit by bit."""

from typing import Any

import torch
from torch import Tensor

from ganatomy.evolve.state import TrainingState, saved


def leaves(tree: Any, name: str = "") -> dict[str, Any]:
    """Return the leaves of nested dicts and lists by their path."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else None
    if items is None:
        return {name: tree}
    return {path: leaf for key, item in items for path, leaf in leaves(item, f"{name}/{key}").items()}


def same(x: Any, y: Any) -> bool:
    """Return whether two leaves are equal; NaN, as before the first score, equals itself."""
    return torch.equal(x, y) if isinstance(x, Tensor) else bool(x == y or (x != x and y != y))


def differences(a: TrainingState, b: TrainingState) -> set[str]:
    """Return the names of what differs between two states, or is in one alone."""
    ours, theirs = leaves(saved(a)), leaves(saved(b))
    different = {name for name in ours.keys() & theirs.keys() if not same(ours[name], theirs[name])}
    return (ours.keys() ^ theirs.keys()) | different
