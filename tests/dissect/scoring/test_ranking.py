"""Units ranked for one concept: by their IoU with it, with intervals and nulls of that concept."""

import numpy as np
import pytest
from tests.dissect.scoring.test_units import CONCEPTS, counted

from ganatomy.dissect.scoring.profiles import PROFILES, sharing_counts
from ganatomy.dissect.scoring.ranking import rank_units
from ganatomy.dissect.scoring.units import report_layer
from ganatomy.errors import ConfigError


def ranked(concept: str, blocks: int = 4, profile: str = "paper", seed: int = 0):
    rules, rng = PROFILES[profile], np.random.default_rng(seed)
    counts = counted(blocks=blocks, rules=rules)
    report = report_layer("layer1", counts, CONCEPTS, rules, sharing_counts(rules), rng)
    return report, rank_units(report, counts, concept, rng)


@pytest.mark.parametrize("profile", ["paper", "compat", "netdissect"])
def test_order_and_iou_are_those_of_the_report(profile: str) -> None:
    report, units = ranked("tree", profile=profile)
    assert [(unit.unit, unit.iou) for unit in units] == report.ranking("tree")
    assert [unit.own_concept for unit in units] == [report.units[unit.unit].concept for unit in units]


def test_nulls_are_those_of_the_concept_asked_for() -> None:
    report, units = ranked("sky")
    column = CONCEPTS.names.index("sky")
    for unit in units:
        assert unit.shuffled_iou == report.nulls.shuffled[unit.unit, column]
        assert unit.shifted_iou == report.nulls.shifted[unit.unit, column]
        assert unit.null == max(unit.shuffled_iou, unit.shifted_iou)


def test_the_interval_of_a_units_own_concept_is_that_of_its_row() -> None:
    report, units = ranked("tree", blocks=12)
    first = units[0]
    assert first.own_concept == "tree"
    assert first.interval == pytest.approx(report.units[first.unit].iou_interval, abs=0.05)  # two draws of resamples


def test_one_block_leaves_nothing_to_resample() -> None:
    for unit in ranked("sky", blocks=1)[1]:
        assert unit.interval == pytest.approx((unit.iou, unit.iou))


def test_intervals_hold_the_iou() -> None:
    for unit in ranked("leaf", blocks=12)[1]:
        assert unit.interval.low <= unit.iou <= unit.interval.high


def test_a_concept_that_there_is_not_is_refused() -> None:
    with pytest.raises(ConfigError, match="no concept 'skye'; did you mean 'sky'"):
        ranked("skye")
