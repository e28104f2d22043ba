"""Finds, records and edits the layers of any `nn.Module`, as context managers.

A layer is named by its dotted module path (`layer4`, `blocks.2.conv`). No model has to be changed to be
opened up: forward hooks are attached on entry and detached on exit, whatever happens in between.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from torch import Tensor, nn

from ganatomy.errors import LayerError, LayerNotFound, LayerNotRun

Edit = Callable[[Tensor], Tensor]
"""Any function from a layer's output to what takes its place, of the same shape."""


def find_layer(module: nn.Module, name: str) -> nn.Module:
    """Return the submodule called `name`.

    Args:
        module: the network to look in; a compiled one is seen through.
        name: dotted module path, such as `layer4` or `blocks.2.conv`.

    Raises:
        LayerNotFound: no submodule has that name; the message offers the nearest one.
    """
    network: nn.Module = getattr(module, "_orig_mod", module)
    named: dict[str, nn.Module] = {path: layer for path, layer in network.named_modules() if path}
    if name in named:
        return named[name]
    nearest = difflib.get_close_matches(name, named, n=1)
    hint = f"did you mean '{nearest[0]}'?" if nearest else f"its layers are {', '.join(named) or 'none'}"
    raise LayerNotFound(f"no layer '{name}' in {type(network).__name__}; {hint}")


class Recording(Mapping[str, Tensor]):
    """The latest output of each recorded layer, by layer name."""

    def __init__(self, layers: Iterable[str]) -> None:
        self._outputs: dict[str, Tensor | None] = dict.fromkeys(layers)

    def __getitem__(self, layer: str) -> Tensor:
        """Return the layer's output; raise LayerNotRun before the layer has run."""
        output = self._outputs[layer]
        if output is None:
            raise LayerNotRun(_not_run([layer]))
        return output

    def __iter__(self) -> Iterator[str]:
        return iter(self._outputs)

    def __len__(self) -> int:
        return len(self._outputs)

    def store(self, layer: str, output: Tensor) -> None:
        """Keep a copy, since an in-place activation further on would overwrite the original."""
        self._outputs[layer] = output.clone()


@contextmanager
def record(module: nn.Module, layers: Iterable[str]) -> Iterator[Recording]:
    """Record the outputs of `layers` while the block runs.

    Edits that were attached earlier, in an enclosing `edit`, are seen; edits attached later are not.

    >>> import torch
    >>> net = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    >>> with record(net, ["0"]) as recorded:
    ...     _ = net(torch.zeros(5, 2))
    >>> recorded["0"].shape
    torch.Size([5, 3])

    Args:
        module: any network.
        layers: dotted module paths.

    Raises:
        LayerNotFound: a name is not in the network; nothing is attached then.
        LayerError: a layer returns something other than one tensor.
        LayerNotRun: a layer did not run before the block ended.
    """
    names = list(layers)
    recording = Recording(names)

    def keep(name: str, output: Tensor) -> None:
        recording.store(name, output)

    with _attached(module, {name: keep for name in names}):
        yield recording


@contextmanager
def edit(module: nn.Module, edits: Mapping[str, Edit]) -> Iterator[None]:
    """Replace the output of each named layer by `edits[name](output)` while the block runs.

    Nested edits compose: the inner one receives what the outer one returned.

    >>> import torch
    >>> net = nn.Sequential(nn.Identity(), nn.Identity())
    >>> with edit(net, {"0": lambda r: r + 1}), edit(net, {"0": lambda r: r * 10}):
    ...     net(torch.tensor(2.0))
    tensor(30.)

    Args:
        module: any network.
        edits: dotted module path to edit.

    Raises:
        LayerNotFound: a name is not in the network; nothing is attached then.
        LayerError: a layer returns something other than one tensor, or an edit changes its shape.
        LayerNotRun: a layer did not run before the block ended.
    """

    def replace(name: str, output: Tensor) -> Tensor:
        edited = edits[name](output)
        if edited.shape != output.shape:
            raise LayerError(
                f"the edit of layer '{name}' returned shape {tuple(edited.shape)} for a featuremap of shape "
                f"{tuple(output.shape)}; an edit must keep the shape"
            )
        return edited

    with _attached(module, {name: replace for name in edits}):
        yield


@contextmanager
def _attached(module: nn.Module, hooks: Mapping[str, Callable[[str, Tensor], Tensor | None]]) -> Iterator[None]:
    """Attach `hooks[name](name, output)` to each layer, and see to it that every one is reached."""
    layers = {name: find_layer(module, name) for name in hooks}
    silent = set(hooks)

    def hook_of(name: str) -> Callable[[nn.Module, object, object], Tensor | None]:
        def hook(_layer: nn.Module, _inputs: object, output: object) -> Tensor | None:
            silent.discard(name)
            if not isinstance(output, Tensor):
                raise LayerError(
                    f"layer '{name}' returns a {type(output).__name__}; only a layer that returns one tensor "
                    "can be recorded or edited: choose one inside it"
                )
            return hooks[name](name, output)

        return hook

    handles = []
    try:
        handles += [layer.register_forward_hook(hook_of(name)) for name, layer in layers.items()]
        yield
    finally:
        for handle in handles:
            handle.remove()
    if silent:
        raise LayerNotRun(_not_run(sorted(silent)))


def _not_run(layers: list[str]) -> str:
    names = ", ".join(f"'{layer}'" for layer in layers)
    return (
        f"{'layer' if len(layers) == 1 else 'layers'} {names} did not run; run the whole network inside the "
        "block, and give the module itself if it has been compiled: one that has already run ignores hooks "
        "added later"
    )
