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

    The halves share all weights with the module, and their layers have the names that they have there; so a half of a
    divided network can be split again, and hooks on the module's layers act in both. Both are differentiable.

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
    if halves is None:
        return _UpTo(network, layer), _From(network, layer)
    lower, upper = halves
    return _Chain(lower, network.training), _Chain(upper, network.training)


class _Chain(nn.Sequential):
    """Parts one after another."""

    def __init__(self, parts: Iterable[tuple[str, nn.Module]], training: bool) -> None:
        super().__init__(OrderedDict(parts))
        self.training = training  # of this container alone: train() would change the parts

    def forward(self, first: Tensor, *_inputs: object) -> Tensor:
        """Return what the last part gives; of the network's inputs only the lower half needs the first one."""
        result = first
        for part in self:
            result = part(result)
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
        with edit(self.network, {self.layer: lambda _: output}):
            result: Tensor = self.network(*inputs)
        return result


def _divided(network: nn.Module, layer: str) -> tuple[Parts, Parts] | None:
    """Return the parts up to a layer and those after it; None where the network is no chain down to the layer."""
    parts = _in_order(network)
    for place, (name, part) in enumerate(parts):
        if layer == name:
            return parts[: place + 1], parts[place + 1 :]
        inner = _divided(part, layer.removeprefix(f"{name}.")) if layer.startswith(f"{name}.") else None
        if inner is not None:
            lower, upper = ((name, _Chain(half, part.training)) for half in inner)
            return [*parts[:place], lower], [upper, *parts[place + 1 :]]
    return None


def _in_order(network: nn.Module) -> Parts:
    """Return the parts of a network that it runs one after another; none where that is not known."""
    if type(network).forward is nn.Sequential.forward or isinstance(network, _Chain):
        return list(network._modules.items())  # type: ignore[arg-type]
    parts = getattr(network, "parts_in_order", [])
    return list(parts) if isinstance(parts, list) else []
