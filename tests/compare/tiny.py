"""A small comparison: two arms, two seeds, four generations of points."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ganatomy.compare.costs import Cost
from ganatomy.compare.plan import Plan, PlannedArm
from ganatomy.compare.results import as_json
from ganatomy.config.compare import CompareConfig
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import to_json
from ganatomy.config.parts import changed
from ganatomy.runs.files import write_json

POINTS = EvolveConfig.of(data="8gaussians", batch_size=4, score_images=32, threads=1)
PROTOCOL = {"extractor": "points", "fingerprint": "", "seed": 0, "data": "8gaussians", "version": 1}


def plan(path: Path, arms: tuple[str, ...] = ("egan", "random"), generations: int = 4, **changes: Any) -> Plan:
    """Return a plan of which nothing is there yet."""
    base = changed(POINTS, **changes.pop("base", {}))
    config = CompareConfig(arms, **{"seeds": 2, "budget": generations, "scores": 2, "base": base, **changes})
    every = -(-generations // config.scores)
    return Plan(path, config, tuple(PlannedArm(arm, Cost(2e9, 0.01), generations, every) for arm in config.parsed_arms))


def keep(plan: Plan) -> Plan:
    """Write what a comparison is opened by, and return it."""
    write_json(plan.path / "config.json", to_json(plan.config))
    write_json(plan.path / "compare.json", as_json(plan, None))
    return plan


def score(plan: Plan, scores: dict[str, list[float | None]], metric: str = "mmd", **protocol: Any) -> None:
    """Write as last scores of all runs: for each arm one a seed; the first ones are twice as high."""
    for arm in plan.arms:
        for run, value in zip(plan.of(arm), scores[arm.name], strict=True):
            run.run.path.mkdir(parents=True, exist_ok=True)
            for generation, factor in ((arm.generations // 2, 2), (arm.generations, 1)):
                values = {metric: None if value is None else value * factor}
                run.run.append_score({"generation": generation, "values": values, "protocol": {**PROTOCOL, **protocol}})


class Told:
    """Progress that keeps what it is told."""

    def __init__(self) -> None:
        self.updates: list[float] = []
        self.notes: list[str] = []
        self.tasks: list[tuple[Any, ...]] = []
        self.lines: list[str] = []

    @contextmanager
    def task(self, *about: Any) -> "Iterator[Told]":
        self.tasks.append(about)
        yield self

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        self.updates.append(self.updates[-1] + amount)

    def update(self, completed: float, note: str = "") -> None:
        self.updates.append(completed)
        self.notes.append(note)

    def line(self, text: str) -> None:
        self.lines.append(text)
