"""From features of real and generated samples to the estimates of all metrics asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ganatomy.config.score import MetricOptions
from ganatomy.data.mixtures import centres, standard_deviation
from ganatomy.errors import ConfigError
from ganatomy.metrics.frechet import frechet_distance, frechet_terms
from ganatomy.metrics.inception import inception_score
from ganatomy.metrics.kernel import kernel_distance, kernel_terms
from ganatomy.metrics.mind import monge_inception_distance
from ganatomy.metrics.mmd import maximum_mean_discrepancy
from ganatomy.metrics.modes import ModeTerms, assign, count_modes
from ganatomy.metrics.names import MODE_METRICS, metric
from ganatomy.metrics.neighbours import neighbour_terms
from ganatomy.seeds import stream
from ganatomy.stats.moments import Moments
from ganatomy.stats.resampling import Estimate, Interval, bootstrap, percentile_interval

_NEIGHBOURS = ("precision", "recall", "density", "coverage")


class RealSamples:
    """Features of the real samples, and what is computed of them once.

    Args:
        features: (r, f) float32.
        mixture: name of the mixture that they are points of; None for images.
    """

    def __init__(self, features: Tensor, mixture: str | None = None) -> None:
        self.features, self.mixture, self.moments = features, mixture, Moments.of(features)


@dataclass(eq=False)
class GeneratedSamples:
    """Features of the generated samples, and the logits of their classes where the extractor has them.

    Args:
        features: (g, f) float32.
        logits: (g, k) float32, or None.
    """

    features: Tensor
    logits: Tensor | None = None


def require_possible(metrics: Sequence[str], mixture: str | None, has_logits: bool, source: str) -> None:
    """Return if every one of `metrics` can be had.

    Args:
        metrics: keys of `names.METRICS`.
        mixture: the mixture that samples are points of; None for images.
        has_logits: whether there are logits of classes.
        source: what to call the extractor in a message.

    Raises:
        ConfigError: one of them is unknown or cannot be had.
    """
    for name in metrics:
        metric(name)
        if name == "is" and not has_logits:
            raise ConfigError(
                f"metric 'is' needs the probabilities of classes, which {source} does not tell; leave it out"
            )
        if name in MODE_METRICS:
            if mixture is None:
                raise ConfigError(
                    f"metric {name!r} is for points of a mixture of Gaussians, not for images; leave it out"
                )
            centres(mixture)


def require_enough(metrics: Sequence[str], options: MetricOptions, num_real: int, num_generated: int) -> None:
    """Return if there are as many samples as `metrics` need, before any is made.

    Args:
        metrics: keys of `names.METRICS`.
        options: what the metrics leave open.
        num_real: real samples.
        num_generated: generated samples.

    Raises:
        ConfigError: there are too few for one of them.
    """
    for name in metrics:
        needed, there = _needed_and_there(name, options, num_real, num_generated)
        if there < needed:
            levers = f", or change {' or '.join(metric(name).options)}" if metric(name).options else ""
            raise ConfigError(f"metric {name!r} needs {needed} samples and there are {there}; give more{levers}")


def enough(metrics: Sequence[str], options: MetricOptions, num_real: int, num_generated: int) -> tuple[str, ...]:
    """Return those of `metrics` for which there are as many samples as `require_enough` asks for."""
    counts = {name: _needed_and_there(name, options, num_real, num_generated) for name in metrics}
    return tuple(name for name, (needed, there) in counts.items() if there >= needed)


def _needed_and_there(name: str, options: MetricOptions, num_real: int, num_generated: int) -> tuple[int, int]:
    """Return how many samples a metric needs, and how many there are, of the kind of which there are fewer."""
    needs = {
        "is": options.is_splits,
        "kd": options.kd_subset_size or 0,
        **dict.fromkeys(("precision", "recall"), options.precision_neighbours + 1),
        **dict.fromkeys(("density", "coverage"), options.density_neighbours + 1),
    }
    return max(2, needs.get(name, 0)), num_generated if name == "is" else min(num_real, num_generated)


def estimate(
    metrics: Sequence[str], real: RealSamples, generated: GeneratedSamples, options: MetricOptions, seed: int
) -> dict[str, tuple[Estimate, Interval]]:
    """Return the estimate and the interval of each metric.

    Every metric draws from a stream of its own: asking for more of them changes none, and generators that are scored
    under one seed share subsets, directions and resamples, so that their difference is not that of those.

    Args:
        metrics: keys of `names.METRICS`, all of them possible, see `require_possible`.
        real: the real samples.
        generated: the generated ones.
        options: what the metrics leave open.
        seed: of subsets, directions and resamples.

    Raises:
        ConfigError: an option does not fit the number of samples.
        DataError: the features do not fit, or there are too few samples.
    """
    found: dict[str, Estimate] = {}
    terms = _mode_terms(metrics, real, generated, options)
    if any(name in _NEIGHBOURS for name in metrics):
        neighbours = neighbour_terms(real.features, generated.features, *_neighbours_needed(metrics, options))
        for name in _NEIGHBOURS:  # of recall and coverage, shares of real samples, terms are their influences
            shares = getattr(neighbours, name)
            found[name] = Estimate(float(shares.mean()), getattr(neighbours, f"{name}_influence", shares))
    for name in metrics:
        if name in _SMOOTH:
            found[name] = _SMOOTH[name](real, generated, options, stream(seed, f"score/{name}"))
    result = {}
    for name in metrics:
        rng = stream(seed, f"score/{name}/interval")
        if terms is not None and name in MODE_METRICS:
            one, interval = _modes(name, *terms, options, rng)
        else:
            one, interval = found[name], found[name].interval(rng, options.resamples, options.level)
        result[name] = one, Interval(*map(metric(name).within, interval))
    return result


def _neighbours_needed(metrics: Sequence[str], options: MetricOptions) -> tuple[int, int]:
    """Return k of precision and recall and k of density and coverage; of a pair not asked for, that of the other one.

    What is not asked for needs no samples.
    """
    first, second = options.precision_neighbours, options.density_neighbours
    if not {"density", "coverage"} & set(metrics):
        return first, first
    return (first, second) if {"precision", "recall"} & set(metrics) else (second, second)


def _frechet(real: RealSamples, generated: GeneratedSamples, _: MetricOptions, rng: torch.Generator) -> Estimate:
    distance = frechet_distance(real.moments, Moments.of(generated.features))
    return Estimate(distance, frechet_terms(real.moments, generated.features))


def _kernel(real: RealSamples, generated: GeneratedSamples, options: MetricOptions, rng: torch.Generator) -> Estimate:
    x, y = real.features, generated.features
    size = options.subset_size(min(len(x), len(y)))
    mean, sd = kernel_distance(x, y, rng, options.kd_subsets, size)
    return Estimate(mean, kernel_terms(x, y), sd)


def _classes(_: RealSamples, generated: GeneratedSamples, options: MetricOptions, rng: torch.Generator) -> Estimate:
    assert generated.logits is not None  # require_possible has been asked
    return inception_score(generated.logits, options.is_splits)


def _mind(real: RealSamples, generated: GeneratedSamples, options: MetricOptions, rng: torch.Generator) -> Estimate:
    return monge_inception_distance(real.features, generated.features, rng, options.mind_projections)


def _mmd(real: RealSamples, generated: GeneratedSamples, _: MetricOptions, rng: torch.Generator) -> Estimate:
    return maximum_mean_discrepancy(real.features, generated.features)


_SMOOTH: dict[str, Callable[[RealSamples, GeneratedSamples, MetricOptions, torch.Generator], Estimate]] = {
    "fd": _frechet,
    "is": _classes,
    "kd": _kernel,
    "mind": _mind,
    "mmd": _mmd,
}


def _mode_terms(
    metrics: Sequence[str], real: RealSamples, generated: GeneratedSamples, options: MetricOptions
) -> tuple[ModeTerms, int] | None:
    """Return where each generated point belongs and the number of modes, if a metric asks for it."""
    if real.mixture is None or not any(name in MODE_METRICS for name in metrics):
        return None
    modes, sd = centres(real.mixture), standard_deviation(real.mixture)
    return assign(generated.features, modes, sd, options.mode_deviations), len(modes)


def _modes(
    name: str, terms: ModeTerms, num_modes: int, options: MetricOptions, rng: torch.Generator
) -> tuple[Estimate, Interval]:
    """Return a metric of modes with the interval of whole resamples: counts of modes have no first order.

    Resampling adds to a reverse KL divergence what the finite sample has added to it already, about (k - 1) / 2n, so
    its resamples are moved to have the mean that was found.
    """

    def value(rows: Tensor) -> float:
        modes = count_modes(ModeTerms(rows[:, 0], rows[:, 1] > 0), num_modes, options.mode_covered_from)
        return float(modes.covered if name == "modes" else getattr(modes, name))

    rows = torch.stack([terms.nearest, terms.is_near.long()], 1)
    one, resampled = value(rows), bootstrap(value, rows, rng, options.resamples)
    if name == "reverse_kl":
        resampled += one - resampled.mean()
    return Estimate(one, torch.empty(0)), percentile_interval(resampled, options.level)
