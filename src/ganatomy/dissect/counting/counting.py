"""Counts the samples of a dissection: a pilot for the thresholds, then one pass that can be interrupted."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ganatomy.dissect.counting.cache import DissectionCache, KeptLayer
from ganatomy.dissect.counting.counts import Concepts
from ganatomy.dissect.counting.covariance import PixelCovariance
from ganatomy.dissect.counting.levels import FRACTIONS, PilotValues
from ganatomy.dissect.counting.masks import MaskSource, to_grid
from ganatomy.dissect.counting.passes import Chooser, LayerPass, Pass, split_blocks
from ganatomy.dissect.counting.stream import segmented
from ganatomy.dissect.counting.tally import Tally, check_featuremaps
from ganatomy.dissect.protocol import CountingRules, DissectionProtocol
from ganatomy.dissect.samples import TEST, VALIDATION, SampleSet
from ganatomy.hooks import run_up_to
from ganatomy.models.at_once import PIXELS_AT_ONCE
from ganatomy.models.at_once import at_once as at_once_of
from ganatomy.progress import Progress
from ganatomy.seeds import stream
from ganatomy.segment.areas import areas_of
from ganatomy.segment.protocol import Segmenter

PILOT = 500
"""Validation samples that the thresholds of each unit are measured on, where validation samples choose among them."""

KEEP_EVERY_S = 20.0
"""Least seconds between two states of a pass that are written."""


@dataclass
class Keeper:
    """Writes the state of a pass now and then, where there is a cache."""

    cache: DissectionCache | None
    key: str
    _last: float = 0.0

    def found(self) -> Mapping[str, Tensor] | None:
        """Return the state to go on from."""
        self._last = time.monotonic()
        return self.cache.unfinished(self.key) if self.cache else None

    def keep(self, state: Mapping[str, Tensor]) -> None:
        """Write the state."""
        if self.cache:
            self.cache.keep(self.key, state)
            self._last = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Return whether a state should be written."""
        return self.cache is not None and time.monotonic() - self._last >= KEEP_EVERY_S


@dataclass
class Counting:
    """All that the counts of some layers rest on."""

    network: nn.Module
    segmenter: Segmenter
    layers: Sequence[str]
    protocol: DissectionProtocol
    concepts: Concepts
    rules: CountingRules
    choose: Chooser
    sets: Mapping[str, SampleSet]
    """Validation and test samples; the test samples alone where they are what thresholds are measured on."""
    keeper: Keeper

    def run(self, progress: Progress) -> dict[str, KeptLayer]:
        """Return what the samples add up to, for each layer: validation samples first, then the test samples."""
        state, size = self.keeper.found(), self._image_size()
        at_once = at_once_of(self.protocol.batch_size, *size, PIXELS_AT_ONCE)
        if state is None:
            grid = self.protocol.grid or size
            edges = self._pilot(grid, at_once, progress)
        else:
            grid, edges = _places(state, self.layers)
        counting = self._start(grid, edges)
        if state is not None:
            counting.restore(state)
        work = self._batches(at_once)
        left = [part for part in work if part.block >= counting.blocks_done]
        inputs = ((self.sets[part.name], part.samples) for part in left)
        batches = segmented(self.network, self.segmenter, self.layers, inputs)
        with progress.task("dissecting", _samples(work), unit="img", done=_samples(work) - _samples(left)) as task:
            for part, batch in zip(left, batches, strict=True):
                is_test = part.name == TEST
                if part.is_first:
                    source = MaskSource(self.segmenter.categories, grid, self.protocol.seed, part.name, nulls=is_test)
                pixels = source.label(to_grid(batch.labels, grid), batch.samples)
                areas = areas_of(batch.labels, len(self.concepts.names)) if is_test else None
                counting.count(batch.featuremaps, pixels, batch.samples, areas)
                task.advance(len(batch.samples))
                if part.is_last:
                    counting.end_block(is_test)
                    if self.keeper.is_due or part is left[-1]:
                        self.keeper.keep({**counting.state(), **_places_state(grid, edges)})
        areas = np.concatenate(counting.areas)
        return {name: KeptLayer(layer.counts(), areas, grid) for name, layer in counting.layers.items()}

    @torch.no_grad()
    def _image_size(self) -> tuple[int, int]:
        """Return rows and columns of the images."""
        source = self.sets[TEST]
        inputs = source.take(torch.arange(1))
        height, width = source.images(inputs, self.network(inputs)).shape[2:]
        return int(height), int(width)

    def _batches(self, at_once: int) -> list["_Part"]:
        """Return all batches: validation samples first, then the test samples; no batch reaches over a block."""
        protocol = self.protocol
        blocks = [(name, block) for name in self.sets for block in split_blocks(protocol.num_images, protocol.blocks)]
        return [
            _Part(name, number, samples, bool(samples[0] == block[0]), bool(samples[-1] == block[-1]))
            for number, (name, block) in enumerate(blocks)
            for samples in torch.split(block, at_once)
        ]

    def _start(self, grid: tuple[int, int], edges: Mapping[str, Tensor]) -> Pass:
        protocol = self.protocol
        groups = MaskSource(self.segmenter.categories, grid, protocol.seed, TEST).num_groups
        how = self.rules.upsampling(protocol)

        def tally(layer: str, top: int) -> Tally:
            units, concepts = len(edges[layer]), len(self.concepts.names)
            covariance = PixelCovariance(units, concepts, grid, how) if self.rules.covariance else None
            return Tally(edges[layer], grid, groups, top, how, covariance=covariance)

        return Pass(
            {
                name: LayerPass(tally(name, 1), tally(name, protocol.top), self.concepts, self.choose)
                for name in self.layers
            }
        )

    @torch.no_grad()
    def _pilot(self, grid: tuple[int, int], at_once: int, progress: Progress) -> dict[str, Tensor]:
        """Return the thresholds of each layer's units."""
        protocol, rules = self.protocol, self.rules
        fractions = FRACTIONS if rules.fraction is None else torch.tensor([rules.fraction], dtype=torch.float64)
        size = protocol.num_images if rules.fraction else min(PILOT, protocol.num_images)
        source, measured = self.sets[TEST if rules.fraction else VALIDATION], None if rules.of_cells else grid
        values: dict[str, PilotValues] = {}
        with progress.task("measuring thresholds", size, unit="img") as task:
            for samples in torch.split(torch.arange(size), at_once):
                recorded = run_up_to(self.network, self.layers, source.take(samples))
                for layer in self.layers:
                    check_featuremaps(layer, recorded[layer])
                    if layer not in values:
                        rng = stream(protocol.seed, f"dissect/pilot/{layer}")
                        values[layer] = PilotValues(size, measured, rng, rules.upsampling(protocol))
                    values[layer].add(recorded[layer])
                task.advance(len(samples))
        return {layer: values.pop(layer).edges(fractions) for layer in self.layers}


@dataclass(frozen=True)
class _Part:
    """A batch to be counted."""

    name: str
    """Of its set."""
    block: int
    """The number of its block, among those of both sets."""
    samples: Tensor
    """(n,) int64, the numbers of its samples."""
    is_first: bool
    is_last: bool
    """Whether it is the first, or the last, of its block."""


def _samples(parts: Sequence[_Part]) -> int:
    return sum(len(part.samples) for part in parts)


def _places(state: Mapping[str, Tensor], layers: Sequence[str]) -> tuple[tuple[int, int], dict[str, Tensor]]:
    """Return the grid and the thresholds that a state rests on."""
    rows, columns = state["grid"].tolist()
    return (rows, columns), {layer: state[f"edges/{layer}"] for layer in layers}


def _places_state(grid: tuple[int, int], edges: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {"grid": torch.tensor(grid), **{f"edges/{layer}": values for layer, values in edges.items()}}
