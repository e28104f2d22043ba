"""Records what layers give, and runs a network no further than the last layer that is wanted."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

import torch
from torch import Tensor, nn

from ganatomy.errors import LayerError, LayerNotRun
from ganatomy.hooks.attaching import attached, not_run
from ganatomy.hooks.layers import original


class Recording(Mapping[str, Tensor]):
    """The latest tensor of each recorded layer, by layer name."""

    def __init__(self, layers: Iterable[str]) -> None:
        self._tensors: dict[str, Tensor | None] = dict.fromkeys(layers)

    def __getitem__(self, layer: str) -> Tensor:
        """Return the layer's tensor; raise LayerNotRun before the layer has run."""
        tensor = self._tensors[layer]
        if tensor is None:
            raise LayerNotRun(not_run([layer]))
        return tensor

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def store(self, layer: str, tensor: Tensor) -> None:
        """Keep a tensor that nobody else writes to."""
        self._tensors[layer] = tensor


@contextmanager
def record(
    module: nn.Module, layers: Iterable[str], inputs: bool = False, differentiable: bool = False
) -> Iterator[Recording]:
    """Record the outputs of `layers`, or their inputs, while the block runs.

    Edits that were attached earlier, in an enclosing `edit`, are seen; edits attached later are not. What is recorded
    is a copy, since an in-place activation further on would overwrite the original. The network does not go on from
    it, so that nothing has a gradient by it, unless `differentiable`:

    >>> net = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    >>> with record(net, ["0"], differentiable=True) as recorded:
    ...     images = net(torch.zeros(5, 2))
    >>> torch.autograd.grad(images.sum(), recorded["0"])[0].shape
    torch.Size([5, 3])

    Args:
        module: any network.
        layers: dotted module paths; of a layer that returns several tensors with brackets, such as `attention[0]`.
        inputs: record what goes into the layers; brackets choose one of several inputs by place or name.
        differentiable: let the network go on from what is recorded, so that gradients by it can be taken, by
            `torch.autograd.grad` or, after `.retain_grad()`, by `backward`; also where weights and inputs are frozen.
            It costs a second copy.

    Raises:
        LayerNotFound: a name is not in the network; nothing is attached then.
        LayerError: a layer gives something other than one tensor; or, for gradients, something other than floating
            point numbers, or it runs where gradients are off.
        LayerNotRun: a layer did not run before the block ended.
    """
    names = list(layers)
    recording = Recording(names)

    def keep(name: str, tensor: Tensor) -> Tensor | None:
        kept = _leaf_or_link(name, tensor) if differentiable else tensor.clone()
        recording.store(name, kept)
        return kept.clone() if differentiable else None

    with attached(module, {name: keep for name in names}, inputs):
        yield recording


class _Reached(BaseException):
    """Every layer has run; no error, so that no network takes it for one."""


def run_up_to(module: nn.Module, layers: Iterable[str], *inputs: object) -> Recording:
    """Return the outputs of `layers`; the network runs until the last of them has run once, and no further.

    Edits in an enclosing `edit` are seen. A compiled network runs as it was before.

    >>> net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 7))
    >>> run_up_to(net, ["1"], torch.zeros(5, 2))["1"].shape
    torch.Size([5, 3])

    Args:
        module: any network.
        layers: dotted module paths, as for `record`.
        inputs: what to call the network with.

    Raises:
        LayerNotFound: a name is not in the network.
        LayerError: a layer returns something other than one tensor.
        LayerNotRun: the network ended before a layer had run.
    """
    network, names = original(module), list(layers)
    recording, left = Recording(names), set(names)

    def keep(name: str, output: Tensor) -> None:
        recording.store(name, output.clone())
        left.discard(name)
        if not left:
            raise _Reached

    with attached(network, {name: keep for name in names}), suppress(_Reached):
        network(*inputs)
    return recording


def _leaf_or_link(layer: str, tensor: Tensor) -> Tensor:
    """Return a copy that gradients can be taken by: a link of the graph where there is one, a leaf otherwise."""
    if not torch.is_grad_enabled():
        raise LayerError(
            f"layer '{layer}' ran where gradients are off; leave torch.no_grad() or torch.inference_mode() to record "
            "for gradients"
        )
    if not tensor.is_floating_point():
        raise LayerError(
            f"layer '{layer}' gives {tensor.dtype}, which has no gradients; choose a layer of floating point numbers"
        )
    kept = tensor.clone()
    if not kept.requires_grad:
        kept.requires_grad_()
    return kept
