"""A generator in two: the upper half goes on from the lower one's featuremaps, under changes."""

import pytest
import torch
from tests.hooks.generators import Skips
from torch import nn

from ganatomy.hooks import edit
from ganatomy.intervene.changes import Change, edits_of
from ganatomy.intervene.halves import Halves
from ganatomy.models.networks.dcgan import Generator, GeneratorShape


@pytest.mark.parametrize("latent_layers", ["first", "every"])
def test_the_upper_half_alone_gives_the_image_of_a_dcgan(latent_layers):
    torch.manual_seed(0)
    generator = Generator(GeneratorShape(32, (8, 8, 8), z_dim=4, latent_layers=latent_layers)).eval()
    halves, z = Halves(generator, "layer2"), torch.randn(5, 4)
    with torch.no_grad():
        assert torch.equal(halves.above(halves.below(z), z), generator(z))


def test_a_generator_that_cannot_be_split_says_so():
    class Noisy(Skips):
        def forward(self, z):
            return super().forward(z) + torch.rand(1)

    halves = Halves(Noisy().eval(), "middle")
    halves.keep(torch.randn(2, 8))
    assert halves.saving == (
        "what lies below layer 'middle' runs again for each arm, since the generator cannot be split: it gives "
        "something else each time it runs"
    )


def test_an_edit_of_a_layer_that_runs_twice_changes_both_runs():
    shared = nn.Conv2d(3, 3, 1)
    chain = nn.Sequential(nn.Unflatten(1, (3, 2, 2)), shared, nn.Tanh(), shared).eval()

    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.start, self.shared = nn.Unflatten(1, (3, 2, 2)), shared

        def forward(self, z):
            return self.shared(torch.tanh(self.shared(self.start(z))))

    z = torch.randn(4, 12)
    for generator, layer in ((chain, "1"), (Twice().eval(), "shared")):
        halves, changes = Halves(generator, layer), [Change(layer, (0, 2), value=2.0)]
        with torch.no_grad(), edit(generator, edits_of(changes)):
            expected = generator(z)
        with torch.no_grad():
            featuremaps, kept = halves.keep(z)
            assert torch.equal(halves.above(featuremaps, kept, changes), expected)
            assert torch.equal(halves.above(featuremaps, z, changes), expected)
