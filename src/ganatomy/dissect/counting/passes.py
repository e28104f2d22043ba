"""One pass over the samples, which can be left after any block and gone on with."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from ganatomy.dissect.counting.contingency import Floats, Ints
from ganatomy.dissect.counting.counts import AtThreshold, Concepts, LayerCounts
from ganatomy.dissect.counting.masks import LabelledPixels
from ganatomy.dissect.counting.tally import Tally, under

PARTS = ("both", "active", "shown", "pixels")

Chooser = Callable[[Tally, Concepts], Mapping[str, Ints]]
"""From the counts of the validation samples to the (u,) index of each unit's threshold, by the name of the rules."""


@dataclass
class LayerPass:
    """What has been counted of one layer so far."""

    validation: Tally
    test: Tally
    concepts: Concepts
    choose: Chooser
    sums: dict[str, list[AtThreshold]] = field(default_factory=dict)
    """By the name of the rules, what the test samples add up to after each of their blocks."""
    _thresholds: Mapping[str, Ints] = field(default_factory=dict)

    def end_block(self) -> None:
        """Note what the test samples add up to, at the thresholds that the validation samples chose."""
        if not self._thresholds:
            self._thresholds = self.choose(self.validation, self.concepts)
        for name, thresholds in self._thresholds.items():
            self.sums.setdefault(name, []).append(AtThreshold.of(self.test, self.concepts, thresholds))

    def counts(self) -> LayerCounts:
        """Return everything, once all samples have been counted."""
        blocks = {name: AtThreshold.from_running(sums) for name, sums in self.sums.items()}
        return LayerCounts(self.validation, self.test, blocks)

    def state(self) -> dict[str, Tensor]:
        """Return what has been counted, ready to be saved."""
        state = {f"validation.{name}": value for name, value in self.validation.state().items()}
        state |= {f"test.{name}": value for name, value in self.test.state().items()}
        for (profile, sums), part in itertools.product(self.sums.items(), PARTS):
            state[f"sums.{profile}.{part}"] = torch.from_numpy(np.concatenate([getattr(s, part) for s in sums]))
        return state

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on from a `state()` of the same layer, with the same thresholds."""
        self.validation.restore(under("validation.", state))
        self.test.restore(under("test.", state))
        sums = under("sums.", state)
        for profile in {name.rpartition(".")[0] for name in sums}:
            parts = under(f"{profile}.", sums)
            self.sums[profile] = [
                AtThreshold(*(parts[part].numpy()[block : block + 1] for part in PARTS))
                for block in range(len(parts["pixels"]))
            ]


@dataclass
class Pass:
    """What has been counted of all layers so far."""

    layers: dict[str, LayerPass]
    areas: list[Floats] = field(default_factory=list)
    """(n, k) part of the pixels of the test samples that shows each concept, by batch."""
    blocks_done: int = 0

    def count(
        self,
        featuremaps: Mapping[str, Tensor],
        pixels: LabelledPixels,
        samples: Tensor,
        areas: Floats | None,
    ) -> None:
        """Count a batch of validation samples, or of test samples, which come with their `areas`."""
        for name, layer in self.layers.items():
            tally = layer.validation if areas is None else layer.test
            tally.add(featuremaps[name], pixels, samples)
        if areas is not None:
            self.areas.append(areas)

    def end_block(self, of_test: bool) -> None:
        """Note that a block is complete."""
        for layer in self.layers.values():
            if of_test:
                layer.end_block()
        self.blocks_done += 1

    def state(self) -> dict[str, Tensor]:
        """Return what has been counted, ready to be saved."""
        state = {f"{name}/{key}": value for name, layer in self.layers.items() for key, value in layer.state().items()}
        if self.areas:
            state["areas"] = torch.from_numpy(np.concatenate(self.areas))
        return {**state, "blocks_done": torch.tensor(self.blocks_done)}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on from a `state()` of the same pass."""
        for name, layer in self.layers.items():
            layer.restore(under(f"{name}/", state))
        self.areas = [state["areas"].numpy()] if "areas" in state else []
        self.blocks_done = int(state["blocks_done"])


def split_blocks(num_images: int, blocks: int) -> Sequence[Tensor]:
    """Return the numbers of the samples of each block, in order; no block is empty."""
    return torch.tensor_split(torch.arange(num_images), min(blocks, num_images))
