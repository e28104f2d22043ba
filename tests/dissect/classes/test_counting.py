"""The counts of classes against slow ones, and against those of all samples together."""

import numpy as np
import pytest
import torch
from tests.dissect.classes.parks import EACH, dissection, each_protocol, generator
from tests.planted_classes import PARK, STREET
from torch import Tensor

from ganatomy.dissect.classes.counting import ClassCounts, count_classes, vocabulary
from ganatomy.dissect.counting.counts import AtThreshold
from ganatomy.dissect.counting.grid import upsample
from ganatomy.dissect.counting.masks import ALIGNED, ALL, MaskSource
from ganatomy.dissect.counting.tally import Tally
from ganatomy.dissect.latents import LatentSet
from ganatomy.dissect.samples import TEST
from ganatomy.hooks import record
from ganatomy.models.planted import NUMBER
from ganatomy.segment.planted import PlantedSegmenter


def counted(batch_size: int = 32) -> list[ClassCounts]:
    protocol = each_protocol()
    protocol = type(protocol)(num_images=protocol.num_images, blocks=protocol.blocks, batch_size=batch_size)
    return [*count_classes(generator(), PlantedSegmenter(), dissection(), [PARK, STREET], protocol)]


def shown(number: int) -> tuple[Tensor, Tensor]:
    """Return featuremaps of layer1 and labels of all samples of a class."""
    network = generator()
    z = LatentSet(network, 0, TEST, EACH).take(torch.arange(EACH))
    z[:, -1] = number
    with torch.no_grad(), record(network, ["layer1"]) as recorded:
        images = network(z)
    return recorded["layer1"], PlantedSegmenter().segment(images)


def thresholds() -> Tensor:
    return torch.tensor([unit.threshold for unit in dissection().layers[0].report.units]).float()


@pytest.mark.parametrize("number", [PARK, STREET])
def test_counts_of_a_class_are_those_of_the_definition(number: int) -> None:
    counts = counted()[number]
    maps, labels = shown(number)
    active = upsample(maps, (16, 16)) > thresholds()[None, :, None, None]
    whole = counts.blocks["layer1"].sum()
    for concept in range(len(PlantedSegmenter.concepts)):
        mask = (labels == concept).any(1)
        both = (active & mask[:, None]).sum((0, 2, 3))
        assert whole.both[0, ALIGNED, :, concept].tolist() == both.tolist()
        assert whole.shown[0, ALIGNED, concept] == mask.sum()
    assert whole.active[0, :, ALL].tolist() == active.sum((0, 2, 3)).tolist()
    assert whole.pixels[0, ALL] == EACH * 256
    area = (labels == PlantedSegmenter.concepts.index("tree")).any(1).double().mean((1, 2))
    assert counts.areas[:, PlantedSegmenter.concepts.index("tree")].tolist() == area.tolist()


def test_classes_add_up_to_all_of_their_samples() -> None:
    parts = [counts.blocks["layer1"].sum() for counts in counted()]
    segmenter, grid = PlantedSegmenter(), (16, 16)
    concepts = vocabulary(segmenter)
    edges = thresholds().clamp(max=1e30)[:, None]
    whole = Tally(edges, grid, MaskSource(segmenter.categories, grid, 0, TEST).num_groups, top=1)
    samples = torch.arange(EACH)
    for number in (STREET, PARK):  # in any order
        maps, labels = shown(number)
        for block in torch.tensor_split(samples, 6):
            source = MaskSource(segmenter.categories, grid, 0, TEST)
            whole.add(maps[block], source.label(labels[block], block), block)
    once = AtThreshold.of(whole, concepts, np.zeros(len(edges), np.int64))
    for part in ("both", "active", "shown", "pixels"):
        assert np.array_equal(sum(getattr(one, part) for one in parts), getattr(once, part)), part


def test_counts_do_not_depend_on_the_batch() -> None:
    for one, other in zip(counted(), counted(7), strict=True):
        assert np.array_equal(one.areas, other.areas)
        for layer in ("layer1", "layer2"):
            for part in ("both", "active", "shown", "pixels"):
                a, b = getattr(one.blocks[layer], part), getattr(other.blocks[layer], part)
                assert np.array_equal(a, b)


def test_a_unit_without_a_threshold_is_never_active() -> None:
    dead = NUMBER["dead"]
    assert thresholds()[dead] == float("inf")
    assert all(not counts.blocks["layer1"].active[:, dead].any() for counts in counted())
