import pytest
import torch
from tests.evolve import nets
from tests.reference.egan import mutation_gradient

from ganatomy.evolve.environment import Environment
from ganatomy.evolve.mutation import objective_gradients
from ganatomy.evolve.objectives import OBJECTIVES

ENVIRONMENTS = {
    "batch norm couples samples": nets.environment(),
    "no layer couples samples": nets.environment(batch_norm=False),
    "many logits an image": nets.patch_environment(),
}


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
@pytest.mark.parametrize("batch_norm", [True, False])
def test_shared_forward_gives_the_gradients_of_separate_ones(environment: Environment, batch_norm: bool) -> None:
    # 1e-5 relative: single precision, sums in another order
    generator = nets.generator(batch_norm=batch_norm)
    z = torch.randn(6, 5, generator=torch.Generator().manual_seed(0))
    for objective, gradients in objective_gradients(generator, environment, z, None, tuple(OBJECTIVES.values())):
        expected = mutation_gradient(generator, environment, z, objective.name)
        scale = max(g.abs().max() for g in expected)
        for ours, theirs in zip(gradients, expected, strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5 * float(scale))


def test_the_discriminator_is_left_alone() -> None:
    environment = nets.environment()
    before = {name: value.clone() for name, value in environment.discriminator.state_dict().items()}
    list(objective_gradients(nets.generator(), environment, torch.randn(6, 5), None, tuple(OBJECTIVES.values())))
    assert all(p.grad is None for p in environment.parameters)
    for name, value in environment.discriminator.state_dict().items():
        assert torch.equal(value, before[name])
