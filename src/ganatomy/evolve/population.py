"""Individuals: a generator with its optimizer state, copied whole before each mutation."""

import copy
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

FURTHEST = 10.0
"""The largest factor of a trait, and of the smallest one the inverse: a walk that few generations select has no end."""

Moments = list[dict[str, Tensor]]
"""Adam's state of each parameter: step, first and second moment."""


@dataclass(frozen=True)
class AdamSettings:
    """Learning rate and moment decays of Adam."""

    learning_rate: float = 2e-4
    beta1: float = 0.0
    beta2: float = 0.99

    def optimizer(self, module: nn.Module) -> torch.optim.Adam:
        """Return Adam over the parameters of `module` that learn, all of them in one kernel."""
        learning = [p for p in module.parameters() if p.requires_grad]
        return torch.optim.Adam(learning, lr=self.learning_rate, betas=(self.beta1, self.beta2), fused=True)


@dataclass(frozen=True)
class Traits:
    """What a child inherits beside weights, each as a factor of the setting."""

    learning_rate: float = 1.0
    """Of its own mutations."""
    r1: float = 1.0
    """Of the R1 penalty, while it is the fittest survivor."""
    ema: float = 1.0
    """Of the averaging half-life, while it is the fittest survivor."""

    def perturbed(self, spread: float, rng: torch.Generator) -> "Traits":
        """Return traits whose logarithms are moved by normal numbers of standard deviation `spread`, up to a bound."""
        moves = torch.randn(3, generator=rng, device=rng.device).mul(spread).tolist()
        factors = (factor * math.exp(move) for factor, move in zip(vars(self).values(), moves, strict=True))
        return Traits(*(min(max(factor, 1 / FURTHEST), FURTHEST) for factor in factors))


@dataclass(frozen=True)
class Individual:
    """A generator, the optimizer that has brought it here, and what else its children inherit."""

    generator: nn.Module
    optimizer: torch.optim.Adam
    traits: Traits = field(default_factory=Traits)
    objective: str | None = None
    """The objective of its last mutation; None before the first."""

    def copy(self) -> "Individual":
        """Return an individual that shares no tensor with this one.

        `Optimizer.load_state_dict` keeps references to the tensors it is given and would let the second
        offspring start from the first one's moments: moments are cloned here.
        """
        return self.child(self.objective, self.traits)

    def child(self, objective: str | None, traits: Traits, moments: Moments | None = None) -> "Individual":
        """Return a copy that is to be mutated under `objective`.

        Args:
            objective: what its mutation minimises.
            traits: its learning rate is the optimizer's default times theirs.
            moments: the optimizer's state that it starts from, its own from now on; None copies its parent's.
        """
        generator = clone_module(self.generator)
        learning = [p for p in generator.parameters() if p.requires_grad]
        optimizer = type(self.optimizer)(learning, **self.optimizer.defaults)
        for group, own in zip(optimizer.param_groups, self.optimizer.param_groups, strict=True):
            group.update({name: value for name, value in own.items() if name != "params"})
            group["lr"] = optimizer.defaults["lr"] * traits.learning_rate
        inherited = adam_moments(self.optimizer) if moments is None else moments
        set_adam_moments(optimizer, inherited, copied=moments is None)
        return Individual(generator, optimizer, traits, objective)

    def step(self, gradients: tuple[Tensor, ...]) -> None:
        """Take one Adam step along `gradients`, one for each parameter, in place."""
        for parameter, gradient in zip(self.generator.parameters(), gradients, strict=True):
            parameter.grad = _laid_out_like(parameter, gradient)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)


def clone_module(module: nn.Module) -> nn.Module:
    """Return a copy of `module` with parameters and buffers of its own; everything else is shared.

    `copy.deepcopy` gives the same in ten times the time, which is a quarter of a generation of small networks.
    """
    twin = copy.copy(module)
    twin._parameters = {
        name: None if p is None else nn.Parameter(p.detach().clone(), p.requires_grad)
        for name, p in module._parameters.items()
    }
    twin._buffers = {name: None if b is None else b.clone() for name, b in module._buffers.items()}
    twin._modules = {name: m if m is None else clone_module(m) for name, m in module._modules.items()}
    return twin


def adam_moments(optimizer: torch.optim.Adam) -> Moments:
    """Return the state of each parameter, in their order; not copied, empty before the first step."""
    return [optimizer.state.get(p, {}) for group in optimizer.param_groups for p in group["params"]]


def set_adam_moments(
    optimizer: torch.optim.Adam, moments: list[Mapping[str, Tensor]] | Moments, copied: bool = True
) -> None:
    """Give the optimizer `moments`, on the devices of its parameters and laid out like them; no moments are none yet.

    Args:
        optimizer: what it had before is gone.
        moments: the state of each parameter.
        copied: whether their tensors stay another's, or become the optimizer's where they fit.
    """
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    optimizer.state.clear()
    for parameter, kept in zip(parameters, moments, strict=bool(moments)):
        own = {name: (value.clone() if copied else value).to(parameter.device) for name, value in kept.items()}
        optimizer.state[parameter] = {name: _laid_out_like(parameter, value) for name, value in own.items()}


def _laid_out_like(parameter: Tensor, value: Tensor) -> Tensor:
    """Return `value`, in the parameter's memory order if it is no scalar: fused Adam looks past strides."""
    if value.dim() == 0 or value.stride() == parameter.stride():
        return value
    return torch.empty_like(parameter, dtype=value.dtype).copy_(value)


@dataclass
class ObjectiveMoments:
    """One Adam state for each objective, which every child of that objective carries on (E-GAN's Theano code).

    A mutation is then normalised by its own gradients. With inherited state, the paper's PyTorch port, the tiny
    gradients of minimax under a strong discriminator are divided by moments from the heuristic's large ones and
    the step is almost nothing.
    """

    of: dict[str, Moments] = field(default_factory=dict)

    def start(self, objective: str) -> Moments:
        """Give away the state that the next child of `objective` starts from; none before its first step.

        It is not copied, so it comes back by `take_from` before another child of the objective can start.
        """
        return self.of.pop(objective, [])

    def forget(self, objectives: Iterable[str]) -> None:
        """Start afresh under `objectives`, whose children have died: one gradient that is no number is one too many."""
        for objective in objectives:
            self.of.pop(objective, None)

    def take_from(self, child: Individual) -> None:
        """Take the child's state for the next child of its objective, whether or not this one lives on."""
        self.of[str(child.objective)] = [dict(kept) for kept in adam_moments(child.optimizer)]
        child.optimizer.state.clear()
