"""Batches come in order, with the featuremaps and labels of their own samples, and errors come through."""

import pytest
import torch

from ganatomy.dissect.counting.stream import segmented
from ganatomy.dissect.samples import TEST, VALIDATION, sample_sets
from ganatomy.errors import LayerNotFound
from ganatomy.models.planted import PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter


def test_each_batch_is_that_of_its_numbers():
    generator = PlantedGenerator()
    sets = sample_sets(generator, 0, 10)
    wanted = [(sets[VALIDATION], torch.arange(0, 4)), (sets[TEST], torch.arange(7, 10)), (sets[TEST], torch.arange(1))]
    batches = list(segmented(generator, PlantedSegmenter(), ["layer1"], wanted))
    assert [batch.samples.tolist() for batch in batches] == [[0, 1, 2, 3], [7, 8, 9], [0]]
    for (source, numbers), batch in zip(wanted, batches, strict=True):
        z = source.take(numbers)
        assert torch.equal(batch.featuremaps["layer1"], generator.layer1(z))
        assert torch.equal(batch.labels, PlantedSegmenter().segment(generator(z)))
    assert list(segmented(generator, PlantedSegmenter(), ["layer1"], [])) == []


def test_what_goes_wrong_with_a_batch_is_raised():
    generator = PlantedGenerator()
    sets = sample_sets(generator, 0, 4)
    with pytest.raises(LayerNotFound, match="no layer 'layer9'"):
        next(segmented(generator, PlantedSegmenter(), ["layer9"], [(sets[TEST], torch.arange(2))]))
