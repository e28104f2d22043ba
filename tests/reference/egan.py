"""E-GAN's evaluation and mutation in the order of operations of the paper: every child on its own forwards."""

import torch
from torch import nn
from torch.nn import functional as F

from ganatomy.evolve.environment import Environment


def losses(s: torch.Tensor, name: str) -> torch.Tensor:
    p = torch.sigmoid(s)
    return {
        "minimax": torch.log(1 - p).mean(),
        "heuristic": -torch.log(p).mean(),
        "least_squares": ((p - 1) ** 2).mean(),
    }[name]


def mutation_gradient(generator: nn.Module, environment: Environment, z: torch.Tensor, name: str):
    """The gradient of one objective by backpropagation through everything."""
    logits = environment.judge(environment.features(generator(z), None)).mean(1)
    return torch.autograd.grad(losses(logits, name), list(generator.parameters()))


def fitness(generator: nn.Module, environment: Environment, z: torch.Tensor, real: torch.Tensor, gamma: float):
    """F = F_q + gamma F_d from one graph of the whole discriminator loss."""
    fake_logits = environment.judge(environment.features(generator(z).detach(), None))
    real_logits = environment.judge(environment.features(real, None))
    loss = F.binary_cross_entropy_with_logits(
        real_logits, torch.ones_like(real_logits)
    ) + F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
    gradient = torch.cat([g.flatten() for g in torch.autograd.grad(loss, environment.parameters)])
    f_q, f_d = torch.sigmoid(fake_logits).mean().item(), -torch.log(gradient.norm()).item()
    return f_q, f_d, f_q + gamma * f_d
