"""Units inserted cell by cell, against the whole generator edited sample by sample, and the planted truth."""

import numpy as np
import pytest
import torch
from tests.reference.context import insertion

from ganatomy.dissect.latents import LatentSet
from ganatomy.intervene.baseline import observe
from ganatomy.intervene.context.cells import places_of
from ganatomy.intervene.context.insertion import Moved, insert
from ganatomy.intervene.context.summary import by_place, context_masks
from ganatomy.intervene.context.trace import tracer_of
from ganatomy.intervene.values import mean_where
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.planted import NUMBER, UNITS
from ganatomy.segment.planted import PlantedGenerator, PlantedSegmenter

SEGMENTER = PlantedSegmenter()


def planted(n=40):
    generator = PlantedGenerator()
    return observe(generator, SEGMENTER, "layer1", LatentSet(generator, 0, "test", n).take(torch.arange(n)))


def moved(baseline, units, value):
    chosen = torch.zeros(baseline.featuremaps.shape[1], dtype=torch.bool)
    chosen[list(units)] = True
    return Moved(chosen.expand(len(baseline), -1), value)


def inserted(baseline, name, concept, **more):
    places = places_of(baseline, 64, seed=0)
    units = moved(baseline, [NUMBER[name]], mean_where(baseline, concept))
    return places, insert(baseline, places, concept, units, **more)


@pytest.mark.parametrize("latent_layers", ["first", "every"])
def test_an_insertion_is_that_of_the_whole_generator_one_cell_at_a_time(latent_layers):
    torch.manual_seed(0)
    shape = GeneratorShape(32, (8, 6, 4), z_dim=4, latent_layers=latent_layers)
    generator, z = Generator(shape).eval(), torch.randn(5, 4)
    for parameter in generator.parameters():
        parameter.data.mul_(20)
    baseline = observe(generator, SEGMENTER, "layer2", z)
    places = places_of(baseline, 6, seed=1)
    concept = SEGMENTER.concepts[int(baseline.areas.mean(0)[1:].argmax()) + 1]
    value = baseline.featuremaps.amax((0, 2, 3)) * 2
    found = insert(baseline, places, concept, moved(baseline, [0, 3], value), tracer_of(baseline), batch_size=2)
    for sample in range(5):
        for place, cell in enumerate(places.cells[sample].tolist()):
            gains, was, becomes = insertion(
                generator, SEGMENTER, "layer2", z[sample], (0, 3), value, cell, baseline.cells, concept
            )
            assert found.gained[sample, place].tolist() == gains
            assert (found.was[sample, place], found.becomes[sample, place]) == (was, becomes)
    assert np.abs(found.gained).sum() > 0
    assert (found.trace > 0).all()


def test_figures_do_not_depend_on_the_batch_and_every_sample_has_its_own_units():
    baseline = planted(9)
    places = places_of(baseline, 5, seed=0)
    units = torch.rand(9, len(UNITS), generator=torch.Generator().manual_seed(0)) < 0.3
    own = Moved(units, torch.ones(len(UNITS)))
    whole, parts = (insert(baseline, places, "tree", own, batch_size=size) for size in (9, 4))
    assert np.array_equal(whole.gained, parts.gained)
    for sample in range(9):
        one = insert(baseline, places, "tree", moved(baseline, units[sample].nonzero()[:, 0].tolist(), own.value))
        assert np.array_equal(whole.gained[sample], one.gained[sample])


def test_a_door_can_be_put_into_a_building_and_nowhere_else():
    baseline = planted()
    places, found = inserted(baseline, "door and cloud", "door")
    masks = context_masks(SEGMENTER.concepts, "door", places, found.was)
    assert set(masks) == {None, "other", "sky", "grass", "building", "tree", "door"}
    assert found.becomes[masks["building"]].all()
    assert (found.gained[masks["building"]] == 1).all()
    for concept in ("other", "sky", "grass", "tree"):
        assert (found.gained[masks[concept]] == 0).all()
        assert not found.becomes[masks[concept]].any()
    middle = by_place(places, found, masks[None])
    assert (middle[[0, 1, 2, 6, 7]] == 0).all()
    assert (middle[3:6] > 0).all()
    assert np.nanmax(np.abs(by_place(places, found, masks["grass"]))) == 0


def test_the_same_unit_puts_a_cloud_into_the_sky_alone():
    baseline = planted()
    places, found = inserted(baseline, "door and cloud", "cloud")
    masks = context_masks(SEGMENTER.concepts, "cloud", places, found.was)
    assert found.becomes[masks["sky"]].all()
    assert not found.becomes[masks["grass"] | masks["building"] | masks["tree"] | masks["other"]].any()


def test_the_trace_ends_below_layers_that_do_not_read_the_unit():
    baseline = planted()
    _, unread = inserted(baseline, "tree copy", "tree", tracer=tracer_of(baseline))
    changed = unread.trace[~unread.was]
    assert (changed[:, 0] > 0).all()
    assert (changed[:, 1:] == 0).all()
    places, door = inserted(baseline, "door and cloud", "door", tracer=tracer_of(baseline))
    masks = context_masks(SEGMENTER.concepts, "door", places, door.was)
    assert (door.trace[masks["building"]] > 0).all()
    assert (door.trace[masks["grass"]][:, 1:] == 0).all()


def test_what_lies_below_runs_once_a_sample_and_what_lies_above_once_a_cell():
    generator, seen = PlantedGenerator(), {"layer1": 0, "layer2": 0}
    for name in seen:
        generator.get_submodule(name).register_forward_hook(
            lambda _module, inputs, _output, name=name: seen.update({name: seen[name] + len(inputs[0])})
        )
    z = LatentSet(generator, 0, "test", 10).take(torch.arange(10))
    baseline = observe(generator, SEGMENTER, "layer1", z)
    places, told = places_of(baseline, 7, seed=0), []
    for concept in ("door", "tree"):
        value = mean_where(baseline, concept)
        insert(baseline, places, concept, moved(baseline, [6], value), advance=told.append)
    assert seen == {"layer1": 10, "layer2": 10 + 2 * 70}
    assert sum(told) == 2 * 70


def test_without_a_tracer_there_is_no_trace():
    baseline = planted(3)
    _, found = inserted(baseline, "crown", "tree")
    assert found.trace.shape == (3, 64, 0)
    assert pytest.approx(found.gained[..., 0].sum()) == found.becomes.sum() - found.was.sum()
