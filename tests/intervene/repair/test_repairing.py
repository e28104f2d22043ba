"""The planted artifact unit is found by every method that can see it, and nothing in a generator without faults."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.intervene.repair.planted import ARTIFACT, LAYER, Colours, Judge, faultless, real_images

from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import to_uint8
from ganatomy.errors import ConfigError, LayerError, LayerNotFound
from ganatomy.intervene.repair.repairing import RepairProtocol, default_layer, find_repair
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.networks.mlp import PointGenerator, PointShape
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter

PROTOCOL = RepairProtocol(num_images=400, num_real=800, top_images=20)
REAL = real_images()


def found(generator=None, units=(), discriminator=None, layer=LAYER, images=REAL, **changes):
    generator = PlantedGenerator().eval() if generator is None else generator
    protocol = replace(PROTOCOL, **changes)
    return find_repair(generator, PlantedSegmenter(), Colours(), images, layer, protocol, units, discriminator)


@pytest.fixture(scope="module")
def repaired():
    return found(discriminator=Judge())


def by_method(repair):
    return {one.method: one for one in repair.scores}, {one.method: one for one in repair.sets}


def test_every_method_nominates_the_artifact_unit_and_ends_with_it_alone(repaired):
    scores, sets = by_method(repaired)
    assert [*scores] == ["distance", "nearest", "local", "discriminator"]
    for method in ("distance", "nearest", "discriminator"):
        assert scores[method].candidates[0] == ARTIFACT
    assert scores["nearest"].candidates == scores["discriminator"].candidates == (ARTIFACT,)
    assert ARTIFACT in scores["local"].candidates  # doors and trunks are smaller spots
    assert {one.units for one in sets.values()} == {(ARTIFACT,)}


def test_the_repair_is_accepted_and_random_sets_are_refused(repaired):
    assert (repaired.refusal, repaired.units) == (None, (ARTIFACT,))
    acceptance = repaired.acceptance
    assert acceptance.chosen.plain.is_shown
    assert acceptance.chosen.high.value > 5 * acceptance.chosen.plain.value  # where the unit is active
    assert acceptance.num_high == 80
    assert all(move.change == 0 for move in acceptance.chosen.moves)
    assert len(acceptance.random) == 5
    assert not any(trial.is_accepted(PROTOCOL.budget) for trial in acceptance.random)
    assert all(trial.units != (ARTIFACT,) for trial in acceptance.random)


def test_the_baked_generator_paints_no_artifacts(repaired):
    assert repaired.baked.difference == 0
    z = torch.randn(200, PlantedGenerator.z_dim, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        assert torch.equal(repaired.baked.generator(z), faultless()(z))
        assert not torch.equal(PlantedGenerator()(z), faultless()(z))


def test_the_choosing_half_takes_no_part_in_accepting(repaired):
    chosen, held_out = repaired.bench.baseline.z, repaired.held_out.baseline.z
    assert len(chosen) == len(held_out) == 400
    assert not (chosen[:, None] == held_out[None]).all(2).any()


def test_the_frechet_distance_finds_it_too():
    repair = found(metric="fd", candidates=3)
    assert repair.units == (ARTIFACT,)
    assert by_method(repair)[0]["distance"].candidates[0] == ARTIFACT


@pytest.mark.parametrize("metric", ["kd", "fd"])
def test_in_a_faultless_generator_nothing_is_found(metric):
    repair = found(faultless(), metric=metric)
    assert (repair.chosen, repair.acceptance, repair.baked, repair.units) == (None, None, None, ())
    assert "candidates brings 400 samples nearer to real images" in repair.refusal
    assert by_method(repair)[0]["nearest"].candidates == ()


def test_units_marked_by_hand_are_tried_as_they_are():
    repair = found(units=(ARTIFACT, NUMBER["tree copy"]))
    assert repair.units == (ARTIFACT, NUMBER["tree copy"])  # the second changes nothing
    (only,) = repair.sets
    assert (only.method, only.steps) == ("given", ())
    repair = found(units=(ARTIFACT, NUMBER["grass"]))
    assert repair.baked is None
    assert "is not above 0" in repair.refusal


def test_a_concept_beyond_the_budget_refuses_the_set():
    """Where the real world has no doors, samples come nearer to it without the unit of doors and clouds."""
    generator = PlantedGenerator()
    without = PlantedGenerator().eval()
    without.layer2.read.weight.data[:, [ARTIFACT, NUMBER["door and cloud"]]] = 0
    z = torch.randn(800, generator.z_dim, generator=torch.Generator().manual_seed(9))
    with torch.no_grad():
        real = ImageSet(to_uint8(without(z)).numpy(), (), np.full(800, -1))
    units = (NUMBER["door and cloud"],)
    refused = found(units=units, images=real)
    assert refused.acceptance.chosen.plain.is_shown
    assert refused.refusal.startswith("'cloud' moves by -100.0%") or refused.refusal.startswith(
        "'door' moves by -100.0%"
    )
    assert refused.refusal.endswith("beyond the budget of 10%")
    assert found(units=units, images=real, budget=1.5).units == units
    chosen = found(images=real)
    steps = {step.unit: step for one in chosen.sets for step in one.steps}
    assert steps[units[0]].moved in ("door", "cloud")
    assert not steps[units[0]].is_kept
    assert chosen.units == (ARTIFACT,)


def test_other_constants():
    assert found(units=(ARTIFACT,), value="low-quantile").units == (ARTIFACT,)
    assert found(units=(ARTIFACT,), value=0.0).values.tolist() == [0.0] * 11
    with pytest.raises(LayerError, match="cannot be written into weights"):
        found(units=(ARTIFACT,), value="mean")  # no bias takes it
    with pytest.raises(ConfigError, match="value is 'hih'; give a number, or one of zero, low-quantile, mean"):
        found(value="hih")


def test_what_cannot_be_done_is_said_before_anything_is_tried():
    with pytest.raises(ConfigError, match="layer 'layer1' has no unit 11; its units are 0 to 10"):
        found(units=(11,))
    with pytest.raises(LayerNotFound, match="no layer 'layr1'"):
        found(layer="layr1")
    with pytest.raises(ConfigError, match="6 real images are too few to halve"):
        found(images=real_images(6))
    with pytest.raises(ConfigError, match="top_images is 300 of 400 samples; give 2 to 200"):
        found(top_images=300)
    with pytest.raises(ConfigError, match="units are left to draw random sets"):
        found(units=(ARTIFACT, 0, 1, 2, 3, 4))


def test_the_layer_of_the_paper_is_the_last_one_of_8x8_cells():
    assert default_layer(PlantedGenerator()) == "layer2"
    assert default_layer(Generator(GeneratorShape(32, (8, 6, 4), z_dim=4)).eval()) == "layer2"
    with pytest.raises(ConfigError, match="PointGenerator has no layer of 8x8 cells; say which, with --layer"):
        default_layer(PointGenerator(PointShape()))
    with pytest.raises(ConfigError, match="has no layer of 8x8 cells"):
        default_layer(Unlayered())


class Unlayered(torch.nn.Module):
    z_dim = 2
