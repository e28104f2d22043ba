"""Settings of the score command."""

from pathlib import Path

import pytest

from ganatomy.config.jsonable import from_json, to_json
from ganatomy.config.score import MetricOptions, ScoreConfig
from ganatomy.errors import ConfigError

RUNS = (Path("a"), Path("b"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"runs": ()}, "no run given; give one run directory or more"),
        ({"runs": (Path("a"), Path("a"))}, r"runs are \['a', 'a'\]; give each once"),
        ({"metrics": ("fd", "fd")}, r"metrics are \['fd', 'fd'\]; give each once"),
        ({"num_images": 1}, "num_images is 1; give 2 or more"),
        ({"num_real": 1}, "num_real is 1; give 2 or more"),
        ({"batch_size": 0}, "batch_size is 0; give 1 or more"),
        ({"seed": -1}, "seed is -1; give 0 or more"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        ScoreConfig(**{"runs": RUNS, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"is_splits": 0}, "is_splits is 0; give 1 or more"),
        ({"kd_subset_size": -1}, "kd_subset_size is -1; give 2 or more, or leave it out"),
        ({"level": float("nan")}, "level is nan; give a share between 0 and 1, such as 0.95"),
        ({"mode_deviations": float("inf")}, "mode_deviations is inf; give a finite number above 0"),
        ({"kd_subset_size": 1}, "kd_subset_size is 1; give 2 or more"),
        ({"level": 1.0}, "level is 1.0; give a share between 0 and 1"),
    ],
)
def test_options_that_cannot_be_used_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        MetricOptions(**changes)


def test_subsets_have_1000_samples_or_all_or_what_was_asked_for():
    assert MetricOptions().subset_size(50_000) == 1000
    assert MetricOptions().subset_size(500) == 500
    assert MetricOptions(kd_subset_size=100).subset_size(500) == 100


def test_settings_come_back_from_json():
    config = ScoreConfig(RUNS, metrics=("fd", "kd"), options=MetricOptions(kd_subsets=7))
    assert from_json(ScoreConfig, to_json(config)) == config
