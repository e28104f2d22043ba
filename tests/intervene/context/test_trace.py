"""How far a change goes through the layers above."""

import pytest
import torch
from torch import nn

from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import LayerError, LayerNotFound
from ganatomy.intervene.baseline import observe
from ganatomy.intervene.changes import Change
from ganatomy.intervene.context.trace import IMAGE, tracer_of
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.planted import NUMBER
from ganatomy.segment.planted import PlantedGenerator, PlantedSegmenter

SEGMENTER = PlantedSegmenter()


def planted(layer="layer1", n=24):
    generator = PlantedGenerator()
    return observe(generator, SEGMENTER, layer, LatentSet(generator, 0, "test", n).take(torch.arange(n)))


def deep(layer="layer1", n=6):
    torch.manual_seed(0)
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4)).eval()
    return observe(generator, SEGMENTER, layer, torch.randn(n, 4))


def changes(baseline, tracer, change):
    before = tracer.run(baseline.featuremaps, baseline.kept)
    after = tracer.run(baseline.featuremaps, baseline.kept, [change])
    return before, after, tracer.changes(before, after)


def test_the_steps_are_the_layer_those_above_and_the_image():
    assert tracer_of(planted()).steps == ("layer1", "layer2", IMAGE)
    with torch.no_grad():
        assert tracer_of(deep()).steps == ("layer1", "layer2", "layer3", IMAGE)
        assert tracer_of(deep("layer3")).steps == ("layer3", IMAGE)
        assert tracer_of(deep(), ["layer3"]).steps == ("layer1", "layer3", IMAGE)


def test_a_change_is_the_mean_of_its_units_by_their_deviations():
    baseline = deep()
    with torch.no_grad():
        tracer = tracer_of(baseline, batch_size=4)
        before, after, found = changes(baseline, tracer, Change("layer1", (1, 5), value=2.0))
    assert found.shape == (6, 4)
    for step in range(4):
        plain, changed = before[step].double(), after[step].double()
        deviations = plain.transpose(0, 1).flatten(1).std(1, correction=0)
        for sample in range(6):
            by_unit = (changed[sample] - plain[sample]).abs().mean((1, 2)) / deviations
            assert found[sample, step].item() == pytest.approx(by_unit.mean().item(), rel=1e-4)


def test_units_that_never_vary_are_left_out():
    baseline = planted()
    tracer = tracer_of(baseline)
    assert tracer.scales[0][NUMBER["dead"]] == float("inf")
    assert tracer.scales[0][NUMBER["sky"]].isfinite()
    _, _, found = changes(baseline, tracer, Change("layer1", (NUMBER["dead"],), value=3.0))
    assert (found == 0).all()


def test_nothing_goes_up_from_a_unit_that_nothing_reads():
    baseline = planted()
    tracer = tracer_of(baseline)
    _, _, found = changes(baseline, tracer, Change("layer1", (NUMBER["tree copy"],), value=1.0))
    assert (found[:, 0] > 0).all()
    assert (found[:, 1:] == 0).all()
    _, _, read = changes(baseline, tracer, Change("layer1", (NUMBER["crown"],), value=1.0))
    assert (read[:, 1:] > 0).all()


def test_a_network_that_is_no_chain_is_traced_too():
    class Around(nn.Module):
        z_dim, image_size = 4, 8

        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Conv2d(4, 3, 1), nn.Conv2d(3, 3, 1)

        def forward(self, z):
            r = self.first(z[:, :, None, None].expand(-1, -1, 4, 4))
            return (self.second(r) + r).tanh().repeat_interleave(2, 2).repeat_interleave(2, 3)

    torch.manual_seed(0)
    baseline = observe(Around(), SEGMENTER, "first", torch.randn(3, 4))
    tracer = tracer_of(baseline)
    assert tracer.steps == ("first", "second", IMAGE)
    with torch.no_grad():
        _, _, found = changes(baseline, tracer, Change("first", (0,), value=5.0))
    assert (found > 0).all()


@pytest.mark.parametrize(
    ("layer", "trace", "message"),
    [
        ("output", (), "layer 'output' gives the image itself and nothing lies above it; choose an earlier layer"),
        ("layer2", ("layer1",), "layer 'layer1' does not run above 'layer2'; leave it out of the trace"),
        ("layer2", ("layer3", "layer3"), "layer 'layer3' is to be traced twice; give each once"),
    ],
)
def test_what_cannot_be_traced_is_told(layer, trace, message):
    with pytest.raises(LayerError, match=message):
        tracer_of(deep(layer), trace)


def test_a_misspelt_layer_is_told():
    with pytest.raises(LayerNotFound, match="no layer 'layr3' in Generator; did you mean 'layer3'"):
        tracer_of(deep(), ["layr3"])


def test_a_layer_without_cells_is_told():
    class Flat(nn.Module):
        z_dim, image_size = 4, 4

        def __init__(self):
            super().__init__()
            self.first, self.flat = nn.Conv2d(4, 6, 1), nn.Flatten()

        def forward(self, z):
            r = self.first(z[:, :, None, None].expand(-1, -1, 4, 4))
            return self.flat(r).view(-1, 6, 4, 4)[:, :3]

    with pytest.raises(LayerError, match=r"layer 'flat' gives no featuremaps \(n, u, h, w\); leave it out"):
        tracer_of(observe(Flat(), SEGMENTER, "first", torch.randn(2, 4)), ["flat"])
