"""What all generators have in common: layers one after another, then the output."""

from torch import Tensor, nn


class LayeredGenerator(nn.Module):
    """Latents (n, z_dim) through `layer1`, `layer2`, ... and `output` to samples (n, ...)."""

    output: nn.Module

    @property
    def layer_names(self) -> list[str]:
        """`layer1`, `layer2`, ...: the layers that dissection uses."""
        return [name for name, _ in self.named_children() if name != "output"]

    def forward(self, z: Tensor) -> Tensor:
        """Return the samples of the latents `z` (n, z_dim)."""
        r = z
        for name in self.layer_names:
            r = self.get_submodule(name)(r)
        samples: Tensor = self.output(r)
        return samples
