"""Splits a network at a layer: what is up to it runs once, what is after it as often as wanted."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain, repeat
from typing import Any, TypeAlias

from torch import Tensor, nn

from ganatomy.errors import LayerError
from ganatomy.hooks.edits import edit
from ganatomy.hooks.kept import Kept, count_of, inputs_of
from ganatomy.hooks.layers import locate, original
from ganatomy.hooks.recording import run_up_to
from ganatomy.hooks.replay import Calls, Diverged, crossing_of
from ganatomy.hooks.trial import OTHER_PARTS, Trial, try_out

Parts = list[tuple[str, nn.Module]]


def split(module: nn.Module, layer: str) -> tuple["Lower", "Upper"]:
    """Return `lower` and `upper`: `upper(lower(z), z)` is `module(z)`, and `lower(z)` the layer's output.

    A network whose parts run one after another is divided: nothing up to the layer runs in `upper`, which needs no `z`
    then. Such are an `nn.Sequential`, one within another, and a module with `parts_in_order`, a list of names and
    submodules. Of any other network, which may go around the layer, `upper(r, z)` runs the whole one with the layer's
    output replaced, and `lower` stops after the layer.

    `r, kept = lower.keep(z)` keeps beside the output what goes around the layer, in any network, and of some of the
    samples `upper(r[some], kept[some])` goes on from there. Then the code of a network that is no chain runs again, but
    of the modules that it calls the ones that ran up to the layer do not: what they gave is replayed, if it is needed.
    This is tried on up to three samples first, without a trace; a network that would not give the
    same (noise drawn at every run, parts chosen by the samples, statistics of a batch) runs whole as before.
    `upper.how` says which it is, `divided`, `replayed` or `whole`, and `upper.why` why it runs whole; nothing is tried
    before something is kept. A layer that runs several times is what it is the first time.

    A part may take the network's input, the latents, beside the output of the part before it: it says so by an
    attribute `takes_latents = True` and is called as `part(r, z)`. It hands them on to its own parts; to the parts of
    any other one the latents are what comes into it. Where a part after the layer takes them, `upper` needs `z`, and a
    chain within one is not divided where that `z` would be another.

    The halves share all weights with the module, and their layers have the names that they have there; so a half of a
    divided network can be split again, and hooks on the module's layers act in both. Both are differentiable. `upper`
    leaves what it is given as it was, also where the layer is followed by an activation in place.

    >>> import torch
    >>> net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 7))
    >>> lower, upper = split(net, "1")
    >>> r = lower(torch.zeros(5, 2))
    >>> torch.equal(upper(r), net(torch.zeros(5, 2)))
    True
    >>> upper.how
    'divided'

    Args:
        module: any network; of a compiled one, the network itself.
        layer: dotted module path.

    Raises:
        LayerNotFound: no submodule has that name.
    """
    network, (at, keys) = original(module), locate(module, layer)
    halves = None if keys else _divided(network, layer)
    if halves is not None:
        halves[1].runs_again = at in set(halves[1].modules())
        return halves
    known = _Known(network, layer)
    return _UpTo(network, layer, known), _From(network, layer, known)


class _Chain(nn.Sequential):
    """Parts one after another, each given the latents too that takes them."""

    def __init__(self, parts: Iterable[tuple[str, nn.Module]], training: bool, starts: bool) -> None:
        super().__init__(OrderedDict(parts))
        self.training = training  # of this container alone: train() would change the parts
        self.starts = starts
        """Whether the first input is the latents; else these come after it, where a part takes them."""
        self.takes_latents = not starts and any(map(_takes_latents, self))
        self.how, self.why = "divided", ""
        self.runs_again = False
        """Whether the layer is among these parts once more."""

    def keep(self, *inputs: Any) -> tuple[Tensor, Kept]:
        """Return the layer's output, and what `upper` needs beside it: of the inputs, no more than the latents."""
        return self(*inputs), Kept(inputs)

    def forward(self, first: Tensor, *beside: object) -> Tensor:
        """Return what the last part gives; of the network's inputs no part needs any but the first."""
        inputs = inputs_of(beside)
        if self.takes_latents and not inputs:
            takers = ", ".join(f"'{name}'" for name, part in self.named_children() if _takes_latents(part))
            raise LayerError(f"latents go into {takers} too; give them: upper(r, z)")
        latents = first if self.starts else (*inputs, None)[0]
        result = first.clone() if len(self) and not self.starts else first  # parts may work in place
        for part in self:
            result = part(result, latents) if _takes_latents(part) else part(result)
        return result


class _Known:
    """What both halves of a network that is no chain know of it."""

    def __init__(self, network: nn.Module, layer: str) -> None:
        self.calls = Calls(network, layer)
        self.trial: Trial | None = None

    @property
    def why(self) -> str:
        """Why all runs again in the upper half; empty where it does not."""
        return "no samples have been kept" if self.trial is None else self.trial.why

    def keep(self, inputs: tuple[Any, ...]) -> tuple[Tensor, Kept]:
        """Return the layer's output and what is needed beside it.

        Raises:
            Diverged: it cannot be kept.
        """
        self.trial = self.trial or try_out(self.calls, inputs)
        if self.why:
            raise Diverged
        output, steps = self.calls.record(inputs, [step.plan for step in self.trial.steps])
        if not self.trial.same_parts(steps, count_of(inputs)):
            self.trial = Trial(why=OTHER_PARTS)
            raise Diverged
        return output, Kept(inputs, crossing_of(steps))

    def replay(self, output: Tensor, inputs: Sequence[Any], crossing: Sequence[Tensor]) -> Any:
        """Return what the network gives, from what was kept.

        Raises:
            Diverged: it cannot be had by a replay.
        """
        assert self.trial is not None
        try:
            return self.calls.go_on(output, inputs, crossing, self.trial.steps)
        except RuntimeError as error:  # computed from a shape; or a mistake, which the whole network makes again
            raise Diverged from error


class _UpTo(nn.Module):
    """A network that stops after a layer."""

    def __init__(self, network: nn.Module, layer: str, known: _Known) -> None:
        super().__init__()
        self.network, self.layer, self.known = network, layer, known
        self.training = network.training

    def forward(self, *inputs: object) -> Tensor:
        """Return the layer's output."""
        return run_up_to(self.network, [self.layer], *inputs)[self.layer]

    def keep(self, *inputs: object) -> tuple[Tensor, Kept]:
        """Return the layer's output, and what `upper` needs beside it."""
        with suppress(Diverged):
            return self.known.keep(inputs)
        return self(*inputs), Kept(inputs, None)


class _From(nn.Module):
    """A network that goes on from a layer's output, given its inputs for what goes around the layer."""

    def __init__(self, network: nn.Module, layer: str, known: _Known) -> None:
        super().__init__()
        self.network, self.layer, self.known = network, layer, known
        self.training = network.training

    @property
    def how(self) -> str:
        """`replayed`, or `whole` where all that is below the layer runs again."""
        return "whole" if self.why else "replayed"

    @property
    def why(self) -> str:
        """Why all that is below the layer runs again; empty where it does not."""
        return self.known.why

    @property
    def runs_again(self) -> bool:
        """Whether the layer may run here, beyond the run whose output is given."""
        return bool(self.why) or self.known.trial is None or self.known.trial.runs_again

    def forward(self, output: Tensor, *beside: object) -> Any:
        """Return what the network gives."""
        inputs = inputs_of(beside)
        if not inputs:
            raise LayerError(
                f"{type(self.network).__name__} may go around layer '{self.layer}'; give its inputs too: upper(r, z)"
            )
        if isinstance(beside[0], Kept) and beside[0].crossing is not None and not self.why:
            with suppress(Diverged):
                return self.known.replay(output, inputs, beside[0].crossing)
            result = self._whole(output, inputs)
            self.known.trial = Trial(why=OTHER_PARTS)
            return result
        return self._whole(output, inputs)

    def _whole(self, output: Tensor, inputs: Sequence[Any]) -> Any:
        given = chain([output.clone()], repeat(None))

        def first_alone(computed: Tensor) -> Tensor:
            replaced = next(given)
            return computed if replaced is None else replaced

        with edit(self.network, {self.layer: first_alone}):
            return self.network(*inputs)


Lower: TypeAlias = _Chain | _UpTo
Upper: TypeAlias = _Chain | _From


def _divided(network: nn.Module, layer: str) -> tuple[_Chain, _Chain] | None:
    """Return the parts up to a layer and those after it; None where the network is no chain down to the layer."""
    parts = _in_order(network)
    for place, (name, part) in enumerate(parts):
        if layer == name:
            return _halves(network, parts[: place + 1], parts[place + 1 :])
        inner = _divided(part, layer.removeprefix(f"{name}.")) if layer.startswith(f"{name}.") else None
        if inner is not None:
            has_latents = _takes_latents(part) or (place == 0 and _starts(network))
            if _takes_latents(inner[1]) and not has_latents:
                return None  # they are the part's own input, which the upper half is not given
            lower, upper = ((name, half) for half in inner)
            return _halves(network, [*parts[:place], lower], [upper, *parts[place + 1 :]])
    return None


def _halves(network: nn.Module, lower: Parts, upper: Parts) -> tuple[_Chain, _Chain]:
    return _Chain(lower, network.training, _starts(network)), _Chain(upper, network.training, starts=False)


def _starts(network: nn.Module) -> bool:
    """Return whether what comes into a network is the latents that its parts take."""
    return network.starts if isinstance(network, _Chain) else not _takes_latents(network)


def _takes_latents(part: nn.Module) -> bool:
    return getattr(part, "takes_latents", False) is True


def _in_order(network: nn.Module) -> Parts:
    """Return the parts of a network that it runs one after another; none where that is not known."""
    if type(network).forward is nn.Sequential.forward or isinstance(network, _Chain):
        return list(network._modules.items())  # type: ignore[arg-type]
    parts = getattr(network, "parts_in_order", [])
    return list(parts) if isinstance(parts, list) else []
