"""Counts come back by content, and by nothing else."""

import numpy as np
import pytest
import torch
from tests.dissect.five_units import ByColour
from tests.dissect.test_layers import CutOff, dissected, same_counts

from ganatomy.dissect.counting.cache import DissectionCache, content_key, packed
from ganatomy.runs.files import write_arrays


@pytest.fixture
def kept(tmp_path):
    dissection = dissected()
    layer = dissection.layers[0]
    arrays = packed(layer.counts, dissection.areas, layer.key, layer.report.concepts.names)
    write_arrays(tmp_path / "layer1" / "tally.npz", **arrays)
    return DissectionCache(tmp_path), dissection


def test_a_finished_layer_is_not_counted_again(kept):
    cache, dissection = kept
    again = dissected(cache=cache, segmenter=CutOff(0))  # which would be stopped at its first call
    assert same_counts(again.layers[0].counts, dissection.layers[0].counts)
    assert str(again.layers[0].report) == str(dissection.layers[0].report)
    assert np.array_equal(again.areas, dissection.areas)
    assert again.grid == (16, 16)


def test_another_profile_comes_from_the_same_counts(kept):
    cache, _ = kept
    for profile in ("compat", "max-iou"):
        again = dissected(cache=cache, segmenter=CutOff(0), profile=profile)
        assert str(again.layers[0].report) == str(dissected(profile=profile).layers[0].report)


@pytest.mark.parametrize("changes", [{"seed": 1}, {"top": 2}, {"blocks": 5}, {"misaligned": True}])
def test_other_content_is_counted_anew(kept, changes):
    cache, _ = kept
    with pytest.raises(KeyboardInterrupt):
        dissected(cache=cache, segmenter=CutOff(0), **changes)


def test_counts_written_without_a_key_are_never_taken(tmp_path):
    write_arrays(tmp_path / "layer1" / "tally.npz", counts=np.zeros(3))
    assert DissectionCache(tmp_path).finished("layer1", "0" * 16) is None
    assert DissectionCache(tmp_path).finished("layer2", "0" * 16) is None


def test_a_key_changes_with_any_part():
    assert content_key(1, "a") != content_key(1, "b") != content_key("1b")
    assert content_key(1, {"x": 2}) == content_key(1, {"x": 2})


def test_counts_beyond_32_bits_are_kept_whole(kept, tmp_path):
    _, dissection = kept
    layer = dissection.layers[0]
    layer.counts.test.joint.counts[0, 0, 0] = 2**40
    arrays = packed(layer.counts, dissection.areas, "key", ByColour.concepts)
    assert arrays["test.joint.counts"].dtype == np.int64
    write_arrays(tmp_path / "large" / "tally.npz", **arrays)
    found = DissectionCache(tmp_path).finished("large", "key")
    assert found is not None
    assert torch.equal(found.counts.test.joint.counts[0, 0, :1], torch.tensor([2**40]))
