"""The fingerprint of weights: as long as it should be, the same for the same weights, another for any other."""

import copy

from torch import nn

from ganatomy.models.fingerprint import fingerprint


def test_a_fingerprint_changes_with_any_weight_and_with_nothing_else() -> None:
    generator = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    before = fingerprint(generator)
    assert len(before) == 16
    assert fingerprint(copy.deepcopy(generator).eval()) == before
    for name, value in generator.state_dict().items():
        other = copy.deepcopy(generator)
        other.state_dict()[name].copy_(value + 1)
        assert fingerprint(other) != before
