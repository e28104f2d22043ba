"""Individuals: a generator with its optimizer state, copied whole before each mutation."""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class AdamSettings:
    """Learning rate and moment decays of Adam."""

    learning_rate: float = 2e-4
    beta1: float = 0.0
    beta2: float = 0.99

    def optimizer(self, module: nn.Module) -> torch.optim.Adam:
        """Return Adam over the parameters of `module` that learn."""
        learning = [p for p in module.parameters() if p.requires_grad]
        return torch.optim.Adam(learning, lr=self.learning_rate, betas=(self.beta1, self.beta2))


@dataclass(frozen=True)
class Individual:
    """A generator and the optimizer that has brought it here."""

    generator: nn.Module
    optimizer: torch.optim.Adam

    def copy(self) -> "Individual":
        """Return an individual that shares no tensor with this one.

        Module and optimizer are copied together, so that the copied moments belong to the copied weights.
        `Optimizer.load_state_dict` keeps references to the tensors it is given and would let the second
        offspring start from the first one's moments.
        """
        generator, optimizer = copy.deepcopy((self.generator, self.optimizer))
        return Individual(generator, optimizer)

    def step(self, gradients: tuple[Tensor, ...]) -> None:
        """Take one Adam step along `gradients`, one for each parameter, in place."""
        for parameter, gradient in zip(self.generator.parameters(), gradients, strict=True):
            parameter.grad = gradient
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
