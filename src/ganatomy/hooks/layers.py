"""Finds a layer by its name, and takes and replaces one tensor of what a layer gives."""

import copy
import dataclasses
import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from ganatomy.errors import LayerError, LayerNotFound

Keys = tuple[int | str, ...]
"""Where a tensor is: a place or a name at each level, none for what is a tensor itself."""

_BRACKETS = re.compile(r"(?P<path>.*?)(?P<keys>(\[[^\[\]]+\])+)")


def original(module: nn.Module) -> nn.Module:
    """Return the network that a compiled one was made of; any other as it is."""
    network: nn.Module = getattr(module, "_orig_mod", module)
    return network


def find_layer(module: nn.Module, name: str) -> nn.Module:
    """Return the submodule called `name`.

    Args:
        module: the network to look in; a compiled one is seen through.
        name: dotted module path, such as `layer4` or `blocks.2.conv`; brackets after it say nothing here.

    Raises:
        LayerNotFound: no submodule has that name; the message offers the nearest one.
    """
    return locate(module, name)[0]


def locate(module: nn.Module, name: str) -> tuple[nn.Module, Keys]:
    """Return the submodule that `name` begins with, and the keys in the brackets after it.

    Raises:
        LayerNotFound: no submodule has that name; the message offers the nearest one.
    """
    network = original(module)
    named: dict[str, nn.Module] = {path: layer for path, layer in network.named_modules() if path}
    if name in named:
        return named[name], ()
    match = _BRACKETS.fullmatch(name)
    path = match["path"] if match else name
    if match and path in named:
        keys = re.findall(r"\[([^\[\]]+)\]", match["keys"])
        return named[path], tuple(int(key) if re.fullmatch(r"-?\d+", key) else key for key in keys)
    nearest = difflib.get_close_matches(path, named, n=1)
    hint = f"did you mean '{nearest[0]}'?" if nearest else f"its layers are {', '.join(named) or 'none'}"
    raise LayerNotFound(f"no layer '{path}' in {type(network).__name__}; {hint}")


def take(layer: str, value: object, keys: Keys) -> Tensor:
    """Return the tensor at `keys` of what a layer gives.

    Args:
        layer: its name, for messages.
        value: a tensor, or tuples, lists, mappings and records of them.
        keys: as `locate` returns them.

    Raises:
        LayerError: there is nothing at these keys, or no single tensor.
    """
    found = value
    for key in keys:
        try:
            found = _item(found, key)
        except (LookupError, AttributeError, TypeError):
            raise LayerError(
                f"layer '{layer}' has no part [{key}]: there it gives a {type(found).__name__}{_parts(found)}"
            ) from None
    if not isinstance(found, Tensor):
        example = _example(found)
        advice = f"choose one of its parts, such as '{layer}[{example}]'" if example else "choose a layer inside it"
        raise LayerError(
            f"layer '{layer}' returns a {type(found).__name__}{_parts(found)}; only one tensor can be recorded or "
            f"edited: {advice}"
        )
    return found


def put(value: Any, keys: Keys, part: Tensor) -> Any:
    """Return `value` with `part` at `keys`; what a layer gave is not changed itself."""
    if not keys:
        return part
    key, rest = keys[0], keys[1:]
    replaced = put(_item(value, key), rest, part)
    if isinstance(value, tuple):
        items = [*value]
        items[_place(value, key)] = replaced
        return type(value)._make(items) if hasattr(value, "_make") else type(value)(items)
    if dataclasses.is_dataclass(value) and not isinstance(value, Mapping):
        return dataclasses.replace(value, **{str(key): replaced})  # type: ignore[type-var]
    changed = copy.copy(value)
    if isinstance(value, Mapping):
        changed[_name(value, key)] = replaced
    elif isinstance(value, list):
        changed[key] = replaced
    else:
        setattr(changed, str(key), replaced)
    return changed


def _item(value: Any, key: int | str) -> Any:
    if isinstance(value, Mapping):
        return value[_name(value, key)]
    return getattr(value, key) if isinstance(key, str) else value[key]


def _name(value: Mapping[Any, Any], key: int | str) -> Any:
    """Return the key of a mapping, given as it is or by its place."""
    return list(value)[key] if isinstance(key, int) and key not in value else key


def _place(value: tuple[Any, ...], key: int | str) -> int:
    """Return the place of an entry of a tuple, given as it is or by its name."""
    return key if isinstance(key, int) else [entry is getattr(value, key) for entry in value].index(True)


def _parts(value: object) -> str:
    if isinstance(value, Mapping):
        return f" of {', '.join(map(str, value))}"
    return f" of {len(value)}" if isinstance(value, Sequence) and not isinstance(value, str) else ""


def _example(value: object) -> str | None:
    """Return the key of the first part that is a tensor; None where there is none."""
    if isinstance(value, Mapping):
        pairs = list(value.items())
    elif dataclasses.is_dataclass(value):
        pairs = list(vars(value).items())
    else:
        pairs = list(enumerate(value)) if isinstance(value, tuple | list) else []
    return next((str(key) for key, part in pairs if isinstance(part, Tensor)), None)
