"""What settings of several parts have to do with each other."""

from ganatomy.config.evolve.bookkeeping import ScoringSettings, StopSettings
from ganatomy.config.evolve.data import DataSettings
from ganatomy.config.evolve.growing import GrowingSettings
from ganatomy.config.evolve.networks import NetworkSettings
from ganatomy.config.evolve.objectives import ObjectiveSettings
from ganatomy.config.evolve.optimiser import OptimiserSettings
from ganatomy.config.evolve.selection import SelectionSettings
from ganatomy.config.unused import refuse_unused
from ganatomy.errors import ConfigError

PUBLISHED = (32, 64, 128)
"""Pixels a side of the images that the networks `released` are made for."""


def require_networks(data: DataSettings, networks: NetworkSettings, scoring: ScoringSettings) -> None:
    """Return if there are such networks of such data, and nothing is set that does nothing for points in the plane.

    Raises:
        ConfigError: there are none, something is, or no network has a width.
    """
    if data.is_points:
        _require_no_images(data, networks, scoring)
    elif data.image_size not in PUBLISHED and "released" in (networks.generator, networks.discriminator):
        sizes = ", ".join(map(str, PUBLISHED))
        raise ConfigError(
            f"image_size is {data.image_size}, but the networks that were released are of {sizes} px; give another "
            "--generator and --discriminator"
        )
    if networks.width != 1 and (data.is_points or not networks.has_widths):
        raise ConfigError(
            f"width is {networks.width:g}, but neither network is a DCGAN or a progan of that width; leave it out"
        )


def _require_no_images(data: DataSettings, networks: NetworkSettings, scoring: ScoringSettings) -> None:
    if networks.grow_from is not None:
        raise ConfigError(f"grow_from doubles the size of images, and {data.data} are points; leave it out")
    why = f"{data.data} are points in the plane"
    of_presets = {"generator": "released", "discriminator": "released"}
    refuse_unused(networks, ("generator", "discriminator", "feature_size"), why, of_presets)
    refuse_unused(scoring, ("extractor", "extractor_weights"), why)


def require_growing(data: DataSettings, networks: NetworkSettings, growing: GrowingSettings) -> None:
    """Return if the schedule is one of a generator that grows, and its discriminator can take images of all its sizes.

    Raises:
        ConfigError: something is set that does nothing, or the networks do not fit the schedule.
    """
    if data.is_points or networks.generator != "progan":
        why = f"the generator of {data.data}" if data.is_points else f"generator {networks.generator!r}"
        refuse_unused(growing, ("start_size", "fade_kimg", "stable_kimg"), f"{why} does not grow in its training")
        return
    start, end = growing.start_size, data.image_size
    if start > end:
        raise ConfigError(f"start_size is {start}, but images have {end} px; give at most that")
    if start < end and networks.discriminator not in ("progan", "projected"):
        raise ConfigError(
            f"discriminator {networks.discriminator!r} is made for one size of images, but the generator grows from "
            f"{start} to {end} px; give --discriminator progan or projected, or --start-size {end}"
        )


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
