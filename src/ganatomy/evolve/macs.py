"""Counts what work costs: the multiply-accumulates of its convolutions and matrix products."""

from collections.abc import Callable
from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry


class _Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds up floating-point operations of every operator, backward ones too.

    `FlopCounterMode` knows the same operators, but hooks modules for its table, which `torch.autograd.grad` by the
    input of a network does not survive.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.flops: int = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the operator and count it."""
        result = func(*args, **(kwargs or {}))
        count = flop_registry.get(func._overloadpacket)
        if count is not None:
            self.flops += count(*args, **(kwargs or {}), out_val=result)
        return result


def count_macs(work: Callable[[], object]) -> int:
    """Run `work` once and return its multiply-accumulates, forward and backward.

    >>> import torch
    >>> count_macs(lambda: torch.ones(2, 3) @ torch.ones(3, 5))
    30
    """
    with _Counter() as counter:
        work()
    return int(counter.flops) // 2
