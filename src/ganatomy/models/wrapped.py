"""A generator around a module, whose layers and weights keep the names that they have in it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

from torch import nn

from ganatomy.models.protocol import GeneratorNetwork


class WrappedGenerator(GeneratorNetwork, ABC):
    """Base of generators that run a module: its layers and its weights are theirs, by its own names."""

    @property
    @abstractmethod
    def inner(self) -> nn.Module:
        """The module that is run."""

    def named_modules(
        self, memo: set[nn.Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, nn.Module]]:
        """Yield the module's own parts by their own names: no name says that it is wrapped."""
        yield from self.inner.named_modules(memo, prefix, remove_duplicate)

    def get_submodule(self, target: str) -> nn.Module:
        """Return the module's part of that name."""
        return self.inner.get_submodule(target)

    def state_dict(self, *args: Any, **kwargs: Any) -> Any:
        """Return the module's own weights."""
        return self.inner.state_dict(*args, **kwargs)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        """Load weights into the module, under its own names."""
        return self.inner.load_state_dict(state_dict, strict, assign)
