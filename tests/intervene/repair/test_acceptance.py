"""Verdicts, in words, and which images are chosen for high activation."""

import numpy as np
import pytest
import torch
from tests.intervene.repair.test_scores import bench as bench_of

from ganatomy.intervene.repair.acceptance import Acceptance, Trial, highest, verdict
from ganatomy.intervene.repair.choosing import Rules
from ganatomy.intervene.repair.gain import ConceptMove, Gain
from ganatomy.stats.resampling import Interval

RULES = Rules("kd", 0.1, torch.zeros(3))
HELPS, DOUBTFUL = Gain(2.0, 1.0, Interval(0.5, 1.5)), Gain(2.0, 1.9, Interval(-0.05, 0.25))

HARMS = Gain(2.0, 2.5, Interval(-0.6, -0.4))


def move(concept, change, low, high, is_measured=True):
    return ConceptMove(concept, 0.1, 0.1 * (1 + change), change, Interval(low, high), is_measured)


STAYS, DOOR, WOODS = (
    move("sky", 0.02, -0.01, 0.05),
    move("door", -0.06, -0.12, 0.0),
    move("tree", 0.3, 0.2, 0.4),
)
SMALL = move("boat", -1.0, -1.0, -1.0, is_measured=False)


@pytest.mark.parametrize(
    ("plain", "moves", "said"),
    [
        (HELPS, (STAYS, SMALL), None),
        (
            DOUBTFUL,
            (STAYS,),
            "the distance falls by 0.1, and the 95 % interval of its fall, -0.05 to 0.25, is not above 0",
        ),
        (HARMS, (STAYS,), "the distance rises by 0.5, and the 95 % interval of its fall, -0.6 to -0.4, is not above 0"),
        (HELPS, (STAYS, DOOR), r"'door' moves by -6.0% .* -12.0% to \+0.0%\), beyond the budget of 10%"),
        (HELPS, (DOOR, WOODS), r"'tree' moves by \+30.0%"),
    ],
)
def test_verdicts(plain, moves, said):
    trial = Trial((1,), plain, DOUBTFUL, moves)
    found = verdict(Acceptance(trial, (), 2), RULES)
    assert (found is None) == (said is None) == trial.is_accepted(0.1)
    if said is not None:
        with pytest.raises(ValueError, match=said):
            raise ValueError(found)


def test_images_of_high_activation_are_those_in_which_one_unit_ranks_high():
    maps = torch.zeros(20, 3, 2, 2)
    maps[:, 0, 0, 0] = torch.arange(20.0)
    maps[:, 1, 0, 0] = 1000 * torch.arange(20.0).flip(0)  # of another scale
    maps[7, 2] = 5
    assert highest(bench_of(maps), (0, 1)).tolist() == [0, 1, 18, 19]
    assert highest(bench_of(maps), (0,)).tolist() == [16, 17, 18, 19]
    assert 7 in highest(bench_of(maps), (0, 2)).tolist()
    assert len(highest(bench_of(maps[:5]), (0,))) == 2


def test_nothing_that_is_not_measured_counts():
    assert Trial((1,), HELPS, HELPS, (SMALL,)).is_accepted(0.1)
    nameless = move("other", np.nan, np.nan, np.nan, is_measured=False)
    assert Trial((1,), HELPS, HELPS, (nameless,)).is_accepted(0.1)
