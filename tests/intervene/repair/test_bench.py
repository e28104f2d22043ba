"""A bench looks again only at what an edit has changed, and sees what a look at everything would see."""

import numpy as np
import pytest
import torch
from tests.intervene.repair.planted import ARTIFACT, LAYER, Colours, real_images

from ganatomy.data.images import to_float, to_uint8
from ganatomy.errors import ConfigError, DataError, LayerError
from ganatomy.intervene.changes import Change
from ganatomy.intervene.repair.bench import features_of, prepare, real_halves
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter


class Counting(Colours):
    def __init__(self):
        self.seen = 0

    def extract(self, images):
        self.seen += len(images)
        return super().extract(images)


def latents(n=64):
    return torch.randn(n, PlantedGenerator.z_dim, generator=torch.Generator().manual_seed(3))


def test_an_edit_is_looked_at_where_it_changes_something():
    generator, extractor = PlantedGenerator().eval(), Counting()
    bench = prepare(generator, PlantedSegmenter(), extractor, LAYER, latents(), batch_size=10)
    assert (len(bench), extractor.seen, bench.look.areas.shape) == (64, 64, (64, 7))
    for unit in (ARTIFACT, NUMBER["building"]):
        extractor.seen = 0
        advanced = []
        look = bench.under([Change(LAYER, (unit,))], advanced.append)
        assert sum(advanced) == 64
        off = bench.baseline.featuremaps.clone()
        off[:, unit] = 0
        images = bench.baseline.halves.above(off, bench.baseline.kept)
        changed = (to_uint8(images) != bench.baseline.images).flatten(1).any(1)
        assert extractor.seen == changed.sum() < 64
        assert torch.equal(look.features, extractor.extract(to_float(to_uint8(images)))[0])
        shown = PlantedSegmenter().segment(images)
        assert look.areas[:, 3] == pytest.approx((shown == 3).any(1).float().mean((1, 2)).numpy())
    assert not (bench.look.features == look.features).all()  # the bench itself stays as it was


def test_peaks_are_the_highest_of_all_cells():
    bench = prepare(PlantedGenerator().eval(), PlantedSegmenter(), Colours(), LAYER, latents(5))
    assert bench.peaks.shape == (5, 11)
    assert bench.peaks[:, NUMBER["sky"]].tolist() == [1.0] * 5


def test_real_images_are_halved_without_overlap_and_the_same_every_time():
    images = real_images(21)
    first, second = real_halves(Colours(), images, 20, batch_size=6)
    assert (len(first), len(second)) == (10, 10)
    again = real_halves(Colours(), images, 20, batch_size=50)
    assert torch.equal(first, again[0])
    assert torch.equal(second, again[1])
    everything = features_of(Colours(), images.images, 8, "all")
    together = torch.cat([first, second])
    assert sorted(map(tuple, together.tolist())) != sorted(map(tuple, everything.tolist()))
    assert len(torch.cat(real_halves(Colours(), images, 10_000, 8))) == 21
    with pytest.raises(ConfigError, match=r"5 real images are too few to halve, .*; give 8 or more"):
        real_halves(Colours(), images, 5, 8)


def test_layers_without_cells_and_diverged_generators_are_refused():
    class Flat(torch.nn.Sequential):
        z_dim, image_size, latent, class_names = 4, 8, "normal", None

    net = Flat(torch.nn.Linear(4, 192), torch.nn.Unflatten(1, (3, 8, 8)), torch.nn.Tanh()).eval()
    z = torch.randn(9, 4, generator=torch.Generator().manual_seed(0))
    with pytest.raises(LayerError, match=r"layer '0' returns shape \(9, 192\), which has no cells"):
        prepare(net, PlantedSegmenter(), Colours(), "0", z)
    with torch.no_grad():
        net[0].bias[5] = np.inf  # of which tanh makes 1, so that the images are pixels
    with pytest.raises(DataError, match="layer '1' gives NaN or infinity; the generator has diverged"):
        prepare(net, PlantedSegmenter(), Colours(), "1", z)
