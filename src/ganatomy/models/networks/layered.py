"""What all generators have in common: layers one after another, then the output."""

from torch import Tensor, nn


class LayeredGenerator(nn.Module):
    """Latents (n, z_dim) through `layer1`, `layer2`, ... and `output` to samples (n, ...)."""

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
            r = part(r)
        return r
