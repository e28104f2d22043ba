"""The tensors of a file, taken one by one: each has to be there, of the right shape, and none may be left."""

from collections.abc import Mapping, Sequence

from torch import Tensor

from ganatomy.errors import CheckpointError

ADVICE = "give the state dict of the whole generator, as it was saved"


class Tensors:
    """The tensors of a state dict that a layout has not taken yet.

    Args:
        tensors: all of them.
        of: what they would make, for messages.
        prefix: what stands before every name that is asked for.
        suffix: what stands after it.
    """

    def __init__(self, tensors: Mapping[str, Tensor], of: str, prefix: str = "", suffix: str = ""):
        self._left = {name: value for name, value in tensors.items() if name.startswith(prefix)}
        self.of, self.prefix, self.suffix = of, prefix, suffix

    def __contains__(self, name: str) -> bool:
        return self.named(name) in self._left

    def named(self, name: str) -> str:
        """Return a name as it is in the file."""
        return f"{self.prefix}{name}{self.suffix}"

    def length(self, name: str, dim: int = 0) -> int:
        """Return the length of one dimension of a tensor that is not taken; 0 where there is none."""
        value = self._left.get(self.named(name))
        return value.shape[dim] if value is not None and dim < value.ndim else 0

    def take(self, name: str, shape: Sequence[int | None]) -> Tensor:
        """Return a tensor as float32, and count it as taken.

        Args:
            name: without prefix and suffix.
            shape: what it has to be; None is any length from 1 on.

        Raises:
            CheckpointError: it is missing, of another shape, or not of floating-point numbers.
        """
        full = self.named(name)
        if full not in self._left:
            raise CheckpointError(f"'{full}' is missing, without which the file holds no {self.of}; {ADVICE}")
        value = self._left.pop(full)
        if not fits(value.shape, shape):
            wanted = ", ".join("*" if length is None else str(length) for length in shape)
            raise CheckpointError(
                f"'{full}' has shape {tuple(value.shape)}; in {self.of} it would be "
                f"({wanted}{',' if len(shape) == 1 else ''}); {ADVICE}"
            )
        if not value.is_floating_point():
            raise CheckpointError(f"'{full}' is of {value.dtype}; weights are floating-point numbers; {ADVICE}")
        return value.detach().float()

    def take_number(self, name: str) -> Tensor:
        """Return a tensor () or (1,) as (1,) float32, and count it as taken.

        Raises:
            CheckpointError: as for `take`.
        """
        return self.take(name, (1,) if self.length(name) else ()).view(1)

    def drop(self, *starts: str) -> tuple[str, ...]:
        """Count as taken whatever begins with one of `starts`; return the names."""
        dropped = tuple(name for name in self._left if name.startswith(tuple(map(self._begun, starts))))
        for name in dropped:
            del self._left[name]
        return dropped

    def refuse_others(self) -> None:
        """Raise for a tensor that nobody took: it would change what the network does.

        Raises:
            CheckpointError: there is one.
        """
        if self._left:
            are = f"and {len(self._left) - 1} more are" if len(self._left) > 1 else "is"
            raise CheckpointError(f"'{next(iter(self._left))}' {are} no part of {self.of}; {ADVICE}")

    def _begun(self, start: str) -> str:
        return f"{self.prefix}{start}"


def fits(lengths: Sequence[int], shape: Sequence[int | None]) -> bool:
    """Return whether lengths are those of a shape, in which None stands for any length from 1 on."""
    return len(lengths) == len(shape) and all(
        length > 0 if wanted is None else length == wanted for length, wanted in zip(lengths, shape, strict=True)
    )
