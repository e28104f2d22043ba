"""A generator with a layer of values, which are no cells."""

from torch import Tensor, nn


class Flat(nn.Module):
    """Images of 2 px, of which the layer `rows` gives all values at once."""

    z_dim, image_size = 12, 2

    def __init__(self) -> None:
        super().__init__()
        self.rows = nn.Linear(12, 12)
        self.shape = nn.Unflatten(1, (3, 2, 2))

    def forward(self, z: Tensor) -> Tensor:
        """Return the images of latents (n, 12)."""
        images: Tensor = self.shape(self.rows(z))
        return images
