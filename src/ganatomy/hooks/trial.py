"""Tries on a few samples whether a network can go on from a layer by a replay, and how little that takes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ganatomy.hooks.kept import count_of, taken
from ganatomy.hooks.replay import KEPT, RUN, SHAPED, Calls, Diverged, Step, crossing_of, planned

_DECIDING = {torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape}

OTHER_PARTS = "which of its parts run depends on the samples"

SAME = 1e-6
"""By how much of its largest value an output may differ, for the same samples at a time."""
TRIED = 2
"""Samples that are tried at a time, and again beside one more."""
SAME_SAMPLES = 1e-3
"""The same where samples were run beside others, and so in another order of summation."""


@dataclass(frozen=True)
class Trial:
    """What was found."""

    steps: tuple[Step, ...] = ()
    """What is recorded and replayed."""
    why: str = ""
    """Why nothing is; empty where something is."""
    runs_again: bool = True
    """Whether the layer may run once more in what is after its first run."""

    def same_parts(self, steps: Sequence[Step], count: int) -> bool:
        """Return whether a run on `count` samples took the same steps."""
        return [step.module for step in steps] == [step.module for step in self.steps] and all(
            known.plan == RUN or known.fits(step, TRIED, count) for known, step in zip(self.steps, steps, strict=True)
        )


def try_out(calls: Calls, inputs: Sequence[Any]) -> Trial:
    """Return how a network can go on from a layer, tried on at most three of the samples; its buffers stay.

    Args:
        calls: the network's calls, up to the layer and after it.
        inputs: what to call the network with.

    Raises:
        LayerError: the layer returns something other than one tensor.
        LayerNotRun: the layer does not run.
    """
    first = next((value for value in inputs if isinstance(value, Tensor)), torch.empty(0))
    if not count_of(inputs):
        return Trial(why="it is given no tensor with samples")
    with _undone(calls.network, first.device) as changed:
        three = taken(inputs, torch.arange(TRIED + 1, device=first.device) % len(first))
        trial = _tried(calls, three, torch.tensor([2, 0], device=first.device))
        return Trial(why="its buffers change as it runs") if changed() else trial


def _tried(calls: Calls, three: Sequence[Any], some: Tensor) -> Trial:
    two = taken(three, some)
    try:
        whole, times = _counted(calls, two)
        with _Watch() as watch:
            again = calls.network(*two)
        if not _same(again, whole, SAME):
            return Trial(why="it gives something else each time it runs")
        while calls.open(calls.record(two)[1]):
            pass
        of_two, alone = calls.record(two)
        of_three, beside = calls.record(three)  # the later one, so that what parts remember is not of the two
        if [step.module for step in beside] != [step.module for step in alone]:
            return Trial(why=OTHER_PARTS)
        steps = [
            one if one.plan == RUN or one.fits(other, TRIED, TRIED + 1) else replace(one, plan=RUN)
            for one, other in zip(alone, beside, strict=True)
        ]
        goal = _Goal(calls, two, whole)
        if not goal.reached(of_two, crossing_of(steps), steps, SAME):
            return Trial(why="replaying its parts does not give what it gives")
        if not watch.decides:
            steps = goal.fewest(of_two, steps, [place for place, step in enumerate(steps) if step.plan == KEPT])
        taken_out = [tensor[some] for tensor in crossing_of(planned(beside, steps))]
        if not goal.reached(of_three[some], taken_out, steps, SAME_SAMPLES):
            return Trial(why="what it gives for a sample depends on the samples beside it")
    except (RuntimeError, ValueError, IndexError) as error:
        return Trial(why=f"it does not run on two samples: {str(error).splitlines()[0]}")
    return Trial(tuple(step.emptied() for step in steps), runs_again=times > 1)


def _counted(calls: Calls, inputs: Sequence[Any]) -> tuple[Any, int]:
    """Return what the network gives, and how often the layer ran for that."""
    times: list[None] = []
    handle = calls.module.register_forward_hook(lambda *_: times.append(None))
    try:
        return calls.network(*inputs), len(times)
    finally:
        handle.remove()


@dataclass(frozen=True)
class _Goal:
    """What a replay has to give."""

    calls: Calls
    inputs: Sequence[Any]
    whole: Any

    def reached(self, output: Tensor, crossing: Sequence[Tensor], steps: Sequence[Step], tolerance: float) -> bool:
        """Return whether a replay gives what the whole network gives; it does not where it wants for numbers."""
        try:
            with _Watch():
                result = self.calls.go_on(output, self.inputs, crossing, steps)
            return _same(result, self.whole, tolerance)
        except (Diverged, Exception):  # the network's own code may fail in any way at what is only a shape
            return False

    def fewest(self, output: Tensor, steps: list[Step], kept: list[int]) -> list[Step]:
        """Return the steps, kept at as few of the places as the network needs to give the same."""
        if not kept:
            return steps
        fewer = [replace(step, plan=SHAPED) if place in kept else step for place, step in enumerate(steps)]
        if self.reached(output, crossing_of(fewer), fewer, SAME):
            return fewer
        if len(kept) == 1:
            return steps
        half = len(kept) // 2
        return self.fewest(output, self.fewest(output, steps, kept[:half]), kept[half:])


class _Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees to it that no numbers come from shapes alone, which PyTorch lets pass in places: `x.add_(shape)`."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.decides = False
        """Whether the values of a tensor may have decided what is computed."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        named = kwargs or {}
        self.decides |= bool(_DECIDING & {*func.tags})
        given = [leaf.is_meta for leaf in tree_leaves((args, named)) if isinstance(leaf, Tensor)]
        if any(given) and not given[0]:
            raise Diverged
        result = func(*args, **named)
        if any(given) and not all(leaf.is_meta for leaf in tree_leaves(result) if isinstance(leaf, Tensor)):
            raise Diverged
        return result


def _same(one: Any, other: Any, tolerance: float) -> bool:
    """Return whether outputs, or structures of them, are equal but for rounding."""
    ones, others = ([leaf for leaf in tree_leaves(value) if isinstance(leaf, Tensor)] for value in (one, other))
    return len(ones) == len(others) and all(
        a.shape == b.shape and torch.allclose(a, b, 0, tolerance * _largest(b), equal_nan=True)
        for a, b in zip(ones, others, strict=True)
    )


def _largest(values: Tensor) -> float:
    return float(values.abs().nan_to_num().max()) if values.numel() else 0.0


@contextmanager
def _undone(network: nn.Module, device: torch.device) -> Iterator[Any]:
    """Run without gradients, and put buffers and random states back at the end; yields whether buffers have changed."""
    buffers = [(buffer, buffer.clone()) for buffer in network.buffers()]

    def changed() -> bool:
        return any(not torch.equal(buffer.nan_to_num(), before.nan_to_num()) for buffer, before in buffers)

    with (
        torch.inference_mode(False),
        torch.no_grad(),
        torch.random.fork_rng([device] if device.type == "cuda" else []),
    ):
        try:
            yield changed
        finally:
            for buffer, before in buffers:
                if not torch.equal(buffer, before):
                    buffer.copy_(before)
