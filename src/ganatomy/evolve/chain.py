"""Mutation in a chain, as a fault of E-GAN's Theano code has it: variation and selection in one.

There the list of survivors is the list that parents are taken from, so what is kept is what the next child starts
from. With one parent the first objective's step is always taken, and each further objective's on top of it where that
makes the generator fitter: one to three steps a generation, where the paper has one. Curves along generations gain by
that, and no generation is without a step of the first objective. Each child waits for the fitness of the one before, so
an accelerator is waited for at every child.
"""

import math
from collections.abc import Callable, Iterator, Sequence

from ganatomy.evolve.evaluation import Candidate, figures
from ganatomy.evolve.objectives import Objective
from ganatomy.evolve.population import Individual

Vary = Callable[[Individual, tuple[Objective, ...]], Iterator[Individual]]
"""The children of an individual, one for each objective."""
Evaluate = Callable[[Individual, int, str], Candidate]
"""The candidate that an individual is, with the index of its parent and what it was made by."""


def chain(
    population: Sequence[Individual], objectives: Sequence[Objective], vary: Vary, evaluated: Evaluate, gamma: float
) -> tuple[list[Candidate], list[int]]:
    """Return all candidates in turn, and the indices of those that hold a place at the end.

    The first children fill the places of the parents, each further one takes that of the least fit child if it is
    fitter. A child starts from whoever holds its parent's place by then. Unlike in that code, one without a finite
    fitness takes no place.

    Args:
        population: the parents, of which each has a place.
        objectives: what children are made under, in this order.
        vary: makes children.
        evaluated: evaluates them.
        gamma: weight of diversity in the fitness.
    """
    places = list(population)
    candidates: list[Candidate] = []
    held: list[int] = []
    values: list[float] = []
    for parent in range(len(places)):
        for objective in objectives:
            (child,) = vary(places[parent], (objective,))
            candidate = evaluated(child, parent, objective.name)
            candidates.append(candidate)
            fitness = figures([candidate], gamma)[0].fitness
            if not math.isfinite(fitness):
                continue
            if len(held) < len(places):
                place = len(held)
                held.append(place)
                values.append(fitness)
            else:
                place = min(range(len(held)), key=values.__getitem__)
                if fitness <= values[place]:
                    continue
            places[place], held[place], values[place] = candidate.individual, len(candidates) - 1, fitness
    return candidates, held
