"""What a dissection has counted, kept by content: by weights, layer, segmenter, samples and grid, never by name."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from ganatomy.dissect.counting.contingency import Floats
from ganatomy.dissect.counting.counts import AtThreshold, LayerCounts
from ganatomy.dissect.counting.covariance import PixelCovariance
from ganatomy.dissect.counting.tally import Tally, under
from ganatomy.runs.files import write_tensors
from ganatomy.runs.layout import TALLY, UNFINISHED

VERSION = 2
"""Of the way of counting: raised with every change that changes a count."""


@dataclass(frozen=True)
class KeptLayer:
    """A layer counted earlier."""

    counts: LayerCounts
    areas: Floats
    """(num_images, k) of the test samples."""
    grid: tuple[int, int]


def content_key(*content: object) -> str:
    """Return 16 hexadecimal digits that change with any part of `content`, which is JSON."""
    return hashlib.sha256(json.dumps([VERSION, *content]).encode()).hexdigest()[:16]


class DissectionCache:
    """The counts kept in the folder of a run's dissections: finished layers, and passes that were interrupted.

    Args:
        folder: `RUN/dissect`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def finished(self, layer: str, key: str) -> KeptLayer | None:
        """Return a layer that was counted with the same content; None where there is none."""
        path = self.folder / layer / TALLY
        if not path.exists():
            return None
        with np.load(path, allow_pickle=False) as arrays:
            if "key" not in arrays or str(arrays["key"]) != key:
                return None
            return _unpacked({name: arrays[name] for name in arrays.files})

    def unfinished(self, key: str) -> Mapping[str, Tensor] | None:
        """Return the state of an interrupted pass with the same content; None where there is none."""
        path = self._path(key)
        return load_file(path) if path.exists() else None

    def keep(self, key: str, state: Mapping[str, Tensor]) -> None:
        """Keep the state of a pass, in place of an earlier state of it."""
        write_tensors(self._path(key), state)

    def forget(self) -> None:
        """Delete the states of passes, of this one and of others that nobody went on with."""
        for path in (self.folder / UNFINISHED).glob("*.safetensors"):
            path.unlink()
        if (self.folder / UNFINISHED).exists():
            (self.folder / UNFINISHED).rmdir()

    def _path(self, key: str) -> Path:
        return self.folder / UNFINISHED / f"{key}.safetensors"


def packed(counts: LayerCounts, areas: Floats, key: str, concepts: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Return arrays from which `DissectionCache.finished` restores the counts of a layer.

    Counts are 32-bit where they fit, by unit, label and level; label t * k + c is concept c of table t: as
    segmented, of the sample before, shifted.
    """
    arrays: dict[str, Any] = {
        "key": np.array(key),
        "concepts": np.array(list(concepts)),
        "edges": counts.test.edges.cpu().numpy(),
        "grid": np.array(counts.test.grid),
        "areas": areas,
    }
    for name, tally in (("validation", counts.validation), ("test", counts.test)):
        arrays |= {f"{name}.{part}": _narrow(value.cpu().numpy()) for part, value in tally.state().items()}
    for profile, blocks in counts.blocks.items():
        for part in AtThreshold.__annotations__:
            arrays[f"blocks.{profile}.{part}"] = _narrow(getattr(blocks, part))
    return arrays


def _unpacked(arrays: Mapping[str, NDArray[Any]]) -> KeptLayer:
    edges, grid = torch.from_numpy(arrays["edges"]), (int(arrays["grid"][0]), int(arrays["grid"][1]))

    def tally(name: str) -> Tally:
        state = under(
            f"{name}.",
            {part: torch.from_numpy(_wide(value)) for part, value in arrays.items() if part.startswith(name)},
        )
        products = state.get("covariance.products")
        covariance = None if products is None else PixelCovariance(products.shape[0], products.shape[1], grid)
        tally = Tally(edges, grid, state["joint.active"].shape[1], covariance=covariance)
        tally.restore(state)
        return tally

    profiles = sorted({name.split(".")[1] for name in arrays if name.startswith("blocks.")})
    blocks = {
        profile: AtThreshold(*(_wide(arrays[f"blocks.{profile}.{part}"]) for part in AtThreshold.__annotations__))
        for profile in profiles
    }
    return KeptLayer(LayerCounts(tally("validation"), tally("test"), blocks), arrays["areas"], grid)


def _narrow(counts: NDArray[Any]) -> NDArray[Any]:
    fits = counts.dtype == np.int64 and (counts.size == 0 or (counts.min() >= 0 and counts.max() < 2**32))
    return counts.astype(np.uint32) if fits else counts


def _wide(counts: NDArray[Any]) -> NDArray[Any]:
    return counts.astype(np.int64) if counts.dtype == np.uint32 else counts
