"""Whether common random numbers make selection more reliable: own latents for each child against the same for all.

A generator of 8 Gaussians grows by the preset `theano-points`, with inherited Adam state and gamma 0.5 of the paper's
convention, its children on latents of their own as in the paper (arXiv 1803.00657). At some generations its three
children are made once. Their true fitness is that of one very large evaluation. Then they are evaluated over and
over on E points each, and both ways of drawing latents choose the fittest; real points are shared in both, and
both see the same ones. Where children are near equals a wrong choice costs little, so beside how often the truly best
one is chosen stands how much true fitness the choices lose.

    python benchmarks/common_latents.py [--quick] [--json] [--seeds 0 1 2 3 4 5]
"""

import argparse
import json
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.parts import changed
from ganatomy.config.presets import THEANO_POINTS
from ganatomy.data import mixtures
from ganatomy.data.points import Mixture
from ganatomy.evolve.evaluation import evaluate, figures
from ganatomy.evolve.fitness import MeasureChild
from ganatomy.evolve.generation import GenerationSettings, draws
from ganatomy.evolve.mutation import mutate
from ganatomy.evolve.population import Individual
from ganatomy.evolve.selection import select
from ganatomy.evolve.state import TrainingState, start
from ganatomy.evolve.train import advance, generation_settings
from ganatomy.metrics.paired import paired_difference
from ganatomy.seeds import stream

CONFIG = changed(THEANO_POINTS, preset=None, adam_state="inherited", gamma=0.5, squared_norm=False)
GENERATIONS: tuple[int, ...] = (100, 500, 1000, 2000)
QUICK_GENERATIONS = (25, 75)
TRUE_SIZE, QUICK_TRUE_SIZE = 64 * 256, 16 * 256
Z = 1.959964
"""Normal quantile of a 95 % interval."""


@dataclass(frozen=True)
class Litter:
    """The children of one parent, and what they are judged by and against."""

    children: list[Individual]
    state: TrainingState
    settings: GenerationSettings

    def fitness(self, n: int, common: bool, measure: MeasureChild, rng: torch.Generator) -> list[float]:
        """Return F of each child on `n` generated points, from common latents or from its own."""
        variation = replace(self.settings.variation, shared=common)
        draw = draws(self.children[0], n, replace(self.settings, variation=variation), rng, rng)
        candidates = [
            evaluate(child, 0, str(child.objective), self.state.environment, draw(0), measure)
            for child in self.children
        ]
        return [child.fitness for child in figures(candidates, self.settings.gamma)]

    def measure(self, n: int, rng: torch.Generator) -> MeasureChild:
        """Return F_d against `n` fresh real points."""
        real = self.state.environment.features(mixtures.sample(CONFIG.data.data, n, rng), None)
        return self.settings.diversity.against(self.state.environment, real, rng)


def litters(config: EvolveConfig, generations: Sequence[int]) -> Iterator[tuple[int, Litter]]:
    """Train, and yield the generation and the next children at each of `generations`, which rise."""
    state, settings = start(config, Mixture(config.data.data)), generation_settings(config)
    for generation in generations:
        while state.generation < generation:
            advance(config, settings, state)
        rng = stream(config.seed, f"children {generation}")  # of its own, so that looking changes no training
        draw = draws(state.population[0], config.optimiser.batch_size, settings, rng, rng)
        children = mutate(
            state.population[0],
            settings.objectives,
            state.environment,
            torch.empty(0),
            draw,
            settings.variation,
            rng,
        )
        yield generation, Litter(list(children), state, settings)


def estimates(litter: Litter, n: int, repetitions: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return F from own and from common latents, each (repetitions, children) float64."""
    own, common = [], []
    for _ in range(repetitions):
        measure = litter.measure(n, rng)
        own.append(litter.fitness(n, False, measure, rng))
        common.append(litter.fitness(n, True, measure, rng))
    return torch.tensor(own, dtype=torch.float64), torch.tensor(common, dtype=torch.float64)


def compare(true: Sequence[float], own: Tensor, common: Tensor) -> dict[str, float]:
    """Return how well both kinds of estimates (repetitions, children) choose by the true fitness of the children."""
    best = select(true, 1)[0]
    row = {
        "spread_true": max(true) - min(true),
        "sd_one": _root_mean_square([own[:, i].std().item() for i in range(len(true))]),
        "sd_difference_own": _sd_of_differences(own),
        "sd_difference_common": _sd_of_differences(common),
    }
    for name, estimated in (("own", own), ("common", common)):
        chosen = [select(row, 1)[0] for row in estimated.tolist()]
        hits = chosen.count(best)
        row[f"p_best_{name}"] = hits / len(chosen)
        row[f"p_best_{name}_low"], row[f"p_best_{name}_high"] = wilson(hits, len(chosen))
        row[f"lost_{name}"] = statistics.fmean(true[best] - true[i] for i in chosen)
    return row


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, `hits` of `n` (Wilson, JASA 22:209-212, 1927)."""
    share, z2 = hits / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the means of `rows` over seeds, with 95 % t intervals of both shares and of their difference, `gain`."""
    names = [name for name in rows[0] if name not in ("seed", "generation") and not name.endswith(("_low", "_high"))]
    means: dict[str, Any] = {name: statistics.fmean(row[name] for row in rows) for name in names}
    own, common = ([row[f"p_best_{name}"] for row in rows] for name in ("own", "common"))
    none = [0.0] * len(rows)
    intervals = {
        "p_best_own": paired_difference(none, own),
        "p_best_common": paired_difference(none, common),
        "gain": paired_difference(own, common),
    }
    for name, found in intervals.items():
        least = -1.0 if name == "gain" else 0.0  # no share is below 0
        low, high = max(least, found.interval.low), min(1.0, found.interval.high)
        means |= {name: found.mean, f"{name}_low": low, f"{name}_high": high}
    return {"num_seeds": len(rows), **means}


def over_generations(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row a seed: the means of its `rows` over generations."""
    of_seed = [[row for row in rows if row["seed"] == seed] for seed in dict.fromkeys(row["seed"] for row in rows)]
    return [{name: statistics.fmean(row[name] for row in of) for name in of[0]} for of in of_seed]


def measure_seed(
    seed: int, generations: Sequence[int], repetitions: int, true_size: int = TRUE_SIZE, config: EvolveConfig = CONFIG
) -> Iterator[dict[str, Any]]:
    """Yield a row for each of `generations`."""
    for generation, litter in litters(changed(config, seed=seed), generations):
        rng = stream(seed, f"evaluations {generation}")
        true = litter.fitness(true_size, True, litter.measure(true_size, rng), rng)
        own, common = estimates(litter, config.images_per_evaluation, repetitions, rng)
        yield {"seed": seed, "generation": generation, **compare(true, own, common)}


COLUMNS = {
    "spread_true": "spread",
    "sd_one": "sd of F",
    "sd_difference_own": "sd diff own",
    "sd_difference_common": "common",
    "p_best_own": "P(best) own",
    "p_best_common": "common",
    "gain": "gain",
    "lost_own": "F lost own",
    "lost_common": "common",
}


def show(head: str, row: dict[str, Any]) -> str:
    """Return a line of the table: means, and intervals where there are some."""
    return " | ".join([head, *(_cell(name, row) for name in COLUMNS)])


def _cell(name: str, row: dict[str, Any]) -> str:
    if f"{name}_low" in row:
        return f"{row[name]:.2f} [{row[f'{name}_low']:.2f}, {row[f'{name}_high']:.2f}]"
    return f"{row[name]:.4f}" if name in row else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="three seeds, young generators; within 50 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(6)), help="two or more")
    parser.add_argument("--repetitions", type=int, default=200)
    arguments = parser.parse_args()
    if len(arguments.seeds) < 2:
        parser.error(f"--seeds is {arguments.seeds}; an interval over seeds needs two or more")
    torch.set_num_threads(1)  # these products are too small for two
    seeds, repetitions, generations, true_size = arguments.seeds, arguments.repetitions, GENERATIONS, TRUE_SIZE
    if arguments.quick:
        seeds, repetitions, generations, true_size = [0, 1, 2], 20, QUICK_GENERATIONS, QUICK_TRUE_SIZE
    rows: list[dict[str, Any]] = []
    if not arguments.json:
        print(" | ".join(["generation, seed", *COLUMNS.values()]))
    for seed in seeds:
        for row in measure_seed(seed, generations, repetitions, true_size):
            rows.append(row)
            if not arguments.json:
                print(show(f"{row['generation']}, seed {seed}", row), flush=True)
    groups: dict[int | str, list[dict[str, Any]]] = {
        **{number: [row for row in rows if row["generation"] == number] for number in generations},
        "all": over_generations(rows),
    }
    means = [{"generation": number, **summary(group)} for number, group in groups.items()]
    if arguments.json:
        print(json.dumps({"repetitions": repetitions, "torch": torch.__version__, "rows": rows, "means": means}))
        return
    for mean in means:
        print(show(f"{mean['generation']}, mean of {len(seeds)} seeds", mean))


def _sd_of_differences(estimated: Tensor) -> float:
    pairs = combinations(range(estimated.shape[1]), 2)
    return _root_mean_square([(estimated[:, i] - estimated[:, j]).std().item() for i, j in pairs])


def _root_mean_square(values: Sequence[float]) -> float:
    return math.sqrt(statistics.fmean(value * value for value in values))


if __name__ == "__main__":
    main()
