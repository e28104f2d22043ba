import pytest
import torch

from ganatomy.segment.training.schedule import CLOCK_STEPS, Budget, one_cycle


@pytest.mark.parametrize("steps", [2, 11, 25, 400])
def test_by_steps_it_is_the_cycle_of_torch(steps: int) -> None:
    optimizer = torch.optim.AdamW([torch.zeros(1, requires_grad=True)], lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps, pct_start=0.1)
    for step in range(steps):
        group = optimizer.param_groups[0]
        assert Budget(steps).rates(step, 0.0, 3e-3) == pytest.approx((group["lr"], group["betas"][0]), rel=1e-12)
        optimizer.step()
        if step + 1 < steps:
            schedule.step()


def test_by_the_clock_it_has_the_same_form() -> None:
    budget = Budget(minutes=2)
    assert budget.rates(0, 0.0, 1.0) == pytest.approx((1 / 25, 0.95))
    assert budget.rates(5, 12.0, 1.0) == pytest.approx((1.0, 0.85), abs=1e-6)
    assert budget.rates(9, 6.0, 1.0) == pytest.approx(((1 + 1 / 25) / 2, 0.9), abs=1e-4)
    assert budget.rates(9, 66.0, 1.0) == pytest.approx((0.5, 0.9), abs=1e-4)
    assert budget.rates(9, 120.0, 1.0) == pytest.approx((4e-6, 0.95), abs=1e-9)
    assert budget.rates(9, 999.0, 1.0) == pytest.approx((4e-6, 0.95), abs=1e-9)


def test_a_single_step_has_a_cycle_too() -> None:
    assert one_cycle(0, 1, 1.0)[0] > 0
    assert one_cycle(0, 10, 1.0) == (1.0, 0.85)


def test_the_first_stop_that_is_reached_counts() -> None:
    budget = Budget(steps=100, minutes=1)
    assert budget.share(50, 15) == 0.5
    assert budget.share(50, 45) == 0.75
    assert budget.share(200, 0) == 1.0
    assert Budget(minutes=1).share(10**6, 15) == 0.25
    assert Budget(steps=10).share(5, 10**6) == 0.5
    assert budget.rates(50, 45, 1.0) == one_cycle(0.75 * (CLOCK_STEPS - 1), CLOCK_STEPS, 1.0)
