"""The plan of a comparison: which runs there are, where they are, and how many generations each has."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganatomy.compare.costs import Cost
from ganatomy.config.compare import Arm, CompareConfig, Equal, Kind
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import flat_json, read_config, to_json
from ganatomy.config.parts import changed
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.evolve.train import snapshot_path
from ganatomy.runs import schemas
from ganatomy.runs.directory import Run, environment
from ganatomy.runs.files import read_json, write_json
from ganatomy.runs.layout import COMPARISON, CONFIG, ENVIRONMENT, FAILED


@dataclass(frozen=True)
class PlannedArm:
    """An arm, what a generation of it costs, how many it has, and every how many of them it is scored."""

    arm: Arm
    cost: Cost
    generations: int
    score_every: int

    @property
    def name(self) -> str:
        """As it was asked for."""
        return self.arm.name

    @property
    def kind(self) -> Kind:
        """What it is made of."""
        return self.arm.kind


@dataclass(frozen=True)
class PlannedRun:
    """One arm under one seed."""

    arm: PlannedArm
    seed: int
    run: Run

    @property
    def label(self) -> str:
        """What to call it."""
        return f"{self.arm.name} seed {self.seed}"

    @property
    def failure(self) -> str | None:
        """Why its training diverged; None if it did not, so far."""
        path = self.run.path / FAILED
        return str(read_json(path)["reason"]) if path.exists() else None

    @property
    def is_finished(self) -> bool:
        """Whether it has its last score, or will never have it."""
        scores = self.run.scores()
        return bool(scores and scores[-1].generation >= self.arm.generations) or self.failure is not None


@dataclass(frozen=True)
class Plan:
    """All runs of a comparison."""

    path: Path
    config: CompareConfig
    arms: tuple[PlannedArm, ...]

    @property
    def runs(self) -> list[PlannedRun]:
        """Every arm under the first seed, then under the next: what is done is comparable at any time."""
        return [
            PlannedRun(arm, seed, Run(self.path / arm.arm.directory / f"seed-{seed}"))
            for seed in self.config.seed_list
            for arm in self.arms
        ]

    def of(self, arm: PlannedArm) -> list[PlannedRun]:
        """Return the runs of an arm, by seed."""
        return [planned for planned in self.runs if planned.arm == arm]

    @property
    def threads(self) -> int:
        """CPU threads of each run."""
        return threads(self.config)


def threads(config: CompareConfig) -> int:
    """Return how many CPU threads each run takes: those asked for, or its share of the cores."""
    return config.base.bookkeeping.threads or max(1, (os.cpu_count() or 1) // config.jobs)


def plan_arms(
    config: CompareConfig, costs: Sequence[Cost], score_every: Sequence[int] | None = None
) -> tuple[PlannedArm, ...]:
    """Return the arms with the generations that they have.

    Args:
        config: arms, what is equal between them, and how much of it.
        costs: of a generation of each arm.
        score_every: generations between scores of each arm; none given spreads `config.scores` over all of them.

    Raises:
        ConfigError: the budget is less than a generation of some arm.
    """
    generations = allot(config.equal, config.budget, costs)
    for arm, number, cost in zip(config.parsed_arms, generations, costs, strict=True):
        if not number:
            raise ConfigError(
                f"budget {config.budget:g} is less than one generation of arm {arm.name!r}, which takes "
                f"{cost.seconds:.3g} s and {cost.macs:.3g} multiply-accumulates; give more"
            )
    every = score_every or [math.ceil(number / config.scores) for number in generations]
    return tuple(map(PlannedArm, config.parsed_arms, costs, generations, every))


def allot(equal: Equal, budget: float, costs: Sequence[Cost]) -> list[int]:
    """Return the generations of each arm.

    Args:
        equal: what all have the same of.
        budget: seconds, or generations of the first arm.
        costs: of a generation of each arm.

    >>> allot("compute", 10, [Cost(6.0, 0.1), Cost(2.0, 0.1)])
    [10, 30]
    """
    if equal == "steps":
        return [math.floor(budget)] * len(costs)
    if equal == "seconds":
        return [math.floor(budget / cost.seconds) for cost in costs]
    macs = budget * costs[0].macs
    return [math.floor(macs / cost.macs + 1e-9) for cost in costs]


def open_comparison(path: Path) -> Plan:
    """Return the plan of a comparison that was begun.

    Args:
        path: its directory.

    Raises:
        IncompatibleRun: there is no comparison at `path`, or it is of another schema.
    """
    if not (path / COMPARISON).is_file():
        raise IncompatibleRun(f"{path} has no {COMPARISON}, so it is no comparison; `ganatomy compare` makes one")
    kept = read_json(path / COMPARISON)
    if said := schemas.problem(str(path / COMPARISON), kept.get("schema"), schemas.COMPARISON, "compare anew"):
        raise IncompatibleRun(said)
    config = read_config(CompareConfig, path / CONFIG, given=None)  # nothing that it names is run from here
    costs = [Cost(arm["macs_per_generation"], arm["seconds_per_generation"]) for arm in kept["arms"]]
    every = [arm.get("score_every_generations", -(-arm["generations"] // config.scores)) for arm in kept["arms"]]
    return Plan(path, config, plan_arms(config, costs, every))


def run_settings(plan: Plan, arm: PlannedArm, seed: int) -> EvolveConfig:
    """Return all settings of one run: scores fall evenly, the last one at its end or later.

    Args:
        plan: the comparison.
        arm: one of its arms.
        seed: one of its seeds.
    """
    return changed(
        arm.arm.settings,
        name=f"{arm.arm.directory}-seed-{seed}",
        seed=seed,
        threads=plan.threads,
        generations=arm.generations,
        score_every_generations=arm.score_every,
    )


def require_snapshots(plan: Plan) -> None:
    """Return if every run that was finished, and is to have more generations now, still has its snapshot.

    Raises:
        IncompatibleRun: one has not.
    """
    for planned in plan.runs:
        scores = planned.run.scores()
        if not scores or planned.is_finished or snapshot_path(planned.run).exists():
            continue
        before = read_config(EvolveConfig, planned.run.path / CONFIG, given=None)  # only compared
        if scores[-1].generation >= (before.stop.generations or 0):
            raise IncompatibleRun(
                f"{planned.label} was finished and its snapshot deleted, so it cannot go on to generation "
                f"{planned.arm.generations}; leave --budget out, or start a new comparison with --keep-state, which "
                "keeps snapshots"
            )


def prepare(plan: Plan, planned: PlannedRun) -> None:
    """Make the run directory of a planned run; one that is there gets the generations and the data of now."""
    path = planned.run.path
    if (path / CONFIG).exists():
        before = read_config(EvolveConfig, path / CONFIG, given=None)  # `grow` refuses code
        place = planned.arm.arm.settings.data.data
        settings = changed(before, generations=planned.arm.generations, data=place)
        if settings != before:
            write_json(path / CONFIG, to_json(settings))
        return
    write_json(path / ENVIRONMENT, environment())
    write_json(path / CONFIG, to_json(run_settings(plan, planned.arm, planned.seed)))


def arms_as_json(plan: Plan) -> list[dict[str, Any]]:
    """Return the arms as compare.json keeps them: settings are those that differ from what all start from."""
    base = _by_name(plan.config.base)
    return [
        {
            "arm": arm.name,
            "kind": arm.kind,
            "directory": arm.arm.directory,
            "settings": {name: value for name, value in _by_name(arm.arm.settings).items() if value != base[name]},
            "macs_per_generation": arm.cost.macs,
            "seconds_per_generation": arm.cost.seconds,
            "generations": arm.generations,
            "score_every_generations": arm.score_every,
        }
        for arm in plan.arms
    ]


def _by_name(settings: EvolveConfig) -> dict[str, Any]:
    return flat_json(to_json(settings))
