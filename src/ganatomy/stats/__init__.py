"""Mergeable statistics: any split of the data and any order of merges equal one pass."""

from ganatomy.stats.joint import JointHistogram
from ganatomy.stats.moments import Moments
from ganatomy.stats.resampling import (
    Estimate,
    Interval,
    bootstrap,
    percentile_interval,
    percentile_intervals,
    resampled_means,
)
from ganatomy.stats.tests import false_discovery_rates, jackknife_error, t_quantile, t_tail, welch_p_values
from ganatomy.stats.top import TopSamples

__all__ = [
    "Estimate",
    "Interval",
    "JointHistogram",
    "Moments",
    "TopSamples",
    "bootstrap",
    "false_discovery_rates",
    "jackknife_error",
    "percentile_interval",
    "percentile_intervals",
    "resampled_means",
    "t_quantile",
    "t_tail",
    "welch_p_values",
]
