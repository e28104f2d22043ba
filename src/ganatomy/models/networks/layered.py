"""What all generators have in common: layers one after another, then the output."""

from typing import Any, ClassVar

from torch import Tensor, nn

from ganatomy.models.protocol import GeneratorNetwork


class LayeredGenerator(GeneratorNetwork):
    """Latents (n, z_dim) through `layer1`, `layer2`, ... and `output` to samples (n, ...).

    A part whose attribute `takes_latents` is True is given the latents beside the output of the part before it.
    """

    kind: str
    """The name under which runs keep it."""
    grows: ClassVar[bool] = False
    """Whether it grows in its training, so that a run may keep weights of several shapes."""
    shape: Any
    """Its architecture, a frozen dataclass."""
    output: nn.Module

    @property
    def layer_names(self) -> list[str]:
        """`layer1`, `layer2`, ...: the layers that dissection uses."""
        return [name for name, _ in self.named_children() if name != "output"]

    @property
    def parts_in_order(self) -> list[tuple[str, nn.Module]]:
        """The parts that `forward` runs one after another, with their names."""
        return [*((name, self.get_submodule(name)) for name in self.layer_names), ("output", self.output)]

    def forward(self, z: Tensor) -> Tensor:
        """Return the samples of the latents `z` (n, z_dim)."""
        r = z
        for _, part in self.parts_in_order:
            r = part(r, z) if getattr(part, "takes_latents", False) is True else part(r)
        return r
