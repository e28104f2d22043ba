"""Which layers of a network give featuremaps, and how large these are."""

import torch
from torch import Tensor, nn

from ganatomy.hooks.layers import original

Size = tuple[int, int, int]
"""Units, rows and columns."""


@torch.no_grad()
def featuremaps_of(module: nn.Module, *inputs: Tensor) -> dict[str, Size]:
    """Return the size of the featuremaps that each layer gives, in the order in which layers end.

    Of a layer that runs several times, that of the first time. Layers that give anything but one tensor (n, u, h, w)
    are left out, and so is the network as a whole.

    >>> featuremaps_of(nn.Sequential(nn.Conv2d(3, 5, 3), nn.Flatten()), torch.zeros(1, 3, 8, 8))
    {'0': (5, 6, 6)}

    Args:
        module: any network; of a compiled one, the network itself.
        inputs: what it is run on, of one sample or more.
    """
    network, found, handles = original(module), dict[str, Size](), []

    def note(name: str, given: object) -> None:
        if isinstance(given, Tensor) and given.ndim == 4 and name not in found:
            found[name] = (int(given.shape[1]), int(given.shape[2]), int(given.shape[3]))

    try:
        for name, part in network.named_modules():
            if name:
                handles.append(part.register_forward_hook(lambda _part, _given, output, name=name: note(name, output)))
        network(*inputs)
    finally:
        for handle in handles:
            handle.remove()
    return found


def usual_layers(featuremaps: dict[str, Size], named: list[str]) -> list[str]:
    """Return the layers to look at where none is named: the last one of 8x8 cells and the last of 16x16.

    Where there are none of these, the last of the coarsest and of the next resolution that have several cells.

    Args:
        featuremaps: as `featuremaps_of` returns them.
        named: the layers that the network itself names; none where it names none, and all are looked at.
    """
    sizes = {name: featuremaps[name] for name in named if name in featuremaps} or featuremaps
    cells = sorted({size[1] for size in sizes.values() if size[1] == size[2] > 1 and size[0] > 3})
    chosen = [side for side in (8, 16) if side in cells] or cells[:2]
    return [[name for name, size in sizes.items() if size[1] == side and size[0] > 3][-1] for side in chosen]
