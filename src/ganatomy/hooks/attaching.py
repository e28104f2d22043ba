"""Hooks attached while a block runs, each of them reached or an error."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from ganatomy.errors import LayerError, LayerNotRun
from ganatomy.hooks.layers import Keys, locate, put, take

Hook = Callable[[str, Tensor], Tensor | None]
"""Takes a layer's name and tensor; returns what takes the tensor's place, or None to leave it."""


@contextmanager
def attached(module: nn.Module, hooks: Mapping[str, Hook], inputs: bool = False) -> Iterator[None]:
    """Attach `hooks[name](name, tensor)` to each layer, and see to it that every one is reached.

    Args:
        module: any network.
        hooks: by layer name.
        inputs: whether they take what goes into a layer, in place of what comes out.

    Raises:
        LayerNotFound: a name is not in the network; nothing is attached then.
        LayerError: a layer gives something other than one tensor.
        LayerNotRun: a layer did not run before the block ended.
    """
    layers = {name: locate(module, name) for name in hooks}
    silent = set(hooks)
    handles: list[RemovableHandle] = []
    try:
        for name, (layer, keys) in layers.items():
            if inputs:
                handles.append(
                    layer.register_forward_pre_hook(_before(name, keys, hooks[name], silent), with_kwargs=True)
                )
            else:
                handles.append(layer.register_forward_hook(_after(name, keys, hooks[name], silent)))
        yield
    finally:
        for handle in handles:
            handle.remove()
    if silent:
        raise LayerNotRun(not_run(sorted(silent)))


def not_run(layers: list[str]) -> str:
    """Return what to say of layers that did not run."""
    names = ", ".join(f"'{layer}'" for layer in layers)
    return (
        f"{'layer' if len(layers) == 1 else 'layers'} {names} did not run; run the whole network inside the "
        "block, and give the module itself if it has been compiled: one that has already run ignores hooks "
        "added later"
    )


def _after(name: str, keys: Keys, hook: Hook, silent: set[str]) -> Callable[[nn.Module, Any, Any], Any]:
    def run(_layer: nn.Module, _inputs: Any, output: Any) -> Any:
        silent.discard(name)
        replaced = hook(name, take(name, output, keys))
        return None if replaced is None else put(output, keys, replaced)

    return run


def _before(name: str, keys: Keys, hook: Hook, silent: set[str]) -> Callable[[nn.Module, Any, Any], Any]:
    def run(_layer: nn.Module, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        silent.discard(name)
        given: dict[Any, Any] = {**dict(enumerate(args)), **named}
        if not keys and len(given) != 1:
            choices = ", ".join(f"'{name}[{key}]'" for key in given) or "none"
            raise LayerError(f"layer '{name}' takes {len(given)} inputs; choose one of {choices}")
        where = keys or tuple(given)
        replaced = hook(name, take(name, given, where))
        if replaced is None:
            return None
        changed = put(given, where, replaced)
        return tuple(changed[place] for place in range(len(args))), {key: changed[key] for key in named}

    return run
