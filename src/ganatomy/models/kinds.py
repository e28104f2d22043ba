"""The kinds of generators that GANatomy builds, by the names under which runs keep them.

Each has `shape` (a frozen dataclass with `z_dim` and `latent`), `z_dim`, `layer_names` and its name, `kind`.
"""

from collections.abc import Callable
from typing import Any

from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.networks.mlp import PointGenerator, PointShape
from ganatomy.models.networks.resnet import ResnetGenerator, ResnetShape

ImageGenerator = Generator | ResnetGenerator
"""A generator of images, which has `image_size` too."""
AnyGenerator = ImageGenerator | PointGenerator
"""A generator of images or of points."""

KINDS: dict[str, tuple[Callable[..., AnyGenerator], Callable[..., Any]]] = {
    Generator.kind: (Generator, GeneratorShape),
    ResnetGenerator.kind: (ResnetGenerator, ResnetShape),
    PointGenerator.kind: (PointGenerator, PointShape),
}
"""Kind to network and to the shape that the network takes."""
