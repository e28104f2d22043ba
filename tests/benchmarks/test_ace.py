"""The benchmark of causes counts what was made, and tells whether schedules agree."""

import json

import pytest
from benchmarks.ace import main, spearman


def test_passes_are_printed_beside_those_of_the_released_code(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--quick", "--pool", "64", "--steps", "2", "--num-images", "12", "--dissected", "40"]
    main([*words, "--json", "--concepts", "sky", "tree"])
    told = json.loads(capsys.readouterr().out)
    for schedule, pairs in (("published", 20), ("quick", 24)):
        row = told["schedules"][schedule]
        assert row["passes_official"] == 103_000
        assert row["by_purpose"]["pool"] == 32
        assert row["by_purpose"]["optimisation"] <= 2 * 2 * pairs
        assert row["by_purpose"]["evaluation"] == 4 * 3 * 12 + 6
        assert row["passes_ours"] == sum(row["by_purpose"].values())
        assert row["ratio"] == row["passes_ours"] / 103_000
        assert row["seconds"] > 0
    assert [row["concept"] for row in told["together"]] == ["sky", "tree"]
    main([*words, "--concepts", "sky"])
    assert "of the released code's 103,000 (required 0.25)" in capsys.readouterr().out


def test_equal_values_share_their_rank() -> None:
    assert spearman([0, 0, 1, 2], [0, 0, 5, 9]) == pytest.approx(1)
    assert spearman([0, 1, 2], [2, 1, 0]) == pytest.approx(-1)
