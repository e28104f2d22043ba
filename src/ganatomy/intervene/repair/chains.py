"""The parts of a network that run one after another up to a layer, and the calls that follow the layer in a pass."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from ganatomy.errors import LayerNotRun
from ganatomy.hooks import find_layer


class Call(NamedTuple):
    """One part of a network run once; its tensors are kept, so that one that is handed on can be known again."""

    part: nn.Module
    input: Tensor
    output: Tensor


def parts_of(module: nn.Module) -> list[tuple[str, nn.Module]]:
    """Return the parts that a module runs one after another, with their names; none where that is not known."""
    parts = getattr(module, "parts_in_order", None)
    if isinstance(parts, list):
        return parts
    return list(module.named_children()) if isinstance(module, nn.Sequential) else []


def leading_to(network: nn.Module, layer: str) -> list[nn.Module]:
    """Return the layer and the parts that run before it, the last one first, as far as they form one chain.

    Args:
        network: any network.
        layer: dotted module name.

    Raises:
        LayerNotFound: no submodule has that name.
    """
    found = [find_layer(network, layer)]
    for outer, name in _enclosing(network, layer):
        names = [part for part, _ in parts_of(outer)]
        if name not in names:
            break
        found += [part for _, part in reversed(parts_of(outer)[: names.index(name)])]
    return found


@torch.no_grad()
def calls_after(network: nn.Module, layer: str, z: Tensor) -> list[Call]:
    """Return what a layer gave in a pass, and then every call of a part without parts, in order.

    Args:
        network: any network in evaluation mode.
        layer: dotted module name.
        z: latents to run it on.

    Raises:
        LayerNotFound: no submodule has that name.
        LayerNotRun: the layer takes no part in generating images.
    """
    calls: list[Call] = []
    begun = find_layer(network, layer)

    def note(part: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        if part is begun or (calls and not any(True for _ in part.children())):
            calls.append(Call(part, inputs[0], output))

    handles = [part.register_forward_hook(note) for part in network.modules()]
    try:
        network(z)
    finally:
        for handle in handles:
            handle.remove()
    if not calls:
        raise LayerNotRun(f"layer '{layer}' did not run; choose one that takes part in generating images")
    return calls


def _enclosing(network: nn.Module, layer: str) -> list[tuple[nn.Module, str]]:
    """Return each module around a layer, the innermost first, with the name that the layer's part has in it."""
    steps = layer.split(".")
    outer = [network.get_submodule(".".join(steps[:depth])) for depth in range(len(steps))]
    pairs = list(zip(outer, steps, strict=True))[::-1]
    return [(getattr(around, "module", around) if around is network else around, name) for around, name in pairs]
