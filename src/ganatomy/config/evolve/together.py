"""What settings of several parts have to do with each other."""

from ganatomy.config.evolve.bookkeeping import ScoringSettings, StopSettings
from ganatomy.config.evolve.data import DataSettings
from ganatomy.config.evolve.networks import NetworkSettings
from ganatomy.config.evolve.objectives import ObjectiveSettings
from ganatomy.config.evolve.optimiser import OptimiserSettings
from ganatomy.config.evolve.selection import SelectionSettings
from ganatomy.config.unused import refuse_unused
from ganatomy.errors import ConfigError


def require_networks(data: DataSettings, networks: NetworkSettings, scoring: ScoringSettings) -> None:
    """Return if the networks are of such data, and nothing is set that does nothing for points in the plane.

    Raises:
        ConfigError: they are not, something is, or no network has a width.
    """
    if networks.width != 1 and (data.is_points or not networks.has_widths):
        raise ConfigError(f"width is {networks.width:g}, but neither network is a DCGAN of that width; leave it out")
    if not data.is_points:
        return
    if networks.grow_from is not None:
        raise ConfigError(f"grow_from doubles the size of images, and {data.data} are points; leave it out")
    why = f"{data.data} are points in the plane"
    of_presets = {"generator": "released", "discriminator": "released"}
    refuse_unused(networks, ("generator", "discriminator", "feature_size"), why, of_presets)
    refuse_unused(scoring, ("extractor", "extractor_weights"), why)


def require_children(objectives: ObjectiveSettings, selection: SelectionSettings, optimiser: OptimiserSettings) -> None:
    """Return if there are as many children as crossover and competitions need.

    Raises:
        ConfigError: there are not, or an Adam state of each objective would miss steps.
    """
    names = objectives.objectives
    if selection.crossover and selection.population * len(names) < 2:
        raise ConfigError("crossover distils two children into one; give two objectives or more")
    if len(names) == 1 and not selection.crossover and selection.selection not in ("plus", "random"):
        refuse_unused(selection, ("evolve_every", "perturb"), f"nothing competes with objective {names[0]}")
    if optimiser.adam_state == "per_objective" and selection.generator_steps > 1:
        raise ConfigError("adam_state per_objective counts one step a mutation; give --generator-steps 1")


def require_evaluation(selection: SelectionSettings, optimiser: OptimiserSettings) -> None:
    """Return if each survivor has as many images as the discriminator's steps take of it.

    Raises:
        ConfigError: it has fewer.
    """
    needed = -(-optimiser.batch_size * optimiser.discriminator_steps // selection.population)
    if selection.evaluation_size is not None and selection.evaluation_size < needed and not selection.fresh_images:
        raise ConfigError(
            f"evaluation_size is {selection.evaluation_size}, but the discriminator's steps need {needed} images "
            "of each survivor; give at least that many"
        )


def require_counted_scores(stop: StopSettings, scoring: ScoringSettings) -> None:
    """Return if there are scores where a stop counts them.

    Raises:
        ConfigError: there are none.
    """
    if stop.stop_after_no_gain is not None and scoring.score_every_generations is None:
        raise ConfigError("stop_after_no_gain counts scores; give --score-every-generations too")
