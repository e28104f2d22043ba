"""What is kept, what is not, and that no set is looked at twice."""

import pytest
import torch
from tests.intervene.repair.planted import ARTIFACT, LAYER, Colours, real_images

from ganatomy.intervene.repair.bench import Bench, features_of, prepare
from ganatomy.intervene.repair.choosing import Chooser, ChosenSet, Rules, best_set
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter

COPY, GRASS = NUMBER["tree copy"], NUMBER["grass"]


class Counted(Bench):
    looks = 0

    def under(self, *arguments):
        Counted.looks += len(self)
        return super().under(*arguments)


@pytest.fixture
def chooser():
    z = torch.randn(400, PlantedGenerator.z_dim, generator=torch.Generator().manual_seed(2))
    bench = prepare(PlantedGenerator().eval(), PlantedSegmenter(), Colours(), LAYER, z)
    bench = Counted(bench.baseline, bench.extractor, bench.look, bench.batch_size)
    real = features_of(Colours(), real_images().images, 100, "real")
    Counted.looks = 0
    return Chooser(bench, real, Rules("kd", 0.1, torch.zeros(11)))


def test_candidates_are_tried_in_their_order_and_kept_where_they_help(chooser):
    chosen = chooser.choose("local", (GRASS, ARTIFACT, COPY))
    assert chosen.units == (ARTIFACT,)
    assert [(step.unit, step.is_kept, step.moved) for step in chosen.steps] == [
        (GRASS, False, None), (ARTIFACT, True, None), (COPY, False, None),
    ]  # fmt: skip
    assert chosen.steps[0].gain.value < 0 < chosen.steps[1].gain.value
    assert [step.num_images for step in chosen.steps] == [133, 400, 400]
    assert chosen.steps[2].gain.before == chosen.steps[1].gain.after  # after those kept before it
    assert chosen.gain == chosen.steps[1].gain.value


def test_no_set_is_looked_at_twice(chooser):
    chooser.choose("local", (GRASS, ARTIFACT, COPY))
    assert Counted.looks == 133 + 400 + 400  # grass does harm in the first part already
    chooser.choose("nearest", (ARTIFACT, COPY))
    assert Counted.looks == 933
    assert chooser.marked((COPY, ARTIFACT)) == ChosenSet(
        "given", (COPY, ARTIFACT), (), chooser.marked((ARTIFACT,)).gain
    )
    assert Counted.looks == 933


def test_each_unit_is_set_to_its_own_value():
    change = Rules("kd", 0.1, torch.arange(5.0)).change("layer1", (3, 1))
    assert (change.layer, change.units, change.value) == ("layer1", (3, 1), [3.0, 1.0])


def test_the_best_set_is_that_of_the_highest_gain():
    sets = [
        ChosenSet("distance", (1,), (), 0.1),
        ChosenSet("local", (2, 3), (), 0.3),
        ChosenSet("nearest", (), (), 0.9),
    ]
    assert best_set(sets) is sets[1]
    assert best_set(sets[2:]) is best_set(()) is None
