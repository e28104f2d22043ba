"""A tree of tensors and plain values in one safetensors file, for resuming: no pickles."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor

from ganatomy.errors import CheckpointError
from ganatomy.runs import schemas
from ganatomy.runs.files import write_tensors

_TENSOR = "<tensor>"


def save_state(path: Path, tree: dict[str, Any]) -> None:
    """Write `tree`: nested dicts and lists whose leaves are tensors or JSON values."""
    tensors: dict[str, Tensor] = {}

    def outline(value: Any, name: str) -> Any:
        if isinstance(value, Tensor):
            tensors[name] = value
            return {_TENSOR: name}
        if isinstance(value, dict):
            return {str(key): outline(item, f"{name}/{key}") for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [outline(item, f"{name}/{index}") for index, item in enumerate(value)]
        return value

    plain = json.dumps({"schema": schemas.TREE, "tree": outline(tree, "")})
    write_tensors(path, tensors, {"state": plain})


def load_state(path: Path) -> dict[str, Any]:
    """Return the tree in `path`; tensors are on the CPU.

    Raises:
        CheckpointError: the file is missing, cut short, or of another schema.
    """
    if not path.exists():
        raise CheckpointError(f"no snapshot at {path}; the run has not saved one yet, so start it anew")
    try:
        with safe_open(path, framework="pt") as file:
            plain = json.loads(file.metadata()["state"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise CheckpointError(f"{path} is not a snapshot ({error}); restore it from a copy of the run") from None
    if said := schemas.problem(str(path), plain.get("schema"), schemas.TREE, "start the run anew"):
        raise CheckpointError(said)

    def rebuild(value: Any) -> Any:
        if isinstance(value, dict):
            if _TENSOR in value:
                return tensors[value[_TENSOR]]
            return {key: rebuild(item) for key, item in value.items()}
        if isinstance(value, list):
            return [rebuild(item) for item in value]
        return value

    tree: dict[str, Any] = rebuild(plain["tree"])
    return tree
