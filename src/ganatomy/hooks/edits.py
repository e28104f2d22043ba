"""Edits what layers give, while a block runs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from torch import Tensor, nn

from ganatomy.errors import LayerError
from ganatomy.hooks.attaching import attached

Edit = Callable[[Tensor], Tensor]
"""Any function from a layer's output to what takes its place, of the same shape."""


@contextmanager
def edit(module: nn.Module, edits: Mapping[str, Edit]) -> Iterator[None]:
    """Replace the output of each named layer by `edits[name](output)` while the block runs.

    Nested edits compose: the inner one receives what the outer one returned. Of a layer that returns several
    tensors, the edited one is put back among the others.

    >>> import torch
    >>> net = nn.Sequential(nn.Identity(), nn.Identity())
    >>> with edit(net, {"0": lambda r: r + 1}), edit(net, {"0": lambda r: r * 10}):
    ...     net(torch.tensor(2.0))
    tensor(30.)

    Args:
        module: any network.
        edits: edits by dotted module path; of a layer that returns several tensors with brackets, such as
            `attention[0]`.

    Raises:
        LayerNotFound: a name is not in the network; nothing is attached then.
        LayerError: a layer returns something other than one tensor, or an edit does not return one of its shape.
        LayerNotRun: a layer did not run before the block ended.
    """

    def replace(name: str, output: Tensor) -> Tensor:
        edited = edits[name](output)
        if not isinstance(edited, Tensor):
            raise LayerError(f"the edit of layer '{name}' returned a {type(edited).__name__}; return a tensor")
        if edited.shape != output.shape:
            raise LayerError(
                f"the edit of layer '{name}' returned shape {tuple(edited.shape)} for a featuremap of shape "
                f"{tuple(output.shape)}; an edit must keep the shape"
            )
        return edited

    with attached(module, {name: replace for name in edits}):
        yield
