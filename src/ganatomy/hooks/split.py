"""Splits a network at a layer: what is up to it runs once, what is after it as often as wanted."""

from collections import OrderedDict
from collections.abc import Iterable

from torch import Tensor, nn

from ganatomy.errors import LayerError
from ganatomy.hooks.edits import edit
from ganatomy.hooks.layers import locate, original
from ganatomy.hooks.recording import run_up_to

Parts = list[tuple[str, nn.Module]]


def split(module: nn.Module, layer: str) -> tuple[nn.Module, nn.Module]:
    """Return `lower` and `upper`: `upper(lower(z), z)` is `module(z)`, and `lower(z)` the layer's output.

    A network whose parts run one after another is divided: nothing up to the layer runs in `upper`, which needs no `z`
    then. Such are an `nn.Sequential`, one within another, and a module with `parts_in_order`, a list of names and
    submodules. Of any other network, which may go around the layer, `upper` runs the whole one with the layer's output
    replaced, and `lower` stops after the layer.

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

    Args:
        module: any network; of a compiled one, the network itself.
        layer: dotted module path.

    Raises:
        LayerNotFound: no submodule has that name.
    """
    network, (_, keys) = original(module), locate(module, layer)
    halves = None if keys else _divided(network, layer)
    return halves or (_UpTo(network, layer), _From(network, layer))


class _Chain(nn.Sequential):
    """Parts one after another, each given the latents too that takes them."""

    def __init__(self, parts: Iterable[tuple[str, nn.Module]], training: bool, starts: bool) -> None:
        super().__init__(OrderedDict(parts))
        self.training = training  # of this container alone: train() would change the parts
        self.starts = starts
        """Whether the first input is the latents; else these come after it, where a part takes them."""
        self.takes_latents = not starts and any(map(_takes_latents, self))

    def forward(self, first: Tensor, *inputs: object) -> Tensor:
        """Return what the last part gives; of the network's inputs no part needs any but the first."""
        if self.takes_latents and not inputs:
            takers = ", ".join(f"'{name}'" for name, part in self.named_children() if _takes_latents(part))
            raise LayerError(f"latents go into {takers} too; give them: upper(r, z)")
        latents = first if self.starts else (*inputs, None)[0]
        result = first.clone() if len(self) and not self.starts else first  # parts may work in place
        for part in self:
            result = part(result, latents) if _takes_latents(part) else part(result)
        return result


class _UpTo(nn.Module):
    """A network that stops after a layer."""

    def __init__(self, network: nn.Module, layer: str) -> None:
        super().__init__()
        self.network, self.layer = network, layer
        self.training = network.training

    def forward(self, *inputs: object) -> Tensor:
        """Return the layer's output."""
        return run_up_to(self.network, [self.layer], *inputs)[self.layer]


class _From(nn.Module):
    """A network that goes on from a layer's output, given its inputs for what goes around the layer."""

    def __init__(self, network: nn.Module, layer: str) -> None:
        super().__init__()
        self.network, self.layer = network, layer
        self.training = network.training

    def forward(self, output: Tensor, *inputs: object) -> Tensor:
        """Return what the network gives."""
        if not inputs:
            raise LayerError(
                f"{type(self.network).__name__} may go around layer '{self.layer}'; give its inputs too: upper(r, z)"
            )
        with edit(self.network, {self.layer: lambda _: output.clone()}):
            result: Tensor = self.network(*inputs)
        return result


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
