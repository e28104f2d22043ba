"""The kinds of generators that GANatomy builds, by the names under which runs keep them.

Each has `shape` (a frozen dataclass with `z_dim` and `latent`), `z_dim`, `layer_names` and its name, `kind`; those of
images are `ImageGenerator`s.
"""

from collections.abc import Callable
from typing import Any

from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.networks.mlp import PointGenerator, PointShape
from ganatomy.models.networks.progan import ProGanGenerator, ProGanShape
from ganatomy.models.networks.progan128 import ProGan128Generator, ProGan128Shape
from ganatomy.models.networks.resnet import ResnetGenerator, ResnetShape
from ganatomy.models.networks.sequential import SequentialGenerator, SequentialShape
from ganatomy.models.networks.stylegan2 import StyleGan2Generator, StyleGan2Shape

KINDS: dict[str, tuple[Callable[..., LayeredGenerator], Callable[..., Any]]] = {
    Generator.kind: (Generator, GeneratorShape),
    ResnetGenerator.kind: (ResnetGenerator, ResnetShape),
    ProGanGenerator.kind: (ProGanGenerator, ProGanShape),
    ProGan128Generator.kind: (ProGan128Generator, ProGan128Shape),
    StyleGan2Generator.kind: (StyleGan2Generator, StyleGan2Shape),
    SequentialGenerator.kind: (SequentialGenerator, SequentialShape),
    PointGenerator.kind: (PointGenerator, PointShape),
}
"""Kind to network and to the shape that the network takes."""
