"""Intervals: exact for means, and the resamples of terms against resamples of samples for every smooth metric."""

import pytest
import torch

from ganatomy.errors import ConfigError, DataError
from ganatomy.metrics.bootstrap import Estimate, bootstrap, percentiles
from ganatomy.metrics.frechet import frechet_distance, frechet_terms
from ganatomy.metrics.inception_score import inception_score
from ganatomy.metrics.kernel import kernel_terms, subset_distances
from ganatomy.metrics.mind import sliced_distance
from ganatomy.metrics.mmd import maximum_mean_discrepancy
from ganatomy.stats.moments import Moments

N = 250


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_percentiles_hold_the_middle():
    assert percentiles(torch.arange(101.0), level=0.9) == pytest.approx((5, 95))


def test_a_mean_has_the_interval_of_the_normal_law():
    terms = torch.randn(4000, generator=rng(), dtype=torch.float64)
    low, high = Estimate(7.0, terms).interval(rng(1), resamples=2000)
    assert low == pytest.approx(7 - 1.96 / 4000**0.5, abs=0.003)
    assert high == pytest.approx(7 + 1.96 / 4000**0.5, abs=0.003)


def test_an_interval_depends_on_the_seed_alone_and_not_on_the_level_of_the_terms():
    terms = torch.randn(50, generator=rng(), dtype=torch.float64)
    again = Estimate(1.0, terms + 5).interval(rng(1))
    assert Estimate(1.0, terms).interval(rng(1)) == pytest.approx(again, abs=1e-12)
    assert Estimate(1.0, terms).interval(rng(2)) != Estimate(1.0, terms).interval(rng(1))


def test_many_resamples_are_drawn_in_blocks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ganatomy.metrics.bootstrap._DRAWS_AT_ONCE", 120)
    low, high = Estimate(0.0, torch.arange(50.0)).interval(rng(), resamples=99)
    assert low < 0 < high


def test_the_interval_of_a_share_stays_within_zero_and_one():
    terms = torch.zeros(10, dtype=torch.float64)
    terms[0] = 1
    low, _ = Estimate(float(terms.mean()), terms).interval(rng(1))
    assert low == 0
    _, high = Estimate(float((1 - terms).mean()), 1 - terms).interval(rng(1))
    assert high == 1


def test_bootstrap_of_a_constant_has_no_width():
    assert percentiles(bootstrap(lambda s: float(s.mean()), torch.ones(9), rng(), 20)) == (1, 1)


def smooth_metrics():
    x = torch.randn(N + 50, 4, generator=rng(), dtype=torch.float64)
    y = torch.randn(N, 4, generator=rng(1), dtype=torch.float64) * 1.3 + 0.4
    logits = 2 * torch.randn(N, 4, generator=rng(2), dtype=torch.float64)
    real = Moments.of(x)
    directions = torch.nn.functional.normalize(torch.randn(40, 4, generator=rng(3), dtype=torch.float64))

    def frechet(s):
        return Estimate(frechet_distance(real, Moments.of(s)), frechet_terms(real, s))

    def kernel(s):
        every = [(torch.arange(len(x)), torch.arange(len(s)))]
        return Estimate(float(subset_distances(x, s, every)), kernel_terms(x, s))

    return [
        pytest.param(frechet, y, id="frechet"),
        pytest.param(kernel, y, id="kernel"),
        pytest.param(lambda s: sliced_distance(x[:N], s, directions, 12), y, id="mind"),
        pytest.param(lambda s: maximum_mean_discrepancy(x, s), y, id="mmd"),
        pytest.param(lambda s: inception_score(s, splits=1), logits, id="inception score"),
    ]


@pytest.mark.parametrize(("metric", "samples"), smooth_metrics())
def test_terms_are_the_first_order_of_the_metric(metric, samples):
    """Resampling terms spreads a metric as resampling samples does, but without the bias of duplicates.

    The deviations agree to 15 %: 150 resamples leave them uncertain by 6 %, the second order does the rest.
    """
    estimate = metric(samples)
    brute = bootstrap(lambda s: metric(s).value, samples, rng(5), resamples=150)
    terms = bootstrap(lambda t: float(t.mean()), estimate.terms, rng(5), resamples=150)
    assert float(terms.std()) == pytest.approx(float(brute.std()), rel=0.15)
    assert float(torch.corrcoef(torch.stack([brute, terms]))[0, 1]) > 0.95  # the same draws move both alike


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: percentiles(torch.ones(3), 1.0), ConfigError, "level is 1.0; give a share between 0 and 1"),
        (lambda: bootstrap(len, torch.ones(3), rng(), 0), ConfigError, "resamples is 0; give 1 or more"),
        (lambda: bootstrap(len, torch.ones(0), rng()), DataError, "there are no samples to resample"),
        (lambda: Estimate(1.0, torch.ones(0)).interval(rng()), DataError, "there are no samples to resample"),
    ],
)
def test_what_cannot_be_resampled_is_told(call, error, message):
    with pytest.raises(error, match=message):
        call()
