"""Two segmenters on the same images, by labels written out by hand and by a slow count."""

import math

import numpy as np
import pytest
import torch
from torch import tensor

from ganatomy.dissect.areas.second import AgreementTally
from ganatomy.errors import ConfigError


class Named:
    """The names of a segmenter, which is all that a tally asks of it."""

    def __init__(self, name, concepts, categories=None):
        self.name, self.concepts = name, tuple(concepts)
        self.categories = categories or tuple("other" if c == "other" else "object" for c in concepts)


OURS = Named("ours", ("other", "sky", "water", "boat"))
THEIRS = Named("theirs", ("sea", "river", "sky", "plane", "other", "boat"))
READING = {"sea": "water", "river": "water"}


def rng():
    return np.random.default_rng(0)


def agreement(ours, theirs, reading=READING, first=OURS, second=THEIRS):
    tally = AgreementTally(first, second, reading)
    tally.add(ours, theirs)
    return tally.result(rng())


def by_name(found):
    return {row.concept: row for row in found.concepts}


def test_by_hand():
    """Two images of 1 x 4 pixels; the second calls water sea or river."""
    ours = tensor([[[[1, 1, 2, 2]]], [[[1, 0, 2, 0]]]])
    theirs = tensor([[[[2, 0, 1, 0]]], [[[2, 4, 3, 1]]]])
    found = agreement(ours, theirs)
    rows = by_name(found)
    assert list(rows) == ["sky", "water", "boat"]
    sky, water, boat = rows.values()
    assert (sky.area_first, sky.area_second, sky.iou) == (3 / 8, 2 / 8, 2 / 3)
    assert (water.area_first, water.area_second, water.iou) == (3 / 8, 4 / 8, 2 / 5)
    assert (sky.read_from, water.read_from, boat.read_from) == (("sky",), ("sea", "river"), ("boat",))
    # sky of image 1 with that of the other, pixels 0 | 0: 1; of image 2 with the first's: 1; together 2 of 3 + 2 - 2
    assert sky.chance == 2 / 3
    # water: {2, 3} with {3}: 1; {2} with {1, 2, 3}: 1; 2 of 3 + 4 - 2
    assert water.chance == 2 / 5
    assert [math.isnan(boat.iou), math.isnan(boat.chance), boat.interval] == [True, True, None]
    # both name something that both know at 4 + 1 pixels, the same at 3 + 1
    assert (found.compared, found.pixels) == (5 / 8, 4 / 5)
    # of different images: pixels 0, 3 and 0, 2 are named by both; the same at 0, 3 and at 0, 2
    assert found.pixels_chance == 1.0
    assert (found.only_first, found.only_second, found.num_images) == ((), ("plane",), 2)


def test_equal_segmenters_agree_and_chance_is_what_is_left_of_different_images():
    torch.manual_seed(0)
    labels = torch.randint(0, 4, (40, 1, 6, 5))
    found = agreement(labels, labels, None, OURS, OURS)
    assert [row.iou for row in found.concepts] == [1.0] * 3
    assert [row.interval for row in found.concepts] == [(1.0, 1.0)] * 3
    assert found.pixels == 1.0
    assert found.compared == pytest.approx(0.75, abs=0.03)
    assert found.pixels_chance == pytest.approx(1 / 3, abs=0.03)
    assert by_name(found)["sky"].chance == pytest.approx(1 / 7, abs=0.02)  # 1/16 of 7/16


def slow_chance(ours, theirs, mine, yours):
    n = len(ours)
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    both = sum(int(((ours[i] == mine) & (theirs[j] == yours)).sum()) for i, j in pairs) / (n - 1)
    area = int((ours == mine).sum() + (theirs == yours).sum())
    return both / (area - both)


def test_chance_is_that_of_all_pairs_of_different_images():
    torch.manual_seed(1)
    ours, theirs = torch.randint(-1, 4, (7, 1, 3, 4)), torch.randint(-1, 6, (7, 1, 3, 4))
    rows = by_name(agreement(ours, theirs, None))
    assert rows["sky"].chance == pytest.approx(slow_chance(ours, theirs, 1, 2))
    assert rows["boat"].chance == pytest.approx(slow_chance(ours, theirs, 3, 5))


def test_batches_change_nothing():
    torch.manual_seed(2)
    ours, theirs = torch.randint(-1, 4, (9, 1, 3, 4)), torch.randint(-1, 6, (9, 2, 3, 4))
    parts = AgreementTally(OURS, THEIRS, READING)
    for a, b in zip(ours.split(4), theirs.split(4), strict=True):
        parts.add(a, b)
    assert parts.result(rng()) == agreement(ours, theirs)


def test_every_head_counts_for_its_concept_and_the_first_one_that_names_any_for_the_pixel():
    """The second's first head names nothing at pixel 1 and a plane at pixel 2; its other head says sky and boat."""
    ours = tensor([[[[1, 1, 1]]]])
    theirs = tensor([[[[2, -1, 3]], [[5, 2, 2]]]])
    found = agreement(ours, theirs, None)
    assert by_name(found)["sky"].iou == 1.0
    assert by_name(found)["boat"].area_second == 1 / 3
    assert (found.compared, found.pixels) == (1.0, 1.0)
    other_first = agreement(ours, theirs.flip(1), None)
    assert (other_first.compared, other_first.pixels) == (1.0, 2 / 3)


def test_intervals_hold_the_truth_and_are_left_out_where_a_concept_is_too_rare():
    generator = torch.Generator().manual_seed(3)
    ours = torch.ones(200, 1, 4, 4, dtype=torch.int64)
    theirs = torch.where(torch.rand(200, 1, 4, 4, generator=generator) < 0.7, 2, 4)
    ours[0, 0, 0, 0] = 3
    row = by_name(agreement(ours, theirs, None))
    low, high = row["sky"].interval
    assert low < 0.7 < high
    assert high - low == pytest.approx(2 * 1.96 * math.sqrt(0.7 * 0.3 / 3200), rel=0.2)
    assert (row["boat"].iou, row["boat"].interval) == (0.0, None)


def test_a_single_image_knows_no_chance():
    found = agreement(tensor([[[[1, 2]]]]), tensor([[[[2, 2]]]]), None)
    assert [math.isnan(value) for value in (found.pixels_chance, found.concepts[0].chance)] == [True] * 2
    assert found.pixels == 1.0


def test_what_only_one_knows_is_listed_without_what_has_no_meaning():
    first = Named("a", ("other", "sky", "roof"))
    second = Named("b", ("wall", "sky", "rest"), ("object", "object", "other"))
    found = agreement(tensor([[[[1]]]]), tensor([[[[1]]]]), None, first, second)
    assert (found.only_first, found.only_second) == (("roof",), ("wall",))


def test_what_stands_for_everything_else_is_not_compared():
    found = agreement(tensor([[[[0, 1]]]]), tensor([[[[4, 2]]]]), None)
    assert "other" not in by_name(found)
    assert found.compared == 0.5


@pytest.mark.parametrize(
    ("reading", "message"),
    [
        ({"see": "water"}, "no concept 'see'; did you mean 'sea'"),
        ({"sea": "waters"}, "no concept 'waters'; did you mean 'water'"),
    ],
)
def test_concepts_that_are_not_there_are_told(reading, message):
    with pytest.raises(ConfigError, match=message):
        AgreementTally(OURS, THEIRS, reading)


def test_segmenters_without_a_common_concept_are_refused():
    with pytest.raises(
        ConfigError, match=r"'ours' and 'b' have no concept of the same name.*which of lamp mean which of"
    ):
        AgreementTally(OURS, Named("b", ("lamp",)))
