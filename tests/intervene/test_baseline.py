"""What is kept of unedited samples, and what an arm changes of them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.hooks.generators import Skips, Style
from tests.intervene.flat import Flat
from torch import nn

import ganatomy as ga
from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import ConfigError, LayerError, LayerNotRun
from ganatomy.hooks import edit, find_layer
from ganatomy.intervene.baseline import lowest, measure, observe
from ganatomy.intervene.changes import Change, edits_of
from ganatomy.intervene.values import copied, mean_outside, mean_where, quantile
from ganatomy.models.planted import NUMBER
from ganatomy.segment.areas import concept_areas
from ganatomy.segment.planted import PlantedGenerator, PlantedSegmenter

SEGMENTER = PlantedSegmenter()
CONCEPT = {name: index for index, name in enumerate(SEGMENTER.concepts)}


def latents(n):
    return LatentSet(PlantedGenerator(), 0, "test", n).take(torch.arange(n))


def observed(n=24, batch_size=7):
    return observe(PlantedGenerator(), SEGMENTER, "layer1", latents(n), batch_size)


def test_a_baseline_is_what_the_generator_shows():
    generator, z = PlantedGenerator(), latents(24)
    baseline = observed()
    assert torch.equal(baseline.featuremaps, generator.layer1(z))
    assert np.array_equal(baseline.areas, concept_areas(SEGMENTER, generator(z)))
    assert torch.equal(baseline.labels.long(), SEGMENTER.segment(generator(z)))
    assert len(baseline) == 24
    some = baseline.take(torch.tensor([3, 5]))
    assert torch.equal(some.z, z[[3, 5]])
    assert np.array_equal(some.areas, baseline.areas[[3, 5]])


def test_large_images_are_taken_fewer_at_a_time():
    baseline = observed()
    large = replace(baseline, images=torch.zeros(1, 1, 1, 3, dtype=torch.uint8).expand(24, 512, 512, 3))
    assert [len(samples) for samples in large.batches(32)] == [2] * 12
    generator = PlantedGenerator()
    generator.image_size = 256  # it says so
    seen = []
    generator.layer1.register_forward_hook(lambda _module, _inputs, output: seen.append(len(output)))
    observe(generator, SEGMENTER, "layer1", latents(20))
    assert max(seen) == 8


def test_shares_of_cells_are_what_their_pixels_show():
    baseline = observed()
    building = baseline.featuremaps[:, NUMBER["building"]]
    assert torch.equal(baseline.shares("building"), building)  # every cell is four pixels of one paint
    assert torch.equal(baseline.shows("building")[:, ::2, ::2], building.bool())


def test_an_arm_is_measured_as_the_whole_edited_generator_would_be():
    generator, baseline = PlantedGenerator(), observed()
    changes = [Change("layer1", (NUMBER["sky"],)), Change("layer2", (2,), value=0.5)]
    with edit(generator, edits_of(changes)):
        images = generator(baseline.z)
    outcome = measure(baseline, changes, batch_size=5)
    assert np.array_equal(outcome.areas, concept_areas(SEGMENTER, images))
    assert np.array_equal(outcome.inside, outcome.areas)
    assert np.isnan(outcome.changed_outside).all()


def test_what_lies_below_runs_once_a_sample():
    generator, z = PlantedGenerator(), latents(20)
    seen = []
    generator.layer1.register_forward_hook(lambda _module, inputs, _output: seen.append(len(inputs[0])))
    baseline = observe(generator, SEGMENTER, "layer1", z, batch_size=8)
    for unit in range(4):
        measure(baseline, [Change("layer1", (unit,))], batch_size=8)
    assert sum(seen) == 20


def test_inside_and_outside_of_a_region_are_counted_apart():
    baseline = observed()
    region = torch.zeros(16, 16, dtype=torch.bool)
    region[12:, :8] = True  # the left half of the grass
    outcome = measure(baseline, [Change("layer1", (NUMBER["grass"],), region=region)], region)
    grass = CONCEPT["grass"]
    assert (outcome.inside[:, grass] == 0).all()
    assert np.allclose(outcome.outside[:, grass], baseline.areas[:, grass] / 2)
    assert np.array_equal(outcome.changed_inside, (baseline.areas[:, grass] > 0).astype(float))
    assert (outcome.changed_outside == 0).all()


def test_each_sample_has_its_own_region_and_value():
    baseline = observed(3)
    region = torch.zeros(3, 8, 8)
    region[0, 0, 0] = region[1, 7, 7] = region[2, 0, 0] = 1
    value = torch.tensor([[1.0], [1.0], [0.0]])
    change = Change("layer1", (NUMBER["building"],), value=value, region=region)
    outcome = measure(baseline, [change], batch_size=2)
    gained = (outcome.areas - baseline.areas)[:, CONCEPT["building"]] * 256
    sky = baseline.shows("sky")[:, 0, 0]
    assert sky.all()
    assert gained.tolist() == [4, 4, 0]


def test_the_order_of_layers_is_that_in_which_they_run():
    generator = PlantedGenerator()
    assert lowest(generator, ["layer2", "layer1"], latents(1)) == "layer1"
    assert lowest(generator, ["output", "layer2"], latents(1)) == "layer2"


def test_a_layer_before_the_baseline_s_cannot_be_changed():
    baseline = observe(PlantedGenerator(), SEGMENTER, "layer2", latents(2))
    with pytest.raises(LayerNotRun, match="layer 'layer1' did not run"):
        measure(baseline, [Change("layer1", (0,))])


class Single(nn.Module):
    """Segments nothing."""

    concepts = ("sky",)

    def segment(self, images):
        return torch.full((len(images), 1, *images.shape[2:]), -1)


@pytest.mark.parametrize(
    ("kind", "layer", "later"),
    [(Skips, "down1", "up1.1"), (Style, "synthesis.b16.conv0", "synthesis.b32.conv1")],
)
def test_what_goes_around_the_layer_is_kept_with_the_samples(kind, layer, later):
    torch.manual_seed(0)
    generator, z = ga.adapt(kind().eval(), z_dim=8), torch.randn(7, 8)
    baseline = observe(generator, Single(), layer, z, batch_size=3)
    assert torch.equal(baseline.z, z)
    assert baseline.halves.saving == f"what lies below layer '{layer}' runs once a sample"
    changes = [Change(layer, (1, 3), value=0.5), Change(later, (0, 2), value=-1.0)]
    with torch.no_grad(), edit(generator, edits_of(changes)):
        expected = generator(z)
    seen = []
    find_layer(generator, {Skips: "enter", Style: "mapping.layers"}[kind]).register_forward_hook(
        lambda *_: seen.append(1)
    )
    some = baseline.take(torch.tensor([6, 2]))
    with torch.no_grad():
        images = baseline.halves.above(baseline.featuremaps, baseline.kept, changes)
        torch.testing.assert_close(some.halves.above(some.featuremaps, some.kept, changes), expected[[6, 2]])
    assert torch.allclose(images, expected, atol=1e-5)
    measure(baseline, changes, batch_size=4)
    assert seen == []
    with torch.no_grad():
        assert torch.allclose(baseline.halves.above(baseline.featuremaps, z, changes), expected, atol=1e-5)
    assert seen == [1]


def test_values_are_read_where_the_concept_is_and_where_it_is_not():
    baseline = observed()
    building = mean_where(baseline, "building")
    assert building[NUMBER["building"]] == 1
    assert building[NUMBER["sky"]] == 0
    outside = mean_outside(baseline, "building")
    assert outside[NUMBER["building"]] == 0
    maps = baseline.featuremaps[:, NUMBER["sky"]]
    expected = maps[baseline.shares("building") == 0].mean()
    assert torch.isclose(outside[NUMBER["sky"]], expected)


def test_the_published_mean_weighs_every_cell_by_its_share():
    baseline = observed()
    shares = baseline.shares("tree")
    by_hand = torch.stack([(maps * shares).sum() / shares.sum() for maps in baseline.featuremaps.unbind(1)])
    assert torch.allclose(mean_where(baseline, "tree", least_share=0), by_hand)


def test_quantiles_and_copies():
    baseline = observed()
    rows = baseline.featuremaps.transpose(0, 1).flatten(1).numpy()
    assert np.allclose(quantile(baseline, 0.99), np.quantile(rows, 0.99, axis=1))
    assert torch.equal(copied(baseline, 2, (7, 1)), baseline.featuremaps[2, :, 7, 1])


def test_values_that_cannot_be_had_are_refused():
    baseline = observed(4)
    with pytest.raises(ConfigError, match=r"no sample 4; give 0 to 3"):
        copied(baseline, 4, (0, 0))
    with pytest.raises(ConfigError, match=r"has no cell 8,0; give a row of 0 to 7 and a column of 0 to 7"):
        copied(baseline, 0, (8, 0))
    with pytest.raises(ConfigError, match=r"quantile is 2; give 0 to 1"):
        quantile(baseline, 2)
    with pytest.raises(ConfigError, match=r"'sky' covers at most 1\.00 of a cell of layer 'layer1' in 4 samples"):
        mean_where(baseline, "sky", least_share=1.5)
    with pytest.raises(ConfigError, match="spire"):
        mean_where(baseline, "spire")


def test_every_cell_a_concept_has_no_outside():
    class Everything(PlantedSegmenter):
        def segment(self, images):
            return torch.full((len(images), 2, *images.shape[2:]), CONCEPT["sky"])

    baseline = observe(PlantedGenerator(), Everything(), "layer1", latents(2))
    with pytest.raises(ConfigError, match="every cell of 2 samples shows some 'sky'; give another value"):
        mean_outside(baseline, "sky")


def test_a_layer_without_cells_has_no_shares():
    baseline = observe(Flat(), SEGMENTER, "rows", torch.zeros(1, 12))
    with pytest.raises(LayerError, match=r"returns shape \(1, 12\), which has no cells"):
        baseline.shares("sky")


def test_more_concepts_than_can_be_numbered_are_refused():
    many = PlantedSegmenter()
    many.concepts = tuple(map(str, range(40000)))
    with pytest.raises(ConfigError, match="the segmenter has 40000 concepts; give one of at most 32767"):
        observe(PlantedGenerator(), many, "layer1", latents(1))
