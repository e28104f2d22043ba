"""Every kind of generator has what a run keeps and what evolution reads."""

from typing import Any

import pytest
import torch

from ganatomy.models.kinds import KINDS
from ganatomy.models.networks.dcgan import GeneratorShape
from ganatomy.models.networks.mlp import PointShape
from ganatomy.models.networks.progan import ProGanShape
from ganatomy.models.networks.progan128 import ProGan128Shape
from ganatomy.models.networks.resnet import ResnetShape
from ganatomy.models.networks.sequential import Part, SequentialShape
from ganatomy.models.networks.stylegan2 import StyleGan2Shape
from ganatomy.models.protocol import sample_latents

SHAPES = {
    "dcgan": GeneratorShape(16, (4, 3), z_dim=5),
    "resnet": ResnetShape(8, (4, 3), z_dim=5),
    "progan": ProGanShape(8, (4, 4, 3, 3), z_dim=5),
    "progan128": ProGan128Shape("pixelwisenorm", 8, (4, 4, 3, 3), z_dim=5),
    "stylegan2": StyleGan2Shape(8, (4, 3), z_dim=5, w_dim=6, mapping_layers=2),
    "sequential": SequentialShape(8, 5, (Part("cells", "unflatten", 5, kernel=1), Part("a", "transposed", 5, 3, 8))),
    "points": PointShape(4, z_dim=5),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_a_network_of_a_shape(kind: str) -> None:
    network, shape = KINDS[kind]
    given: Any = SHAPES[kind]
    assert type(given) is shape
    generator = network(given)
    assert generator.kind == kind
    assert generator.shape == given
    assert generator.z_dim == given.z_dim == 5
    z = sample_latents(generator, 3, torch.Generator().manual_seed(0))
    assert len(generator(z)) == 3
    for name in generator.layer_names:
        generator.get_submodule(name)
