"""Protocols keep apart what was measured differently."""

import inspect
from dataclasses import fields, replace

import pytest

from ganatomy.config.score import MetricOptions
from ganatomy.errors import IncompatibleRun
from ganatomy.metrics import inception_score, kernel, mind, modes, neighbours
from ganatomy.metrics.names import METRICS
from ganatomy.metrics.protocol import FREE, Protocol, Score, require_comparable
from ganatomy.stats import resampling

PROTOCOL = Protocol("resnet56", "ab", "none", "cifar", "cd", "train", 32, 1000, 500)


def score(value: float = 1.0, metric: str = "fd", **changes) -> Score:
    return Score(metric, value, value - 1, value + 1, 0.95, replace(PROTOCOL, **changes))


def test_scores_of_one_protocol_are_compared():
    assert score(5.0) - score(3.0) == 2
    assert score(3.0).is_better_than(score(5.0))
    assert not score(3.0).is_better_than(score(3.0))
    assert not score(float("nan")).is_better_than(score(3.0))
    assert score(5.0, "recall").is_better_than(score(3.0, "recall"))
    assert score().name == "FD[resnet56]"


def test_seed_weights_and_names_of_data_may_differ():
    assert score(5.0) - score(3.0, seed=1, weights="best", data="cifar-10") == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"extractor": "ade20k"}, "extractor is resnet56 and ade20k"),
        ({"fingerprint": "xy"}, "fingerprint is ab and xy"),
        ({"resize": "bilinear to 299"}, "resize is none and bilinear to 299"),
        ({"data_fingerprint": "ef"}, "data_fingerprint is cd and ef"),
        ({"data_fingerprint": "ef", "data": "photos"}, "data_fingerprint is cd and ef; data are cifar and photos"),
        ({"split": "test"}, "split is train and test"),
        ({"image_size": 64}, "image_size is 32 and 64"),
        ({"num_real": 7}, "num_real is 1000 and 7"),
        ({"num_generated": 7}, "num_generated is 500 and 7"),
        ({"version": 2}, "version is 1 and 2"),
        ({"num_real": 7, "split": "test"}, "split is train and test; num_real is 1000 and 7"),
    ],
)
def test_any_other_difference_refuses_and_is_named(changes, message):
    with pytest.raises(IncompatibleRun) as raised:
        _ = score() - score(**changes)
    assert str(raised.value) == (
        f"the scores were measured differently and cannot be compared: {message}; score both again by one protocol"
    )


def test_every_field_of_a_protocol_counts_unless_it_is_free():
    for item in fields(Protocol):
        assert bool(PROTOCOL.differences(replace(PROTOCOL, **{item.name: "other"}))) is (item.name not in FREE)


def test_different_metrics_refuse():
    with pytest.raises(IncompatibleRun, match="metric is fd and kd"):
        require_comparable(score(), score(metric="kd"))


def test_options_count_for_their_own_metric_alone():
    other = {"options": MetricOptions(kd_subsets=5, resamples=10)}
    assert score() - score(**other) == 0
    with pytest.raises(IncompatibleRun, match="kd_subsets is 100 and 5"):
        _ = score(metric="kd") - score(metric="kd", **other)
    for name, known in METRICS.items():
        assert [d.split()[0] for d in PROTOCOL.differences(replace(PROTOCOL, **other), (name,))] == [
            option for option in known.options if option == "kd_subsets"
        ]


def test_the_options_of_settings_are_the_defaults_of_the_functions():
    options = MetricOptions()
    assert options.is_splits == inception_score.SPLITS
    assert options.kd_subsets == kernel.SUBSETS
    assert options.subset_size(10_000) == kernel.SUBSET_SIZE
    assert options.precision_neighbours == neighbours.PRECISION_NEIGHBOURS
    assert options.density_neighbours == neighbours.DENSITY_NEIGHBOURS
    assert options.mind_projections == mind.PROJECTIONS
    assert options.mode_deviations == modes.DEVIATIONS
    assert options.mode_covered_from == modes.COVERED_FROM
    assert options.resamples == resampling.RESAMPLES
    assert options.level == resampling.LEVEL
    assert inspect.signature(kernel.kernel_distance).parameters["subset_size"].default == 1000
