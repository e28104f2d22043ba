"""What a metric may be called."""

import typing

import pytest

from ganatomy.config.score import MetricName, MetricOptions
from ganatomy.errors import ConfigError
from ganatomy.metrics.names import IMAGE_METRICS, INCEPTION_FINGERPRINT, METRICS, POINT_METRICS, metric, printed_name


def test_settings_know_the_same_metrics():
    assert set(typing.get_args(MetricName)) == set(METRICS)
    assert {*IMAGE_METRICS, *POINT_METRICS} == set(METRICS)


def test_options_of_a_metric_are_options():
    names = {name for known in METRICS.values() for name in known.options}
    assert names <= set(vars(MetricOptions()))
    assert set(vars(MetricOptions())) - names == {"resamples", "level"}


@pytest.mark.parametrize(
    ("name", "extractor", "printed"),
    [
        ("fd", "inception", "FID"),
        ("is", "inception", "IS"),
        ("kd", "inception", "KID"),
        ("mind", "inception", "MIND"),
        ("precision", "inception", "precision[inception]"),
        ("fd", "resnet56", "FD[resnet56]"),
        ("is", "resnet56", "IS[resnet56]"),
        ("kd", "inception2", "KD[inception2]"),
        ("fd", "Inception", "FD[Inception]"),
        ("mmd", "points", "MMD"),
        ("modes", "points", "modes covered"),
        ("fd", "points", "FD[points]"),
    ],
)
def test_only_the_real_inception_gives_fid(name, extractor, printed):
    assert printed_name(name, extractor, INCEPTION_FINGERPRINT) == printed


def test_inception_with_other_weights_is_another_network():
    assert printed_name("fd", "inception", "0123456789abcdef") == "FD[inception]"
    assert printed_name("mmd", "points") == "MMD"


def test_an_unknown_metric_is_told():
    with pytest.raises(ConfigError, match="no metric 'fid'; choose from fd, is, kd, precision"):
        metric("fid")
