"""E-GAN: the algorithm, and the loop that trains by it."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.evolve.adaptation import adapt_environment as adapt_environment
    from ganatomy.evolve.crossover import distil as distil
    from ganatomy.evolve.discrimination import DISCRIMINATOR_LOSSES as DISCRIMINATOR_LOSSES
    from ganatomy.evolve.discrimination import DiscriminatorLoss as DiscriminatorLoss
    from ganatomy.evolve.discrimination import Penalties as Penalties
    from ganatomy.evolve.environment import Environment as Environment
    from ganatomy.evolve.evaluation import Candidate as Candidate
    from ganatomy.evolve.evaluation import Child as Child
    from ganatomy.evolve.evaluation import evaluate as evaluate
    from ganatomy.evolve.fitness import Diversity as Diversity
    from ganatomy.evolve.fitness import GradientNorm as GradientNorm
    from ganatomy.evolve.fitness import NoDiversity as NoDiversity
    from ganatomy.evolve.fitness import PairwiseDistance as PairwiseDistance
    from ganatomy.evolve.fitness import quality as quality
    from ganatomy.evolve.generation import Generation as Generation
    from ganatomy.evolve.generation import GenerationSettings as GenerationSettings
    from ganatomy.evolve.generation import Streams as Streams
    from ganatomy.evolve.generation import next_generation as next_generation
    from ganatomy.evolve.mutation import Draw as Draw
    from ganatomy.evolve.mutation import Variation as Variation
    from ganatomy.evolve.mutation import mutate as mutate
    from ganatomy.evolve.objectives import OBJECTIVES as OBJECTIVES
    from ganatomy.evolve.objectives import Objective as Objective
    from ganatomy.evolve.objectives import heuristic_loss as heuristic_loss
    from ganatomy.evolve.objectives import hinge_loss as hinge_loss
    from ganatomy.evolve.objectives import least_squares_logit_loss as least_squares_logit_loss
    from ganatomy.evolve.objectives import least_squares_loss as least_squares_loss
    from ganatomy.evolve.objectives import minimax_loss as minimax_loss
    from ganatomy.evolve.objectives import relativistic_average_loss as relativistic_average_loss
    from ganatomy.evolve.objectives import relativistic_paired_loss as relativistic_paired_loss
    from ganatomy.evolve.population import AdamSettings as AdamSettings
    from ganatomy.evolve.population import Individual as Individual
    from ganatomy.evolve.population import Traits as Traits
    from ganatomy.evolve.selection import select as select
    from ganatomy.evolve.selection import select_pareto as select_pareto
    from ganatomy.evolve.session import Evolution as Evolution
    from ganatomy.evolve.session import evolve as evolve
    from ganatomy.evolve.state import TrainingState as TrainingState
    from ganatomy.evolve.state import start as start
    from ganatomy.evolve.tick import Tick as Tick
    from ganatomy.evolve.train import resume as resume

_PLACES = {
    "DISCRIMINATOR_LOSSES": "discrimination",
    "OBJECTIVES": "objectives",
    "AdamSettings": "population",
    "Candidate": "evaluation",
    "Child": "evaluation",
    "DiscriminatorLoss": "discrimination",
    "Diversity": "fitness",
    "Draw": "mutation",
    "Environment": "environment",
    "Evolution": "session",
    "Generation": "generation",
    "GenerationSettings": "generation",
    "GradientNorm": "fitness",
    "Individual": "population",
    "NoDiversity": "fitness",
    "Objective": "objectives",
    "PairwiseDistance": "fitness",
    "Penalties": "discrimination",
    "Streams": "generation",
    "Tick": "tick",
    "TrainingState": "state",
    "Traits": "population",
    "Variation": "mutation",
    "adapt_environment": "adaptation",
    "distil": "crossover",
    "evaluate": "evaluation",
    "evolve": "session",
    "heuristic_loss": "objectives",
    "hinge_loss": "objectives",
    "least_squares_logit_loss": "objectives",
    "least_squares_loss": "objectives",
    "minimax_loss": "objectives",
    "mutate": "mutation",
    "next_generation": "generation",
    "quality": "fitness",
    "relativistic_average_loss": "objectives",
    "relativistic_paired_loss": "objectives",
    "resume": "train",
    "select": "selection",
    "select_pareto": "selection",
    "start": "state",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
