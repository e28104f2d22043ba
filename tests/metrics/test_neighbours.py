"""Precision, recall, density and coverage by hand, and in blocks."""

import pytest
import torch

from ganatomy.errors import ConfigError, DataError
from ganatomy.metrics.neighbours import density_coverage, neighbour_terms, precision_recall

REAL = torch.tensor([[0.0], [1.0], [3.0]])
GENERATED = torch.tensor([[0.5], [1.5], [10.0]])


def test_by_hand():
    """Balls of real ones, k = 1: 0 +- 1, 1 +- 1, 3 +- 2; of generated ones: .5 +- 1, 1.5 +- 1, 10 +- 8.5."""
    terms = neighbour_terms(REAL, GENERATED, 1, 1)
    assert terms.precision.tolist() == [1, 1, 0]
    assert terms.recall.tolist() == [1, 1, 1]
    assert terms.density.tolist() == [2, 2, 0]
    assert terms.coverage.tolist() == [1, 1, 1]
    assert precision_recall(REAL, GENERATED, 1) == pytest.approx((2 / 3, 1))
    assert density_coverage(REAL, GENERATED, 1) == pytest.approx((4 / 3, 1))


def test_density_is_divided_by_k():
    """k = 2: 0 +- 3, 1 +- 2, 3 +- 3, each holds .5 and 1.5, or both: 3 balls each."""
    assert neighbour_terms(REAL, GENERATED, 1, 2).density.tolist() == [1.5, 1.5, 0]


def test_the_border_is_inside_for_precision_and_outside_for_density():
    terms = neighbour_terms(REAL, torch.tensor([[5.0], [5.0]]), 1, 1)
    assert terms.precision.tolist() == [1, 1]
    assert terms.density.tolist() == [0, 0]
    assert terms.coverage.tolist() == [0, 0, 0]


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("scale", [0.3, 1.0, 3.0])
def test_influences_are_what_is_lost_without_each_generated_sample(k: int, scale: float) -> None:
    """Against leaving out one sample after another, with a twin and a few samples that cover nothing."""
    rng = torch.Generator().manual_seed(round(10 * scale) + k)
    real, generated = torch.randn(50, 2, generator=rng), scale * torch.randn(30, 2, generator=rng)
    generated[7] = generated[8]
    whole = neighbour_terms(real, generated, k, k)
    for left_out in range(len(generated)):
        rest = torch.cat([generated[:left_out], generated[left_out + 1 :]])
        terms = neighbour_terms(real, rest, k, k)
        for name in ("recall", "coverage"):
            lost = float(getattr(whole, name).mean() - getattr(terms, name).mean())
            assert float(getattr(whole, f"{name}_influence")[left_out]) == pytest.approx(29 * lost, abs=1e-9)


def test_influences_tell_the_spread_over_other_generated_samples() -> None:
    """Half of them nearly alike: the jackknife is too wide, by less than twice, never too narrow."""
    rng = torch.Generator().manual_seed(0)
    real = torch.randn(300, 2, generator=rng)

    def draw() -> torch.Tensor:
        points = torch.randn(150, 2, generator=rng)
        points[:75] *= 0.1
        return points

    found = [neighbour_terms(real, draw()) for _ in range(60)]
    for name in ("recall", "coverage"):
        sd = torch.stack([getattr(terms, name).mean() for terms in found]).std()
        errors = torch.stack([getattr(terms, f"{name}_influence").std() / 150**0.5 for terms in found])
        assert 1 < float(errors.square().mean().sqrt() / sd) < 2.1


def test_collapse_is_precise_and_covers_little():
    rng = torch.Generator().manual_seed(0)
    real, collapsed = torch.randn(300, 4, generator=rng), 0.01 * torch.randn(300, 4, generator=rng)
    precision, recall = precision_recall(real, collapsed)
    assert precision == 1
    assert recall < 0.05
    density, coverage = density_coverage(real, collapsed)
    assert density > 1
    assert coverage < 0.5


def test_a_twin_is_a_neighbour_at_distance_zero():
    """Far from the origin rounding must not let a sample count as its own first neighbour."""
    twins = torch.tensor([[1e4 + 1 / 3], [1e4 + 1 / 3], [2e4]])
    assert precision_recall(twins, twins[:2], 1)[0] == 1


def test_blocks_change_nothing(monkeypatch):
    rng = torch.Generator().manual_seed(0)
    real, generated = torch.randn(40, 3, generator=rng), torch.randn(30, 3, generator=rng)
    whole = neighbour_terms(real, generated)
    monkeypatch.setattr("ganatomy.metrics.neighbours.rows_at_once", lambda _: 7)
    for ours, blocked in zip(whole, neighbour_terms(real, generated), strict=True):
        assert torch.equal(ours, blocked)


def test_what_cannot_be_is_told():
    with pytest.raises(ConfigError, match="neighbours is 0; give 1 or more"):
        precision_recall(REAL, GENERATED, 0)
    with pytest.raises(DataError, match="there are 3 real samples; this metric needs 4 or more"):
        precision_recall(REAL, GENERATED, 3)
