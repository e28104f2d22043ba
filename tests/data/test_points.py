"""An endless stream of points that can be stopped and resumed anywhere."""

import pytest
import torch

from ganatomy.data.mixtures import MIXTURES, centres
from ganatomy.data.points import Mixture, PointBatches
from ganatomy.errors import ConfigError, IncompatibleRun


@pytest.mark.parametrize("name", MIXTURES)
def test_points_go_on_where_they_were_stopped(name: str) -> None:
    whole, stopped = (PointBatches(Mixture(name), seed=3) for _ in range(2))
    assert torch.equal(whole.next(5), stopped.next(5))
    resumed = PointBatches(Mixture(name), seed=99)
    resumed.load_state(stopped.state())
    for n in (1, 7):
        points = whole.next(n)
        assert (points.shape, points.dtype) == ((n, 2), torch.float32)
        assert torch.equal(points, resumed.next(n))


def test_a_state_is_not_moved_by_what_is_drawn_after_it() -> None:
    batches = PointBatches(Mixture("8gaussians"), seed=0)
    state = batches.state()
    first = batches.next(4)
    assert not torch.equal(first, batches.next(4))
    batches.load_state(state)
    assert torch.equal(batches.next(4), first)


def test_the_seed_decides() -> None:
    points = [PointBatches(Mixture("8gaussians"), seed=seed).next(6) for seed in (0, 0, 1)]
    assert torch.equal(points[0], points[1])
    assert not torch.equal(points[0], points[2])


def test_points_are_of_the_mixture() -> None:
    points = PointBatches(Mixture("25gaussians"), seed=0).next(500)
    assert torch.cdist(points, centres("25gaussians")).min(1).values.max() < 0.1  # 5.7 standard deviations of .0177


def test_an_unknown_mixture_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"no mixture '9gaussians'; there are 8gaussians, 25gaussians, swissroll"):
        Mixture("9gaussians")


@pytest.mark.parametrize(("state", "was"), [({"mixture": "swissroll"}, "swissroll"), ({"num_images": 3}, "None")])
def test_a_state_of_other_data_is_refused(state: dict[str, object], was: str) -> None:
    with pytest.raises(IncompatibleRun) as caught:
        PointBatches(Mixture("8gaussians"), seed=0).load_state(state)
    assert str(caught.value) == (
        f"cannot resume the data: points were {was} and are now 8gaussians; give the same data, or start a new run"
    )
