"""Records what a network calls up to a layer, and replays it when the network goes on from there.

The network's own code runs in both halves, whatever its control flow; the modules that it calls up to the layer run
in the lower half alone. Of what they gave only what is needed after the layer has to be kept. All else is replayed as
tensors that have a shape and no numbers (PyTorch's device "meta"), from which nothing can be computed unnoticed.

Differs: no graph is traced (`torch.fx`), since control flow forbids that in many generators. The price: operations
between modules run again in the upper half, as far as they are needed there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import TreeSpec, tree_flatten, tree_leaves, tree_unflatten

from ganatomy.errors import LayerNotRun
from ganatomy.hooks.attaching import not_run
from ganatomy.hooks.kept import count_of
from ganatomy.hooks.layers import locate, put, take

Call = Callable[[], Any]
"""A module's own computation, with the inputs that it was called with."""
Answer = Callable[[nn.Module, Call, list[Any]], Any]
"""Takes a module, its computation and its inputs; returns what it gives."""

KEPT, SHAPED, RUN = "kept", "shaped", "run"
"""Plans for what a module gives: it is kept; only its shape is needed after the layer; it is computed again."""


class Diverged(BaseException):
    """Other modules run than were recorded; no error, so that no network takes it for one."""


class _Reached(BaseException):
    """The layer has run; no error either."""


@dataclass(frozen=True, eq=False)
class Step:
    """One module's call, up to the layer."""

    module: nn.Module
    leaves: tuple[Any, ...]
    """The parts of what it gave, one after another: copies of tensors, or, where they are not wanted, shapes alone."""
    spec: TreeSpec
    """How the parts make up what it gave."""
    plan: str

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """What it gave, (n, ...) each, where it is kept."""
        return tuple(leaf for leaf in self.leaves if isinstance(leaf, Tensor)) if self.plan == KEPT else ()

    def emptied(self) -> "Step":
        """Return the step without numbers."""
        return replace(self, leaves=tuple(_copy(leaf, wanted=False) for leaf in self.leaves))

    def fits(self, other: "Step", count: int, other_count: int) -> bool:
        """Return whether another run was the same but for the number of samples, the first dimension of each tensor."""
        return (
            self.module is other.module
            and self.spec == other.spec
            and all(
                one is other_one
                if one is None or other_one is None
                else isinstance(one, Tensor)
                and isinstance(other_one, Tensor)
                and (count, *other_one.shape[1:]) == one.shape
                and other_one.shape[:1] == (other_count,)
                and one.dtype == other_one.dtype
                for one, other_one in zip(self.leaves, other.leaves, strict=True)
            )
        )

    def given(self, crossing: Iterator[Tensor], count: int) -> Any:
        """Return what the module gives `count` samples: copies of what is kept, or shapes alone."""
        if self.plan == KEPT:
            leaves = [leaf if leaf is None else next(crossing).clone() for leaf in self.leaves]  # parts work in place
        else:
            leaves = [
                leaf if leaf is None else leaf.new_empty(count, *leaf.shape[1:], device="meta") for leaf in self.leaves
            ]
        return tree_unflatten(leaves, self.spec)


def crossing_of(steps: Sequence[Step]) -> tuple[Tensor, ...]:
    """Return what is kept of the steps."""
    return tuple(tensor for step in steps for tensor in step.tensors)


def planned(steps: Sequence[Step], like: Sequence[Step]) -> list[Step]:
    """Return steps with the plans of those of another run."""
    return [replace(step, plan=other.plan) for step, other in zip(steps, like, strict=True)]


class Calls:
    """What a network calls, up to a layer and after it."""

    def __init__(self, network: nn.Module, layer: str) -> None:
        self.network, self.layer = network, layer
        self.module, self.keys = locate(network, layer)
        parts = [part for part in network.modules() if part is not network]
        self.callees = [part for part in parts if part is self.module or self.module not in set(part.modules())]
        """What the network calls, the modules that the layer is in, and those that were opened; and all parts of it."""

    def record(self, inputs: Sequence[Any], plan: Sequence[str] | None = None) -> tuple[Tensor, list[Step]]:
        """Return a copy of the layer's output, and the steps up to it; the network runs no further.

        Args:
            inputs: what to call the network with.
            plan: what to do of each step; by default all is kept but what a module computed in place, the
                layer's output, and what is no tensor.

        Raises:
            LayerError: the layer returns something other than one tensor.
            LayerNotRun: the network ended before the layer had run.
        """
        steps: list[Step] = []
        outputs: list[Tensor] = []

        def run(module: nn.Module, call: Call, given: list[Any]) -> Any:
            before = [(tensor, _version(tensor)) for tensor in given if isinstance(tensor, Tensor)]
            result = call()
            leaves, spec = tree_flatten(result)
            if plan is not None:
                chosen = plan[len(steps)] if len(steps) < len(plan) else RUN
            else:
                chosen = RUN if _in_place(before, leaves) else self._first_plan(module, leaves)
            steps.append(Step(module, tuple(_copy(leaf, chosen == KEPT) for leaf in leaves), spec, chosen))
            if module is self.module:
                outputs.append(take(self.layer, result, self.keys).clone())
                raise _Reached
            return result

        with intercepted(self.callees, run), suppress(_Reached):
            self.network(*inputs)
        if not outputs:
            raise LayerNotRun(not_run([self.layer]))
        return outputs[0], steps

    def open(self, steps: Iterable[Step]) -> bool:
        """Let the code of modules run in both halves that would run as a whole; return whether there were any.

        Their parts are recorded in their place.
        """
        found = {step.module for step in steps if step.plan == RUN and any(step.module.children())} - {self.module}
        self.callees = [part for part in self.callees if part not in found]
        return bool(found)

    def go_on(self, output: Tensor, inputs: Sequence[Any], crossing: Iterable[Tensor], steps: Sequence[Step]) -> Any:
        """Return what the network gives, from the layer's output.

        Args:
            output: (n, ...) what the layer gives, the first time that it runs.
            inputs: what to call the network with.
            crossing: the tensors of all steps that are kept.
            steps: as `record` returned them for any other samples.

        Raises:
            Diverged: other modules ran, or something was computed from what is only a shape.
        """
        kept, left, count = iter(crossing), iter(steps), count_of(inputs)

        def run(module: nn.Module, call: Call, _given: list[Any]) -> Any:
            step = next(left, None)
            if step is None:
                return call()
            if step.module is not module:
                raise Diverged
            result = call() if step.plan == RUN else step.given(kept, count)
            return put(result, self.keys, output.clone()) if module is self.module else result

        with intercepted(self.callees, run):
            result = self.network(*inputs)
        if next(left, None) is not None or any(
            isinstance(leaf, Tensor) and leaf.is_meta for leaf in tree_leaves(result)
        ):
            raise Diverged
        return result

    def _first_plan(self, module: nn.Module, leaves: list[Any]) -> str:
        if not all(leaf is None or isinstance(leaf, Tensor) for leaf in leaves):
            return RUN
        return SHAPED if module is self.module and not self.keys else KEPT


@contextmanager
def intercepted(modules: Iterable[nn.Module], answer: Answer) -> Iterator[None]:
    """Have `answer` in place of each call of the modules, but for calls from within one of them.

    Hooks on a module run with its own computation, and only then.
    """
    inside = False

    def instead(module: nn.Module) -> Callable[..., Any]:
        compute: Callable[..., Any] = module._call_impl

        def called(*args: Any, **named: Any) -> Any:
            nonlocal inside
            if inside:
                return compute(*args, **named)
            inside = True
            try:
                return answer(module, partial(compute, *args, **named), tree_leaves((args, named)))
            finally:
                inside = False

        return called

    before = [(vars(module), vars(module).get("_call_impl")) for module in modules]
    try:
        for module in modules:
            vars(module)["_call_impl"] = instead(module)
        yield
    finally:
        for attributes, earlier in before:
            attributes.pop("_call_impl", None)
            if earlier is not None:
                attributes["_call_impl"] = earlier


def _version(tensor: Tensor) -> int:
    """Return how often a tensor has been written to; it is not counted in inference mode."""
    return 0 if tensor.is_inference() else tensor._version


def _in_place(before: list[tuple[Tensor, int]], leaves: list[Any]) -> bool:
    """Return whether a module wrote to what it was given, or gives some of that itself."""
    given = {tensor.untyped_storage().data_ptr() for tensor, _ in before}
    return any(_version(tensor) != version for tensor, version in before) or any(
        isinstance(leaf, Tensor) and leaf.untyped_storage().data_ptr() in given for leaf in leaves
    )


def _copy(leaf: Any, wanted: bool) -> Any:
    if not isinstance(leaf, Tensor):
        return leaf
    return leaf.clone() if wanted else torch.empty_like(leaf, device="meta")
