import torch
from tests.evolve import nets


def ones(individual):
    return tuple(torch.ones_like(p) for p in individual.generator.parameters())


def test_siblings_start_from_the_same_weights_and_moments() -> None:
    (parent,) = nets.population()
    parent.step(ones(parent))
    first, second = parent.copy(), parent.copy()
    first.step(ones(first))
    first.step(ones(first))
    second.step(ones(second))
    third = parent.copy()
    third.step(ones(third))
    for a, b in zip(second.generator.parameters(), third.generator.parameters(), strict=True):
        assert torch.equal(a, b)
    assert all(moments["step"] == 1 for moments in parent.optimizer.state.values())
    assert all(moments["step"] == 3 for moments in first.optimizer.state.values())


def test_a_copy_shares_no_storage() -> None:
    (parent,) = nets.population()
    parent.step(ones(parent))
    child = parent.copy()
    ours = {p.data_ptr() for p in child.generator.state_dict().values()}
    assert ours.isdisjoint(p.data_ptr() for p in parent.generator.state_dict().values())
    moments = [m["exp_avg"].data_ptr() for m in child.optimizer.state.values()]
    assert set(moments).isdisjoint(m["exp_avg"].data_ptr() for m in parent.optimizer.state.values())


def test_the_copied_optimizer_moves_the_copied_weights() -> None:
    (parent,) = nets.population()
    before = [p.clone() for p in parent.generator.parameters()]
    child = parent.copy()
    child.step(ones(child))
    for old, kept, new in zip(before, parent.generator.parameters(), child.generator.parameters(), strict=True):
        assert torch.equal(old, kept)
        assert (new < old).all()
