"""A perfect generator of points covers all modes, and what it scores is printed with its spread."""

import sys

import pytest
from benchmarks.perfect_points import main, scores


def test_a_perfect_generator_covers_all_modes_at_the_quality_of_the_mixture():
    found = scores("8gaussians", 500, 3)
    assert found["modes covered"] == [8, 8, 8]
    assert all(0.97 < share <= 1 for share in found["high-quality share"])
    assert len(set(found["MMD"])) == 3, "each seed has points of its own"
    assert scores("8gaussians", 500, 3) == found


def test_both_mixtures_are_printed(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["perfect_points.py", "--score-images", "200", "--seeds", "2"])
    main()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert lines[0].startswith("8gaussians   MMD")
    assert lines[-1].endswith("(sd over 2 seeds)")


@pytest.mark.parametrize("mixture", ["8gaussians", "25gaussians"])
def test_its_divergence_is_that_of_a_finite_sample(mixture):
    k, n = int(mixture.removesuffix("gaussians")), 2000
    values = scores(mixture, n, 5)["reverse KL"]
    assert sum(values) / 5 == pytest.approx((k - 1) / (2 * n), rel=0.6)
