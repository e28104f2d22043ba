import math

import numpy as np
import pytest
import torch
from scipy import stats

from ganatomy.data.mixtures import MIXTURES, centres, sample, standard_deviation
from ganatomy.errors import ConfigError
from ganatomy.seeds import stream


@pytest.mark.parametrize(("name", "modes", "sd"), [("8gaussians", 8, 0.014144), ("25gaussians", 25, 0.017680)])
def test_points_lie_around_the_centres(name: str, modes: int, sd: float) -> None:
    points = sample(name, 40_000, stream(0, name))
    assert points.shape == (40_000, 2)
    assert points.dtype == torch.float32
    distances, nearest = torch.cdist(points, centres(name)).min(dim=1)
    counts = torch.bincount(nearest, minlength=modes)
    assert stats.chisquare(counts).pvalue > 1e-3
    assert standard_deviation(name) == pytest.approx(sd, rel=1e-4)
    measured = (points - centres(name)[nearest]).std(dim=0)
    assert measured == pytest.approx([sd, sd], rel=0.02)  # 40,000 draws: relative error .0035
    assert distances.max() < 6 * sd


def test_eight_centres_lie_on_a_circle() -> None:
    expected = [(1.41443 * math.cos(k * math.pi / 4), 1.41443 * math.sin(k * math.pi / 4)) for k in range(8)]
    assert torch.allclose(centres("8gaussians"), torch.tensor(expected), atol=1e-5)


def test_twenty_five_centres_form_a_grid() -> None:
    expected = [(0.707214 * x, 0.707214 * y) for x in range(-2, 3) for y in range(-2, 3)]
    assert torch.allclose(centres("25gaussians"), torch.tensor(expected), atol=1e-5)


@pytest.mark.oracle
def test_swiss_roll_agrees_with_scikit_learn() -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    theirs = datasets.make_swiss_roll(20_000, noise=0.25, random_state=0)[0][:, [0, 2]] / 7.5
    ours = sample("swissroll", 20_000, stream(0, "roll")).double().numpy()
    assert ours.shape == theirs.shape
    for direction in ([1, 0], [0, 1], [1, 1], [1, -1]):
        assert stats.ks_2samp(ours @ direction, theirs @ direction).pvalue > 1e-3
    radii = [np.hypot(*points.T) for points in (ours, theirs)]
    assert stats.ks_2samp(*radii).pvalue > 1e-3


def test_swiss_roll_noise_is_scaled_too() -> None:
    assert standard_deviation("swissroll") == pytest.approx(1 / 30)


@pytest.mark.parametrize("name", MIXTURES)
def test_the_same_stream_gives_the_same_points(name: str) -> None:
    assert torch.equal(sample(name, 10, stream(1, "a")), sample(name, 10, stream(1, "a")))


def test_the_swiss_roll_has_no_centres() -> None:
    with pytest.raises(ConfigError, match=r"swissroll has no modes; those with modes are 8gaussians and 25gaussians"):
        centres("swissroll")


@pytest.mark.parametrize("use", [centres, standard_deviation, lambda name: sample(name, 1, stream(0, "a"))])
def test_an_unknown_mixture_is_refused(use: object) -> None:
    assert callable(use)
    with pytest.raises(ConfigError, match=r"no mixture '9gaussians'; there are 8gaussians, 25gaussians, swissroll"):
        use("9gaussians")
